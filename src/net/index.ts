export { AddressList } from './address-list.ts'
export type { AcceptOptions, ReadPath } from './adopt.ts'
export type { ConnectOptions } from './connect.ts'
export { Connection } from './connection.ts'
export type { ConnectionHandler } from './connection-handler.ts'
export { ConnectError, ListenError, TlsConfigError } from './errors.ts'
export { Listener, type ListenOptions } from './listener.ts'
export {
  type ProxyAddress,
  type ProxyHeader,
  ProxyProtocolError,
} from './proxy-protocol/header.ts'
export { parseProxyHeader } from './proxy-protocol/parse.ts'
export { type Handshake, TlsAcceptor } from './tls/acceptor.ts'
export { TlsInfo } from './tls/info.ts'
export {
  TICKET_KEYS_BYTES,
  type TlsDocument,
  type TlsIdentity,
  type TlsOptions,
  type TlsSettings,
  type TlsVersion,
  tlsSettings,
} from './tls/options.ts'
