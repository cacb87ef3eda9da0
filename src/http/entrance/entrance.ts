import type { Socket } from 'node:net'
import { type ClockTimer, systemClock } from '../../core/clock.ts'
import { type AcceptOptions, type AddressList, TlsAcceptor } from '../../net/index.ts'
import type { ServerCore } from '../h1/server-core.ts'
import type { Http2Settings } from '../h2/options.ts'
import { TLS_OPTION } from '../options.ts'
import type { ProxyTrust } from '../proxy/proxy-trust.ts'
import { Arrival } from './arrival.ts'

/** Who must send the header of the PROXY protocol. */
export interface ProxyProtocolSettings {
  /** Others are not let in; undefined: everybody is believed. */
  readonly trusted: AddressList | undefined
}

/**
 * Where connections come in that need more than HTTP/1.1 in the clear: TLS, the PROXY protocol,
 * HTTP/2, or proxies that are trusted.
 */
export class Entrance {
  readonly core: ServerCore
  readonly acceptor: TlsAcceptor | undefined
  readonly http2: Http2Settings | undefined
  readonly isHttp2Clear: boolean
  readonly proxyProtocol: ProxyProtocolSettings | undefined
  readonly trust: ProxyTrust | undefined
  readonly acceptOptions: AcceptOptions
  readonly handshakeTimeoutMs: number

  private constructor(core: ServerCore) {
    const { tls, http2, proxyProtocol, trustProxy, readPath } = core.settings
    this.core = core
    this.http2 = http2
    this.isHttp2Clear = http2?.isClear === true
    this.proxyProtocol = proxyProtocol
    this.trust = trustProxy
    this.acceptOptions = readPath === undefined ? {} : { readPath }
    this.handshakeTimeoutMs = tls?.handshakeTimeoutMs ?? 0
    const protocols = http2 === undefined ? ['http/1.1'] : ['h2', 'http/1.1']
    if (tls !== undefined) this.acceptor = new TlsAcceptor(TLS_OPTION, tls, protocols)
  }

  /**
   * @returns undefined if connections can go to HTTP/1.1 as they come
   * @throws {TlsConfigError} if a certificate or key cannot be used
   */
  static create(core: ServerCore): Entrance | undefined {
    const { tls, http2, proxyProtocol, trustProxy } = core.settings
    const isNeeded =
      tls !== undefined ||
      http2?.isClear === true ||
      proxyProtocol !== undefined ||
      trustProxy !== undefined
    return isNeeded ? new Entrance(core) : undefined
  }

  /**
   * Begins to look for changed files now and then, if that is wanted.
   *
   * @returns undefined if it is not
   */
  watchFiles(): ClockTimer | undefined {
    const intervalMs = this.core.settings.tls?.reloadIntervalMs ?? 0
    const { acceptor } = this
    if (acceptor === undefined || intervalMs === 0) return undefined
    const look = (): void => {
      try {
        acceptor.reloadIfChanged()
      } catch (error) {
        this.core.report(error, undefined)
      }
    }
    const timer = systemClock.setPeriodicTimer(intervalMs, look)
    timer.unref()
    return timer
  }

  /** Takes a connection that is counted already. @param onLeave - told when it is closed */
  accept(socket: Socket, onLeave: (() => void) | undefined): void {
    const arrival = new Arrival(this, socket)
    arrival.onLeave = onLeave
    this.core.connections.add(arrival)
    arrival.start()
  }
}
