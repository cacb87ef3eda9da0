import { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import {
  Connection,
  type ConnectionHandler,
  type Handshake,
  type ProxyHeader,
  ProxyProtocolError,
  parseProxyHeader,
  TlsInfo,
} from '../../net/index.ts'
import { HttpConnection } from '../h1/http-connection.ts'
import type { ServedConnection } from '../h1/served-connection.ts'
import { Http2Connection } from '../h2/http2-connection.ts'
import type { Peer } from '../proxy/peer.ts'
import type { Entrance } from './entrance.ts'

/** What an HTTP/2 client sends first, to servers that know it already: RFC 9113, 3.4. */
const PREFACE: Buffer = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
/** Stands for the time until the next sweep: see {@link HttpConnection}. */
const JUST_NOW = -1
const NOTHING: Buffer = Buffer.alloc(0)

/** What is awaited of the client. */
type Stage = 'proxy-header' | 'handshake' | 'preface'

/**
 * A connection on its way to a protocol: what stands before the first request is read, then it goes
 * on as another object.
 */
export class Arrival implements ServedConnection, ConnectionHandler, Handshake {
  readonly #entrance: Entrance
  #stage: Stage = 'handshake'
  #socket: Socket
  #connection: Connection | undefined
  #carry: Buffer = NOTHING
  #header: ProxyHeader | undefined
  #tls: TlsInfo | undefined
  #address: string | undefined
  #startedMs = JUST_NOW
  #isOver = false
  onLeave: (() => void) | undefined

  constructor(entrance: Entrance, socket: Socket) {
    this.#entrance = entrance
    this.#socket = socket
  }

  /** Sends it on its way; it is one of the server's connections already. */
  start(): void {
    const { proxyProtocol, acceptor } = this.#entrance
    this.#address = this.#socket.remoteAddress
    if (proxyProtocol !== undefined) {
      if (proxyProtocol.trusted?.has(this.#address) === false) this.#refuseHeader()
      else this.#listen('proxy-header')
    } else if (acceptor !== undefined) this.#shakeHands(this.#socket)
    else this.#chooseProtocol()
  }

  get bytesWritten(): number {
    return 0
  }

  sweep(nowMs: number): void {
    if (this.#startedMs === JUST_NOW) this.#startedMs = nowMs + 1
    const { core, handshakeTimeoutMs } = this.#entrance
    const isHandshake = this.#stage === 'handshake'
    const timeoutMs = isHandshake ? handshakeTimeoutMs : core.settings.headerTimeoutMs
    if (timeoutMs === 0 || nowMs - this.#startedMs < timeoutMs) return
    if (isHandshake) core.counters.countEntrance('tlsTimeout')
    else core.counters.countTimeout(this.#carry.length === 0 ? 'idle' : 'header')
    this.destroy()
  }

  close(isRecentlyUsedSpared: boolean): void {
    if (!isRecentlyUsedSpared) this.destroy()
  }

  destroy(): void {
    this.#socket.destroy()
    this.#connection?.destroy()
  }

  onData(chunk: Buffer): void {
    this.#entrance.core.counters.receivedBytes += chunk.length
    const bytes = this.#carry.length === 0 ? chunk : Buffer.concat([this.#carry, chunk])
    if (this.#stage === 'proxy-header') this.#readHeader(bytes)
    else this.#readPreface(bytes)
  }

  onEnd(): void {
    this.destroy()
  }

  onDrain(): void {}

  onClose(): void {
    this.#leave()
  }

  onSecure(socket: TLSSocket): void {
    const { counters } = this.#entrance.core
    this.#socket = socket
    this.#tls = new TlsInfo(socket)
    counters.countEntrance('tlsHandshake')
    if (this.#tls.isResumed) counters.countEntrance('tlsResumption')
    if (this.#tls.alpn === 'h2') this.#speakHttp2(socket)
    // Node does not let a TLSSocket read into the shared buffer.
    else this.#speakHttp1(Connection.accept(socket, this, { readPath: 'stream' }), NOTHING)
  }

  onFailed(): void {
    this.#entrance.core.counters.countEntrance('tlsFailure')
    this.#socket.destroy()
    this.#leave()
  }

  #listen(stage: Stage): void {
    this.#stage = stage
    this.#connection = Connection.accept(this.#socket, this, this.#entrance.acceptOptions)
  }

  #readHeader(bytes: Buffer): void {
    let parsed: ReturnType<typeof parseProxyHeader>
    try {
      parsed = parseProxyHeader(bytes)
    } catch (error) {
      if (!(error instanceof ProxyProtocolError)) throw error
      this.#refuseHeader()
      return
    }
    if (parsed === undefined) {
      this.#carry = Buffer.from(bytes)
      return
    }
    this.#header = parsed.header
    this.#address = parsed.header.source?.address ?? this.#address
    this.#carry = NOTHING
    this.#startedMs = JUST_NOW
    const rest = bytes.subarray(parsed.end)
    if (this.#entrance.acceptor !== undefined) {
      this.#shakeHands(this.#connection!.detach(Buffer.from(rest)))
    } else if (this.#entrance.isHttp2Clear) {
      this.#stage = 'preface'
      if (rest.length > 0) this.#readPreface(rest)
    } else this.#speakHttp1(this.#connection!, rest)
  }

  #refuseHeader(): void {
    this.#entrance.core.counters.countEntrance('proxyError')
    this.destroy()
    if (this.#connection === undefined) this.#leave()
  }

  #shakeHands(socket: Socket): void {
    this.#stage = 'handshake'
    this.#socket = socket
    // The client may have gone while the socket was on its way to this thread.
    if (socket.destroyed) this.onFailed()
    else this.#entrance.acceptor?.accept(socket, this)
  }

  /** Without TLS there is nothing to go by but what the client sends. */
  #chooseProtocol(): void {
    if (this.#entrance.isHttp2Clear) this.#listen('preface')
    else {
      const { acceptOptions } = this.#entrance
      this.#speakHttp1(Connection.accept(this.#socket, this, acceptOptions), NOTHING)
    }
  }

  #readPreface(bytes: Buffer): void {
    const length = Math.min(bytes.length, PREFACE.length)
    if (bytes.compare(PREFACE, 0, length, 0, length) !== 0) {
      this.#speakHttp1(this.#connection!, bytes)
    } else if (length < PREFACE.length) this.#carry = Buffer.from(bytes)
    else this.#speakHttp2(this.#connection!.detach(Buffer.from(bytes)))
  }

  #speakHttp1(connection: Connection, bytes: Buffer): void {
    const { core } = this.#entrance
    const http = new HttpConnection(core, this.#peer())
    this.#isOver = true
    core.replace(this, http)
    http.attach(connection)
    connection.setHandler(http)
    if (bytes.length === 0) return
    core.counters.receivedBytes -= bytes.length
    http.onData(bytes)
  }

  #speakHttp2(socket: Socket): void {
    const { core, http2 } = this.#entrance
    const connection = new Http2Connection(core, http2!, socket, this.#peer())
    this.#isOver = true
    core.replace(this, connection)
    connection.start()
  }

  #peer(): Peer | undefined {
    const { trust, proxyProtocol } = this.#entrance
    const tls = this.#tls
    if (trust === undefined && proxyProtocol === undefined && tls === undefined) return undefined
    const isEncrypted = tls !== undefined || this.#header?.isEncrypted === true
    return { address: this.#address, scheme: isEncrypted ? 'https' : 'http', tls, trust }
  }

  #leave(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#entrance.core.remove(this)
    this.onLeave?.()
  }
}
