import { Buffer } from 'node:buffer'
import type { Connection, ConnectionHandler } from '../../net/index.ts'
import { HttpError, HttpParseError } from '../errors.ts'
import type { HttpRequest, RequestOrigin } from '../message/request.ts'
import { detailResponse, type HttpResponse } from '../message/response.ts'
import type { UpgradeResponse } from '../message/upgrade-response.ts'
import type { Peer } from '../proxy/peer.ts'
import type { BodyReader } from './body-reader.ts'
import { INCOMPLETE, LF } from './bytes.ts'
import { Deadlines, isTooSlow, JUST_NOW, type Phase } from './deadlines.ts'
import { type ExchangeInput, ExchangeQueue } from './exchange-queue.ts'
import { parseHead } from './head-parser.ts'
import { RequestFactory } from './request-factory.ts'
import { RequestHead } from './request-head.ts'
import type { ServedConnection } from './served-connection.ts'
import type { ServerCore } from './server-core.ts'
import { SwitchedConnection } from './switched-connection.ts'

/** A body nobody wants is read to this many bytes, so that the connection can be used on. */
const DRAIN_LIMIT_BYTES = 262_144
/** A client that has sent so much since the last read is expected to send as much until the next. */
const FAST_BYTES = 16_384
/** Filled anew for each head; requests take from it what they keep. */
const head = new RequestHead()

/**
 * The input side of one connection: bytes to requests, strictly in order.
 *
 * Reading stops while too many requests are in flight, while the peer does not take its responses,
 * and while a body nobody asks for piles up.
 */
