import type { TlsInfo } from '../../net/index.ts'
import type { ProxyTrust } from './proxy-trust.ts'

/** How a URL begins. */
export type Scheme = 'http' | 'https'

/** Who is on the other side of a connection, if there is more to say than its address. */
export interface Peer {
  /** As the PROXY protocol says it, or else the address of the socket. */
  readonly address: string | undefined
  /** `https` if the connection is encrypted here, or where the PROXY protocol comes from. */
  readonly scheme: Scheme
  readonly tls: TlsInfo | undefined
  /** Whose headers are believed. */
  readonly trust: ProxyTrust | undefined
}
