import {
  constants,
  performServerHandshake,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  type ServerOptions,
} from 'node:http2'
import type { Socket } from 'node:net'
import { ClosedError } from '../../core/errors.ts'
import { asCallback } from '../../reactor/callback.ts'
import type { ServedConnection } from '../h1/served-connection.ts'
import type { ServerCore } from '../h1/server-core.ts'
import type { Peer } from '../proxy/peer.ts'
import { Http2Exchange } from './http2-exchange.ts'
import type { Http2Settings } from './options.ts'

/** Stands for the time until the next sweep. */
const JUST_NOW = -1
/** How long what is too often too often is counted. */
const WINDOW_MS = 10_000
/** Says that no new requests are wanted, without saying yet which was the last: RFC 9113, 6.8. */
const ANY_STREAM = 2 ** 31 - 1

/** One connection that speaks HTTP/2, through `node:http2`. */
export class Http2Connection implements ServedConnection {
  readonly core: ServerCore
  readonly peer: Peer | undefined
  readonly #settings: Http2Settings
  readonly #socket: Socket
  readonly #exchanges: Set<Http2Exchange> = new Set()
  #session!: ServerHttp2Session
  #activeMs = JUST_NOW
  #hasServed = false
  onLeave: (() => void) | undefined
  #windowStartMs = JUST_NOW
  #requests = 0
  #resets = 0
  /** Input that is counted already. */
  #countedBytes = 0
  #controlFrames = 0
  #isOver = false
  #isCalmed = false
  #closing: 'no' | 'announced' | 'begun' = 'no'

  constructor(core: ServerCore, settings: Http2Settings, socket: Socket, peer: Peer | undefined) {
    this.core = core
    this.peer = peer
    this.#settings = settings
    this.#socket = socket
  }

  /** Sends the settings, and reads; it is one of the server's connections already. */
  start(): void {
    this.core.counters.countEntrance('http2Session')
    this.#countedBytes = this.#socket.bytesRead
    // node:http2 keeps what went wrong for the streams; the socket is closed anyway.
    this.#socket.on('error', () => {})
    this.#socket.once('close', () => this.#leave())
    const session = performServerHandshake(this.#socket, this.#options())
    this.#session = session
    session.on('error', () => {})
    session.on('close', () => this.#leave())
    session.on('stream', (stream, _headers, _flags, rawHeaders: string[]) =>
      asCallback(() => this.#onStream(stream, rawHeaders)),
    )
    session.on('ping', () => this.#onControlFrame())
    session.on('remoteSettings', () => this.#onControlFrame())
  }

  get remoteAddress(): string | undefined {
    return this.peer === undefined ? this.#socket.remoteAddress : this.peer.address
  }

  get bytesWritten(): number {
    return this.#socket.bytesWritten
  }

  sweep(nowMs: number, elapsedMs: number): void {
    const { settings } = this.core
    this.#countInput()
    if (this.#activeMs === JUST_NOW) this.#activeMs = nowMs + 1
    if (nowMs - this.#windowStartMs >= WINDOW_MS) {
      this.#windowStartMs = nowMs
      this.#resets = 0
      this.#controlFrames = 0
    }
    for (const exchange of this.#exchanges) exchange.sweep(nowMs, elapsedMs)
    if (this.#exchanges.size > 0 || this.#closing !== 'no') return
    const timeoutMs = this.#hasServed ? settings.idleTimeoutMs : settings.headerTimeoutMs
    if (timeoutMs === 0 || nowMs - this.#activeMs < timeoutMs) return
    this.core.counters.countTimeout('idle')
    this.end()
  }

  close(isRecentlyUsedSpared: boolean): void {
    for (const exchange of this.#exchanges) exchange.shutdown()
    if (isRecentlyUsedSpared) {
      if (this.#closing !== 'no' || this.#session.destroyed) return
      this.#closing = 'announced'
      this.#session.goaway(constants.NGHTTP2_NO_ERROR, ANY_STREAM)
    } else this.end()
  }

  /** Takes no more requests, and closes when those in flight are answered. */
  end(): void {
    if (this.#closing === 'begun' || this.#session.destroyed) return
    this.#closing = 'begun'
    this.#session.close()
  }

  destroy(): void {
    // A client must not take what it has got for the whole.
    this.#endWith(constants.NGHTTP2_CANCEL)
    this.#socket.destroy()
  }

  /** @internal A stream is closed. */
  ended(exchange: Http2Exchange, isReset: boolean): void {
    this.#exchanges.delete(exchange)
    this.#activeMs = JUST_NOW
    if (isReset && !this.#isOver) this.#onReset()
  }

  #options(): ServerOptions {
    const { maxConcurrentStreams, maxSessionMemoryMb, maxResets, hasWebSockets } = this.#settings
    const { maxHeaderBytes, maxHeaderCount } = this.core.settings
    return {
      maxSessionMemory: maxSessionMemoryMb,
      // Those of one read are cut off while they are read, before anything is made of them.
      streamResetBurst: maxResets,
      streamResetRate: Math.ceil((maxResets * 1000) / WINDOW_MS),
      // Four pseudo fields come on top.
      maxHeaderListPairs: maxHeaderCount + 4,
      settings: {
        enablePush: false,
        maxConcurrentStreams,
        maxHeaderListSize: maxHeaderBytes,
        enableConnectProtocol: hasWebSockets,
      },
    }
  }

  #onStream(stream: ServerHttp2Stream, fields: readonly string[]): void {
    // A later listener would be too late for what happens at once.
    stream.on('error', () => {})
    this.#hasServed = true
    this.#activeMs = JUST_NOW
    // Taken back already: nobody wants it to be done.
    if (stream.destroyed || stream.closed) {
      this.#onReset()
      return
    }
    const exchange = new Http2Exchange(this, stream)
    this.#exchanges.add(exchange)
    exchange.start(fields)
    const { maxRequestsPerConnection: limit } = this.core.settings
    if (limit > 0 && ++this.#requests >= limit) this.end()
  }

  #onReset(): void {
    this.core.counters.countEntrance('http2Reset')
    if (++this.#resets > this.#settings.maxResets) this.#calm()
  }

  #onControlFrame(): void {
    if (++this.#controlFrames > this.#settings.maxControlFrames) this.#calm()
  }

  /** The client costs more than it can mean to ask for. */
  #calm(): void {
    if (this.#isCalmed) return
    this.#isCalmed = true
    this.core.counters.countEntrance('http2Calm')
    // What came in one read may have made nghttp2 end it already.
    if (!this.#session.destroyed) this.#endWith(constants.NGHTTP2_ENHANCE_YOUR_CALM)
  }

  #endWith(code: number): void {
    // Without an error Node would send another code.
    this.#session.destroy(new ClosedError('The session'), code)
  }

  #countInput(): void {
    const { bytesRead } = this.#socket
    this.core.counters.receivedBytes += bytesRead - this.#countedBytes
    this.#countedBytes = bytesRead
  }

  #leave(): void {
    if (this.#isOver) return
    this.#isOver = true
    asCallback(() => {
      for (const exchange of this.#exchanges) exchange.end()
      this.#countInput()
      this.core.counters.sentByClosed += this.bytesWritten
      this.core.remove(this)
      this.onLeave?.()
    })
  }
}