export class HttpConnection
  implements ConnectionHandler, RequestOrigin, ExchangeInput, ServedConnection
{
  readonly #core: ServerCore
  readonly peer: Peer | undefined
  readonly #queue: ExchangeQueue
  readonly #factory: RequestFactory
  #connection!: Connection
  /** Input that waits for more bytes, or for its turn. */
  #carry: Buffer | undefined
  /** The body that is being received, of the last request read. */
  #body: BodyReader | undefined
  /** The request whose body turns out to be broken before its handler was called. */
  #undispatched: HttpRequest | undefined
  readonly #deadlines = new Deadlines()
  #isConsuming = false
  #isPaused = false
  /** No request is read any more: the rest of the input is thrown away. */
  #isInputOver = false
  /** The peer has ended its side, behind requests that are still to be read. */
  #isEndPending = false
  #hasServed = false
  /** Requests in flight beyond which no more are read. */
  #maxInFlight: number
  /** Answered and written, but the input behind its request is still being looked at. */
  #upgrade: UpgradeResponse | undefined
  /** Set when the connection speaks another protocol. */
  #switched: SwitchedConnection | undefined
  /** Told when the connection is closed. */
  onLeave: (() => void) | undefined

  /** @param peer - if there is more to say of the client than the address of the socket */
  constructor(core: ServerCore, peer?: Peer) {
    this.#core = core
    this.peer = peer
    this.#maxInFlight = core.settings.maxPipelinedRequests
    this.#queue = new ExchangeQueue(core, this)
    this.#factory = new RequestFactory(this, core.paths, core.settings.maxRequestsPerConnection)
  }

  /** Must be called before anything else. */
  attach(connection: Connection): void {
    this.#connection = connection
    this.#queue.connection = connection
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

  /** True if requests that were received are still to be read, or may be. */
  get hasInput(): boolean {
    return (this.#carry !== undefined || this.#isConsuming) && !this.#isInputOver
  }

  get isInputOver(): boolean {
    return this.#isInputOver
  }

  onData(chunk: Buffer): void {
    this.#core.counters.receivedBytes += chunk.length
    this.#deadlines.activeMs = JUST_NOW
    if (this.#isInputOver && this.#body === undefined) return
    const carry = this.#carry
    if (carry === undefined) {
      this.#consume(chunk, false)
      return
    }
    const bytes = Buffer.concat([carry, chunk])
    // A head that comes in drops is scanned again only when another line of it is complete.
    const isWorthScanning =
      this.#body !== undefined ||
      chunk.includes(LF) ||
      bytes.length > this.#core.settings.maxRequestLineBytes
    if (isWorthScanning && !this.#isPaused) this.#consume(bytes, true)
    else this.#carry = bytes
  }

  onEnd(): void {
    if (this.#isPaused && this.hasInput) {
      this.#isEndPending = true
      return
    }
    // A head in drops is looked at when a line of it is complete: it may be wrong all the same.
    if (this.#carry !== undefined && this.#body === undefined) this.#consume(this.#carry, true)
    this.#endOfInput()
  }

  onDrain(): void {
    this.#queue.resume()
    this.#queue.noteSent()
    this.#continue()
  }

  onClose(): void {
    this.#isInputOver = true
    this.#carry = undefined
    this.#body = undefined
    this.#queue.abandon(new HttpError(400, 'The client has closed the connection'))
    this.#queue.noteSent()
    this.#leave()
  }

  wantBody(request: HttpRequest): void {
    this.#queue.sayContinue(request)
    if (request.body !== this.#body) return
    // The time it was not read is not the client's.
    if (this.#isPaused) this.#deadlines.bodyMs = JUST_NOW
    this.#continue()
  }

  /** @internal A response is written: go on with what waited for it, or end the connection. */
  afterResponse(request: HttpRequest, closes: boolean): void {
    this.#deadlines.activeMs = JUST_NOW
    this.#hasServed = true
    if (closes) {
      this.#end()
      return
    }
    if (request.body !== undefined && request.body === this.#body) this.#body.abandon()
    if (this.#isPaused) this.#continue()
  }

  /** @internal Whether the connection cannot go on after the response to `request`. */
  mustClose(request: HttpRequest): boolean {
    const { body } = request
    if (body === undefined || body !== this.#body || this.#body === undefined) return false
    // Nobody asked for the body, and the client may never send it: RFC 9110, 10.1.1.
    if (request.awaitsContinue) return true
    const { missingBytes } = this.#body
    return missingBytes !== Number.POSITIVE_INFINITY && missingBytes > DRAIN_LIMIT_BYTES
  }

  /** @internal */
  endInput(): void {
    this.#isInputOver = true
    this.#carry = undefined
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

  /** @internal Hands the connection over, at once or when the input at hand has been looked at. */
  upgrade(response: UpgradeResponse): void {
    this.#upgrade = response
    if (!this.#isConsuming) this.#handOver(response, this.#carry)
  }

  /** The server is closing: ends the connection if nothing is in flight. */
  close(isRecentlyUsedSpared: boolean, nowMs: number): void {
    if (this.#switched !== undefined) {
      this.#switched.shutdown()
      return
    }
    this.#queue.shutdown()
    if (!this.#queue.isEmpty || this.#body !== undefined || this.#carry !== undefined) return
    if (!this.#isInputOver && isRecentlyUsedSpared && this.#deadlines.isRecent(nowMs)) return
    if (!this.#isInputOver) this.#end()
  }

  destroy(): void {
    this.#switched?.destroy()
    this.#connection.destroy()
  }

  /**
   * Closes what has expired.
   *
   * @param nowMs - whole milliseconds, rounded down
   * @param elapsedMs - since the last sweep
   */
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
    const body = this.#body
    if (body?.isWanted === true && !body.isFull) body.waitedUntilMs = nowMs
    if (settings.handlerTimeoutMs > 0) this.#queue.expire(nowMs, settings.handlerTimeoutMs)
    const phase = this.#phase()
    if (this.#deadlines.isOver(phase, nowMs, settings)) this.#expire(phase)
    else if (phase === 'body' && isTooSlow(this.#body!, elapsedMs, settings)) {
      counters.countLimit('bodyRate')
      this.#failBody(new HttpError(408, 'The request body comes too slowly'))
    }
  }

  /** @param isContinued - true if `bytes` starts with a head that was incomplete before */
  #consume(bytes: Buffer, isContinued: boolean): void {
    this.#carry = undefined
    this.#isConsuming = true
    const isTimed = this.#core.isTurnTimed()
    const startMs = isTimed ? performance.now() : 0
    const answeredBefore = this.#queue.answeredAtOnce
    let at = 0
    try {
      at = this.#readRequests(bytes)
    } catch (error) {
      if (!(error instanceof HttpParseError)) throw error
      this.#onParseError(error)
      at = bytes.length
    } finally {
      this.#isConsuming = false
    }
    if (this.#body !== undefined) this.#makeRoom(this.#body, bytes)
    if (this.#upgrade !== undefined) this.#handOver(this.#upgrade, bytes.subarray(at))
    else if (at < bytes.length && !this.#isInputOver) this.#keep(bytes, at, isContinued)
    const answered = this.#queue.answeredAtOnce - answeredBefore
    if (answered === 0) return
    if (isTimed) this.#core.counters.addTurn(performance.now() - startMs, answered)
    else this.#core.counters.addUntimed(answered)
  }

  /** @returns offset of the first byte not used */
  #readRequests(bytes: Buffer): number {
    const end = bytes.length
    const { settings } = this.#core
    let at = 0
    while (at < end) {
      if (this.#body !== undefined) {
        at = this.#readBody(this.#body, bytes, at)
        continue
      }
      if (this.#isInputOver) return end
      if (this.#queue.length >= this.#maxInFlight || this.#connection.isCongested) {
        this.#pause()
        return at
      }
      const next = parseHead(bytes, at, end, settings, head, this.#factory.knownFields)
      if (next === INCOMPLETE) return at
      const request = this.#factory.create(bytes, head, next)
      const body = request.body as BodyReader | undefined
      at = next
      const asksForUpgrade = head.asksForUpgrade
      if (!request.keepsAlive && !asksForUpgrade) this.#isInputOver = true
      if (body !== undefined) at = this.#beginBody(request, body, bytes, at)
      this.#queue.dispatch(request, at < end)
      body?.keepView()
      if (!asksForUpgrade) continue
      if (this.#upgrade !== undefined) return at
      // What follows is read when it is known in which protocol.
      if (!this.#queue.isEmpty) this.#maxInFlight = 1
    }
    return at
  }

  #handOver(response: UpgradeResponse, head: Buffer | undefined): void {
    const connection = this.#connection
    const isPeerDone = this.#isInputOver
    this.#isInputOver = true
    this.#carry = undefined
    this.#upgrade = undefined
    connection.setAfterClose(() => this.#leave())
    this.#switched = new SwitchedConnection(this.#core, connection)
    this.#switched.handOver(response, Buffer.from(head ?? []))
    // The owner is told all the same: it may have to clean up.
    if (isPeerDone) this.#switched.destroy()
    if (this.#isPaused) connection.resume()
  }

  /** The connection is closed. */
  #leave(): void {
    if (!this.#core.connections.has(this)) return
    this.#switched?.countInput()
    this.#core.counters.sentByClosed += this.#connection.bytesWritten
    this.#core.remove(this)
    this.onLeave?.()
  }

  /** Takes what has come with the head, before the handler is called. */
  #beginBody(request: HttpRequest, body: BodyReader, bytes: Buffer, at: number): number {
    this.#undispatched = request
    const next = body.feed(bytes, at, bytes.length)
    this.#undispatched = undefined
    if (!body.isComplete) {
      this.#body = body
      this.#deadlines.bodyMs = JUST_NOW
      if (body.isFull) this.#pause()
    }
    return next
  }

  #readBody(body: BodyReader, bytes: Buffer, at: number): number {
    const next = body.feed(bytes, at, bytes.length)
    // Who takes a body in pieces may get one of any length: each piece has its time.
    if (body.isUsed) this.#deadlines.bodyMs = JUST_NOW
    if (body.isComplete) this.#body = undefined
    else if (body.isFull) this.#pause()
    else if (body.discardedBytes > DRAIN_LIMIT_BYTES) this.#endAfterBody()
    return next
  }

  /** Nobody reads this body, and it does not end: if its request is answered, nor does the client. */
  #endAfterBody(): void {
    this.#isInputOver = true
    this.#body = undefined
    if (this.#queue.isEmpty) this.#end()
  }

  /** The rest of a body that comes fast is received where it is to stay. */
  #makeRoom(body: BodyReader, bytes: Buffer): void {
    body.keepView()
    if (bytes.length >= FAST_BYTES) this.#connection.readInto(body.room())
  }

  #keep(bytes: Buffer, at: number, isContinued: boolean): void {
    this.#carry = Buffer.from(bytes.subarray(at))
    if (at > 0 || !isContinued) this.#deadlines.headMs = JUST_NOW
  }

  #pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#connection.pause()
  }

  /** Takes up reading where it was paused. */
  #continue(): void {
    if (!this.#isPaused || this.#isConsuming) return
    if (this.#connection.isCongested || this.#body?.isFull === true) return
    this.#isPaused = false
    if (this.#queue.isEmpty) this.#maxInFlight = this.#core.settings.maxPipelinedRequests
    if (this.#carry !== undefined) this.#consume(this.#carry, false)
    if (this.#isPaused) return
    if (this.#isEndPending) this.#endOfInput()
    else this.#connection.resume()
  }

  #onParseError(error: HttpParseError): void {
    this.#core.counters.parseErrors++
    if (error.status === 414) this.#core.counters.countLimit('requestLine')
    else if (error.status === 431) this.#core.counters.countLimit('header')
    if (this.#body === undefined) {
      const isHead = this.#undispatched?.method === 'HEAD'
      this.#refuse(detailResponse(error.status, error.message), isHead)
    } else this.#failBody(new HttpError(error.status, error.message))
  }

  #refuse(response: HttpResponse, isHead = false): void {
    this.#isInputOver = true
    this.#carry = undefined
    this.#queue.refuse(response, isHead)
  }

  #phase(): Phase {
    if (this.#body !== undefined && !this.#isPaused) return 'body'
    if (!this.#queue.isEmpty || this.#isPaused) return 'busy'
    if (this.#isInputOver) return 'linger'
    if (this.#carry !== undefined) return 'head'
    return this.#hasServed ? 'idle' : 'fresh'
  }

  #expire(phase: Phase): void {
    const { counters } = this.#core
    if (phase === 'body') {
      counters.countTimeout('body')
      this.#failBody(new HttpError(408, 'The request body took too long'))
    } else if (phase === 'head') {
      counters.countTimeout('header')
      this.#refuse(detailResponse(408, 'The request header took too long'))
    } else if (phase === 'linger') this.#connection.destroy()
    else {
      counters.countTimeout('idle')
      this.#end()
    }
  }

  /** The body will not be complete, so no request can follow it. */
  #failBody(error: HttpError): void {
    const body = this.#body
    this.#isInputOver = true
    this.#body = undefined
    body?.fail(error)
    if (this.#queue.isEmpty) this.#end()
  }

  /** The peer has ended its side. */
  #endOfInput(): void {
    this.#isEndPending = false
    this.#carry = undefined
    this.#failBody(new HttpError(400, 'The client has ended the body too early'))
    // A client that goes away sends FIN, too. One that only ends its side still gets its answers.
    this.#queue.giveUpAll(new HttpError(400, 'The client has closed the connection'))
  }

  /** Sends FIN behind what is written, and throws away what still comes. */
  #end(): void {
    this.#isInputOver = true
    this.#carry = undefined
    this.#body?.abandon()
    this.#body = undefined
    this.#deadlines.startLinger()
    this.#connection.end()
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#connection.resume()
  }
}
