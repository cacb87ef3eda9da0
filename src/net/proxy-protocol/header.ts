import { registerErrorClasses } from '../../core/error-classes.ts'
import { FlowError } from '../../core/errors.ts'

/** What a balancer says of the connection that it passes on. */
export interface ProxyHeader {
  /**
   * Where the connection comes from; undefined if the balancer speaks for itself (`LOCAL`, as health
   * checks do), or does not know (`UNKNOWN`).
   */
  readonly source: ProxyAddress | undefined
  /** Where the client has connected to. */
  readonly destination: ProxyAddress | undefined
  /** The client speaks TLS with the balancer. */
  readonly isEncrypted: boolean
  /** The host name the client has asked for in TLS. */
  readonly authority: string | undefined
}

export interface ProxyAddress {
  /** IP address, or the path of a Unix socket. */
  readonly address: string
  /** 0 for a Unix socket. */
  readonly port: number
}

/** A header in full, and the offset of the first byte behind it. */
export interface ParsedProxyHeader {
  readonly header: ProxyHeader
  readonly end: number
}

/** What stands before the request is not the PROXY protocol, or breaks its rules. */
export class ProxyProtocolError extends FlowError {
  readonly code = 'NET_PROXY_PROTOCOL'

  constructor(what: string) {
    super(`Not a PROXY protocol header: ${what}`)
  }
}

/** The balancer speaks for itself. */
export const LOCAL_HEADER: ProxyHeader = {
  source: undefined,
  destination: undefined,
  isEncrypted: false,
  authority: undefined,
}

registerErrorClasses(ProxyProtocolError)
