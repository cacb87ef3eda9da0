import { afterInput } from '../../core/after-input.ts'
import { schedule } from '../../core/run-queue.ts'
import { Future } from '../../future/index.ts'
import type { TlsInfo } from '../../net/index.ts'
import { HttpError } from '../errors.ts'
import type { Peer, Scheme } from '../proxy/peer.ts'
import type { BodySupplier } from './body-supplier.ts'
import { fieldLines } from './field-text.ts'
import { eachHeader, findHeader, type HeaderList } from './headers.ts'
import type { RequestBody } from './request-body.ts'

/** What a request needs from the connection it came on. */
export interface RequestOrigin {
  readonly remoteAddress: string | undefined
  /** Undefined if there is no more to say than its address. */
  readonly peer: Peer | undefined
  readonly maxBodyBytes: number
  /** The handler waits for the body: read on, and say `100 Continue` if that is expected. */
  wantBody(request: HttpRequest): void
  /** @returns false if there is no memory for so much more of a body */
  reserveBody?(bytes: number): boolean
  /** Memory that was reserved is free again. */
  releaseBody?(bytes: number): void
  countBodyLimit?(kind: 'body' | 'bodyMemory'): void
  /** Sends `103 Early Hints`, if it can be sent. @param fields - validated lines */
  earlyHints?(request: HttpRequest, fields: string): void
  /** Calls back when the last byte of the response has left, or the client has gone. */
  whenSent?(request: HttpRequest, callback: () => void): void
}

const NO_BYTES: Uint8Array = new Uint8Array(0)

/**
 * One request. Everything is taken from the text of its head when it is asked for.
 *
 * A request stays valid for as long as somebody holds it, also after its response.
 */
export class HttpRequest implements BodySupplier {
  // Declared and set in the constructor: an initializer for each field costs a second store.
  declare readonly method: string
  /** The path as it was sent, percent-encoded, without the query; `*` for `OPTIONS *`. */
  declare readonly path: string

  /** Undefined without a `?`. @internal */
  declare readonly query: string | undefined
  /** The target of another form than path and query. @internal */
  declare readonly otherTarget: string | undefined
  /** Field lines, each ending in CRLF; one character per byte. @internal */
  declare readonly fields: string
  /** @internal */
  declare readonly origin: RequestOrigin
  /** 0 or 1, or 2 for HTTP/2. @internal */
  declare readonly minorVersion: number
  /** @internal */
  declare readonly keepsAlive: boolean
  /** To be read whole or in pieces; undefined if the request has none. */
  declare readonly body: RequestBody | undefined
  /** The client waits for `100 Continue` before it sends the body. @internal */
  declare awaitsContinue: boolean
  /** Made when somebody asks for the signal. @internal */
  declare abort: AbortController | undefined
  /** Why nobody waits for the answer any more. @internal */
  declare abortReason: unknown

  /** @internal */
  constructor(
    origin: RequestOrigin,
    method: string,
    path: string,
    query: string | undefined,
    otherTarget: string | undefined,
    fields: string,
    minorVersion: number,
    keepsAlive: boolean,
    awaitsContinue: boolean,
    body: RequestBody | undefined,
  ) {
    this.method = method
    this.path = path
    this.query = query
    this.otherTarget = otherTarget
    this.fields = fields
    this.origin = origin
    this.minorVersion = minorVersion
    this.keepsAlive = keepsAlive
    this.body = body
    this.awaitsContinue = awaitsContinue
    this.abort = undefined
    this.abortReason = undefined
  }

  /** The request target as it was sent: a path with query, a whole URL, or `*`. */
  get target(): string {
    if (this.otherTarget !== undefined) return this.otherTarget
    return this.query === undefined ? this.path : `${this.path}?${this.query}`
  }

  /** What follows the `?`, percent-encoded; empty if there is none. */
  get queryString(): string {
    return this.query ?? ''
  }

  get httpVersion(): '1.0' | '1.1' | '2' {
    if (this.minorVersion === 2) return '2'
    return this.minorVersion === 1 ? '1.1' : '1.0'
  }

  /**
   * Address of the other end of the connection, as the PROXY protocol says if it is spoken;
   * undefined on a Unix socket and after the connection is closed.
   */
  get remoteAddress(): string | undefined {
    return this.origin.remoteAddress
  }

