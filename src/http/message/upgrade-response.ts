import type { Buffer } from 'node:buffer'
import type { Connection } from '../../net/index.ts'
import type { HeaderList } from './headers.ts'
import { HttpResponse } from './response.ts'

/** A connection that speaks another protocol now, as far as the server has to know of it. */
export interface UpgradedConnection {
  /** The server is closing: say goodbye in the words of the protocol, and end the connection. */
  shutdown(): void
  /** The deadline is over: close at once. */
  destroy(): void
}

/** What stands for a connection where there is none of its own; a `Connection` is one. */
export type Tunnel = Pick<
  Connection,
  | 'write'
  | 'writeOwned'
  | 'pause'
  | 'resume'
  | 'end'
  | 'destroy'
  | 'setHandler'
  | 'bufferedBytes'
  | 'isCongested'
  | 'isClosed'
  | 'remoteAddress'
>

/**
 * Takes a connection over.
 *
 * @param connection - the owner sets itself as its handler (`connection.setHandler`) in this call
 * @param head - bytes the client has sent behind its request; a copy, and mostly empty
 */
export type UpgradeOwner = (connection: Connection, head: Buffer) => UpgradedConnection

/** Takes a stream of HTTP/2 over, as an {@link UpgradeOwner} does a connection. */
export type TunnelOwner = (tunnel: Tunnel) => UpgradedConnection

/**
 * Answers `101 Switching Protocols`, and hands the connection over once all earlier responses are
 * written.
 *
 * Limits and timeouts of HTTP no longer apply to it; it stays counted as open, and `server.close()`
 * ends it through the {@link UpgradedConnection}. A client that did not ask for `protocol` in its
 * `Upgrade` header, or that has not sent its whole body yet, gets a 500 instead, and `onError` the
 * reason.
 *
 * Over HTTP/2, where one stream is handed over and the rest of the connection goes on, a client asks
 * with an extended CONNECT, and the answer is 200.
 *
 * @see RFC 9110, 7.8, and RFC 8441
 */
export class UpgradeResponse extends HttpResponse {
  /** As it is sent in the `Upgrade` header. */
  readonly protocol: string
  readonly onUpgrade: UpgradeOwner
  readonly onTunnel: TunnelOwner | undefined

  /**
   * @param headers - sent besides `upgrade` and `connection`
   * @param onTunnel - if the protocol can be spoken over HTTP/2, too
   */
  constructor(
    protocol: string,
    headers: HeaderList | undefined,
    onUpgrade: UpgradeOwner,
    onTunnel?: TunnelOwner,
  ) {
    super(101, null, undefined, headers)
    this.protocol = protocol
    this.onUpgrade = onUpgrade
    this.onTunnel = onTunnel
  }

  /** @internal It answers one request, and that one only: another object could not switch. */
  override withHeaderList(headers: HeaderList): this {
    ;(this as { headers: HeaderList }).headers = headers
    return this
  }
}
