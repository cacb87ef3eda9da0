import type { Buffer } from 'node:buffer'
import type { Connection, ConnectionHandler } from '../../net/index.ts'
import { HttpError } from '../errors.ts'
import type { HttpRequest } from '../message/request.ts'
import { detailResponse } from '../message/response.ts'
import type { UpgradeResponse } from '../message/upgrade-response.ts'
import type { Peer } from '../proxy/peer.ts'
import { Deadlines, isTooSlow, JUST_NOW, type Phase } from './deadlines.ts'
import type { InputOwner } from './input-owner.ts'
import { RequestInput } from './request-input.ts'
import type { ExchangeQueue } from './response/exchange-queue.ts'
import type { ServedConnection } from './served-connection.ts'
import type { ServerCore } from './server-core.ts'
import { SwitchedConnection } from './switched-connection.ts'

/**
 * One connection that speaks HTTP/1.1, as the socket, the server and its requests see it.
 *
 * The work is done by its two sides: input makes requests of bytes, the queue responses of requests.
 */
export class HttpConnection implements ConnectionHandler, ServedConnection, InputOwner {
  readonly #core: ServerCore
  readonly #deadlines = new Deadlines()
  readonly #input: RequestInput
  readonly #queue: ExchangeQueue
  readonly peer: Peer | undefined
  #connection!: Connection
  /** Set when the connection speaks another protocol. */
  #switched: SwitchedConnection | undefined
  /** Told when the connection is closed. */
  onLeave: (() => void) | undefined

  /** @param peer - if there is more to say of the client than the address of the socket */
  constructor(core: ServerCore, peer?: Peer) {
    this.#core = core
    this.peer = peer
    this.#input = new RequestInput(core, this, this.#deadlines)
    this.#queue = this.#input.queue
  }

  /** Must be called before anything else. */
  attach(connection: Connection): void {
    this.#connection = connection
    this.#input.attach(connection)
  }

  get bytesWritten(): number {
    return this.#connection.bytesWritten
  }

  get remoteAddress(): string | undefined {
    return this.peer === undefined ? this.#connection.remoteAddress : this.peer.address
  }

  get maxBodyBytes(): number {
    return this.#core.settings.maxBodyBytes
  }

  onData(chunk: Buffer): void {
    this.#core.counters.receivedBytes += chunk.length
    this.#deadlines.activeMs = JUST_NOW
    this.#input.receive(chunk)
  }

  onEnd(): void {
    this.#input.receiveEnd()
  }

  onDrain(): void {
    this.#queue.resume()
    this.#queue.noteSent()
    this.#input.continue()
  }

  onClose(): void {
    this.#input.discard()
    this.#queue.abandon(new HttpError(400, 'The client has closed the connection'))
    this.#queue.noteSent()
    this.#leave()
  }

  wantBody(request: HttpRequest): void {
    this.#input.wantBody(request)
  }

  reserveBody(bytes: number): boolean {
    return this.#core.bodyMemory.reserve(bytes)
  }

  releaseBody(bytes: number): void {
    this.#core.bodyMemory.release(bytes)
  }

  countBodyLimit(kind: 'body' | 'bodyMemory'): void {
    this.#core.counters.countLimit(kind)
  }

  earlyHints(request: HttpRequest, fields: string): void {
    this.#queue.writeHints(request, fields)
  }

  whenSent(request: HttpRequest, callback: () => void): void {
    this.#queue.whenSent(request, callback)
  }

  handOver(response: UpgradeResponse, head: Buffer, isPeerDone: boolean): void {
    this.#connection.setAfterClose(() => this.#leave())
    this.#switched = new SwitchedConnection(this.#core, this.#connection)
    this.#switched.handOver(response, head)
    // The owner is told all the same: it may have to clean up.
    if (isPeerDone) this.#switched.destroy()
  }

  close(isRecentlyUsedSpared: boolean, nowMs: number): void {
    if (this.#switched !== undefined) {
      this.#switched.shutdown()
      return
    }
    this.#queue.shutdown()
    if (!this.#queue.isEmpty || this.#input.isAmidRequest || this.#input.isInputOver) return
    if (isRecentlyUsedSpared && this.#deadlines.isRecent(nowMs)) return
    this.#input.end()
  }

  destroy(): void {
    this.#switched?.destroy()
    this.#connection.destroy()
  }

  sweep(nowMs: number, elapsedMs: number): void {
    if (this.#switched !== undefined) {
      this.#switched.countInput()
      return
    }
    const { settings, counters } = this.#core
    this.#deadlines.settle(nowMs)
    this.#queue.noteSent()
    const { unsentBytes } = this.#connection
    if (this.#deadlines.isWriteStalled(nowMs, unsentBytes, settings.writeTimeoutMs)) {
      counters.countTimeout('write')
      this.#connection.destroy()
      return
    }
    const { body } = this.#input
    if (body?.isWanted === true && !body.isFull) body.waitedUntilMs = nowMs
    if (settings.handlerTimeoutMs > 0) this.#queue.expire(nowMs, settings.handlerTimeoutMs)
    const { phase } = this.#input
    if (this.#deadlines.isOver(phase, nowMs, settings)) this.#expire(phase)
    else if (phase === 'body' && isTooSlow(this.#input.body!, elapsedMs, settings)) {
      counters.countLimit('bodyRate')
      this.#input.failBody(new HttpError(408, 'The request body comes too slowly'))
    }
  }

  #expire(phase: Phase): void {
    const { counters } = this.#core
    if (phase === 'body') {
      counters.countTimeout('body')
      this.#input.failBody(new HttpError(408, 'The request body took too long'))
    } else if (phase === 'head') {
      counters.countTimeout('header')
      this.#input.refuse(detailResponse(408, 'The request header took too long'))
    } else if (phase === 'linger') this.#connection.destroy()
    else {
      counters.countTimeout('idle')
      this.#input.end()
    }
  }

  /** The connection is closed. */
  #leave(): void {
    if (!this.#core.connections.has(this)) return
    this.#switched?.countInput()
    this.#core.counters.sentByClosed += this.#connection.bytesWritten
    this.#core.remove(this)
    this.onLeave?.()
  }
}
