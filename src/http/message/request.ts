import type { Buffer } from 'node:buffer'
import { Future } from '../../future/index.ts'
import { HttpError } from '../errors.ts'
import type { BodyReader } from '../h1/body-reader.ts'
import type { RequestHead } from '../h1/request-head.ts'
import { eachHeader, findHeader } from './headers.ts'

/** What a request needs from the connection it came on. */
export interface RequestOrigin {
  readonly remoteAddress: string | undefined
  readonly maxBodyBytes: number
  /** The handler waits for the body: read on, and say `100 Continue` if that is expected. */
  wantBody(request: HttpRequest): void
}

const NO_BYTES: Uint8Array = new Uint8Array(0)

/**
 * One request. Everything is taken from the text of its head when it is asked for.
 *
 * A request stays valid for as long as somebody holds it, also after its response.
 */
export class HttpRequest {
  // Declared and set in the constructor: an initializer for each field costs a second store.
  declare readonly method: string
  /** The path as it was sent, percent-encoded, without the query; `*` for `OPTIONS *`. */
  declare readonly path: string

  /** One character per byte of the input, with the head in it. @internal */
  declare readonly text: string
  /** Offsets into `text`. @internal */
  declare readonly targetStart: number
  /** @internal */
  declare readonly targetEnd: number
  /** -1 without a query. @internal */
  declare readonly queryStart: number
  /** @internal */
  declare readonly fieldsStart: number
  /** @internal */
  declare readonly fieldsEnd: number
  /** @internal */
  declare readonly origin: RequestOrigin
  /** 0 or 1. @internal */
  declare readonly minorVersion: number
  /** @internal */
  declare readonly keepsAlive: boolean
  /** @internal */
  declare readonly body: BodyReader | undefined
  /** The client waits for `100 Continue` before it sends the body. @internal */
  declare awaitsContinue: boolean
  /** Made when somebody asks for the signal. @internal */
  declare abort: AbortController | undefined
  /** Why nobody waits for the answer any more. @internal */
  declare abortReason: unknown

  /**
   * @param text - one character per byte of the input, starting at offset `base` of it
   * @internal
   */
  constructor(
    origin: RequestOrigin,
    method: string,
    text: string,
    base: number,
    head: RequestHead,
    headEnd: number,
    body: BodyReader | undefined,
  ) {
    this.method = method
    this.path =
      head.pathEnd === head.pathStart
        ? '/'
        : text.substring(head.pathStart - base, head.pathEnd - base)
    this.text = text
    this.targetStart = head.targetStart - base
    this.targetEnd = head.targetEnd - base
    this.queryStart = head.queryStart === -1 ? -1 : head.queryStart - base
    this.fieldsStart = head.fieldsStart - base
    this.fieldsEnd = headEnd - base - 2
    this.origin = origin
    this.minorVersion = head.minorVersion
    this.keepsAlive = head.keepsAlive
    this.body = body
    this.awaitsContinue = head.expectsContinue
    this.abort = undefined
    this.abortReason = undefined
  }

  /** The request target as it was sent: a path with query, a whole URL, or `*`. */
  get target(): string {
    return this.text.substring(this.targetStart, this.targetEnd)
  }

  /** What follows the `?`, percent-encoded; empty if there is none. */
  get queryString(): string {
    return this.queryStart === -1 ? '' : this.text.substring(this.queryStart, this.targetEnd)
  }

  get httpVersion(): '1.0' | '1.1' {
    return this.minorVersion === 1 ? '1.1' : '1.0'
  }

  /** Address of the peer; undefined on a Unix socket and after the connection is closed. */
  get remoteAddress(): string | undefined {
    return this.origin.remoteAddress
  }

  /**
   * The value of a header, each character one byte (ISO 8859-1).
   *
   * @param name - in any case
   * @returns undefined if absent; several of one name are joined by `, `, cookies by `; `
   */
  header(name: string): string | undefined {
    return findHeader(this.text, this.fieldsStart, this.fieldsEnd, name.toLowerCase())
  }

  /** All headers in the order they came, names in lower case, repeated ones as often as they came. */
  headers(): Iterable<[string, string]> {
    return eachHeader(this.text, this.fieldsStart, this.fieldsEnd)
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
    const { body } = this
    if (body === undefined) return Future.ready(NO_BYTES)
    const future = body.read(options?.maxBytes ?? this.origin.maxBodyBytes)
    if (future.isPending) this.origin.wantBody(this)
    return future
  }

  /** Fires when nobody waits for the answer any more: the client has gone, or the handler took too long. */
  get signal(): AbortSignal {
    if (this.abort === undefined) {
      this.abort = new AbortController()
      if (this.abortReason !== undefined) this.abort.abort(this.abortReason)
    }
    return this.abort.signal
  }

  /** @internal */
  giveUp(reason: unknown): void {
    if (this.abortReason !== undefined) return
    this.abortReason = reason
    this.body?.fail(new HttpError(400, 'The client has closed the connection'))
    this.abort?.abort(reason)
  }
}

/** The method as text; the usual ones without making a string. */
export function methodText(bytes: Buffer, start: number, end: number): string {
  const first = bytes[start]
  const length = end - start
  // GET and PUT, POST and HEAD: the first letter and the length are checked last by the text itself.
  const guess =
    length === 3
      ? first === 71
        ? 'GET'
        : 'PUT'
      : length === 4
        ? first === 80
          ? 'POST'
          : 'HEAD'
        : length === 5
          ? 'PATCH'
          : length === 6
            ? 'DELETE'
            : 'OPTIONS'
  if (guess.length === length) {
    let index = 0
    while (index < length && bytes[start + index] === guess.charCodeAt(index)) index++
    if (index === length) return guess
  }
  return bytes.toString('latin1', start, end)
}