  /** Address of the client: what trusted proxies say, else {@link remoteAddress}. */
  get clientAddress(): string | undefined {
    const { remoteAddress, peer } = this.origin
    return peer?.trust?.resolve(this, remoteAddress).address ?? remoteAddress
  }

  /** How the client has asked: what trusted proxies say, else `https` if the connection is encrypted. */
  get scheme(): Scheme {
    const { remoteAddress, peer } = this.origin
    if (peer === undefined) return 'http'
    return peer.trust?.resolve(this, remoteAddress).scheme ?? peer.scheme
  }

  /**
   * The host and port the client has asked for: what trusted proxies say, else that of the request.
   * Empty if an HTTP/1.0 client names none. Clients send what they like: check before you use it.
   */
  get host(): string {
    const { remoteAddress, peer } = this.origin
    return peer?.trust?.resolve(this, remoteAddress).host ?? this.header('host') ?? ''
  }

  /** What was agreed on with the other end of an encrypted connection; undefined in the clear. */
  get tls(): TlsInfo | undefined {
    return this.origin.peer?.tls
  }

  /**
   * The value of a header, each character one byte (ISO 8859-1).
   *
   * @param name - in any case
   * @returns undefined if absent; several of one name are joined by `, `, cookies by `; `
   */
  header(name: string): string | undefined {
    return findHeader(this.fields, name.toLowerCase())
  }

  /** All headers in the order they came, names in lower case, repeated ones as often as they came. */
  headers(): Iterable<[string, string]> {
    return eachHeader(this.fields)
  }

  get hasBody(): boolean {
    return this.body !== undefined
  }

  /**
   * The whole body. Ready at once if it has arrived with the head, as small bodies do.
   *
   * May be called again: it is the same bytes.
   *
   * @param options - `maxBytes`: the limit for this request; default the server's `maxBodyBytes`
   * @returns fails with {@link HttpError} 413 (too big), 400 (malformed or cut off) or 408 (too slow)
   */
  bytes(options?: { readonly maxBytes?: number }): Future<Uint8Array> {
    return this.body === undefined ? Future.ready(NO_BYTES) : this.body.bytes(options)
  }

  /**
   * Fires when nobody waits for the answer any more: the client has closed its side or the whole
   * connection, or the handler took too long. An answer to a client that only closed its side is
   * still sent.
   */
  get signal(): AbortSignal {
    if (this.abort === undefined) {
      this.abort = new AbortController()
      if (this.abortReason !== undefined) this.abort.abort(this.abortReason)
    }
    return this.abort.signal
  }

  /**
   * Tells the client what the response will need, before it is made: `103 Early Hints` with, say,
   * `link` headers. Sent if the protocol and the order of responses allow it, dropped if not.
   *
   * @throws {HttpResponseError} for a header that could split the response
   * @see RFC 8297
   */
  earlyHints(headers: HeaderList): void {
    const fields = fieldLines(headers, undefined)
    if (this.minorVersion === 0 || this.origin.earlyHints === undefined) return
    // A handler that has not returned yet is not known to be at work.
    schedule({ run: () => this.origin.earlyHints?.(this, fields) })
  }

  /**
   * Calls back once, in a turn of its own, when the last byte of the response was handed to the
   * system, or the client has gone.
   */
  whenSent(callback: () => void): void {
    if (this.origin.whenSent === undefined) afterInput(callback)
    else this.origin.whenSent(this, callback)
  }

  /** @internal */
  reserveBody(bytes: number): boolean {
    return this.origin.reserveBody?.(bytes) ?? true
  }

  /** @internal */
  releaseBody(bytes: number): void {
    this.origin.releaseBody?.(bytes)
  }

  /** @internal */
  countBodyLimit(kind: 'body' | 'bodyMemory'): void {
    this.origin.countBodyLimit?.(kind)
  }

  /** @internal */
  get maxBodyBytes(): number {
    return this.origin.maxBodyBytes
  }

  /** @internal */
  wantBody(): void {
    this.origin.wantBody(this)
  }

  /** @internal */
  giveUp(reason: unknown): void {
    if (this.abortReason !== undefined) return
    this.abortReason = reason
    this.body?.fail(new HttpError(400, 'The client has closed the connection'))
    this.abort?.abort(reason)
  }
}
