import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'

/** What both sides of an encrypted connection have agreed on. Nothing is asked for before it is read. */
export class TlsInfo {
  readonly #socket: TLSSocket
  #certificate: X509Certificate | undefined

  /** @internal */
  constructor(socket: TLSSocket) {
    this.#socket = socket
  }

  /** `TLSv1.3`; empty after the connection is closed. */
  get protocol(): string {
    return this.#socket.getProtocol() ?? ''
  }

  /** Name of the cipher suite in the standard's words: `TLS_AES_256_GCM_SHA384`. */
  get cipher(): string {
    const cipher = this.#socket.getCipher() as { readonly standardName?: string } | undefined
    return cipher?.standardName ?? ''
  }

  /** The host name the client has asked for (SNI); undefined if it named none. */
  get servername(): string | undefined {
    return (this.#socket as { readonly servername?: string | false | null }).servername || undefined
  }

  /** The application protocol agreed on (ALPN): `h2`, `http/1.1`, or undefined. */
  get alpn(): string | undefined {
    return this.#socket.alpnProtocol || undefined
  }

  /** True if the client has proved who it is, by a certificate of one of the server's authorities. */
  get authorized(): boolean {
    return this.#socket.authorized
  }

  /** Why it is not {@link authorized}, as OpenSSL's code; undefined if it is, or nobody asked. */
  get authorizationError(): string | undefined {
    // Node's types say Error; on servers it is the code, or null.
    const reason = this.#socket.authorizationError as unknown as string | null | undefined
    return reason ?? undefined
  }

  /** True if the client has taken up an earlier session again, and so spared the whole handshake. */
  get isResumed(): boolean {
    return this.#socket.isSessionReused()
  }

  /**
   * The certificate of the client, verified only if {@link authorized}; undefined if it sent none,
   * or the connection was closed before somebody asked.
   */
  get peerCertificate(): X509Certificate | undefined {
    this.#certificate ??= this.#socket.getPeerX509Certificate()
    return this.#certificate
  }
}
