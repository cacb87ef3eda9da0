import { Framing } from './framing.ts'

/** Bounds on the size of a head; what exceeds them is refused with 414 or 431. */
export interface HeadLimits {
  readonly maxRequestLineBytes: number
  readonly maxHeaderBytes: number
  readonly maxHeaderCount: number
}

/**
 * Where the parts of a request head stand, and what it says about framing.
 *
 * One instance per thread is filled in place for each request: scanning allocates nothing.
 */
export class RequestHead {
  methodStart = 0
  methodEnd = 0
  targetStart = 0
  targetEnd = 0
  /** The path within the target; empty for an absolute target without one. */
  pathStart = 0
  pathEnd = 0
  /** Offset behind the `?`, or -1. */
  queryStart = -1
  /** The authority of an absolute target, or both 0. */
  authorityStart = 0
  authorityEnd = 0
  minorVersion = 1
  fieldsStart = 0
  readonly #scratch = new Framing()
  framing: Framing = this.#scratch
  /** True if the fields are those of the connection's last request, byte for byte. */
  hasKnownFields = false

  reset(): void {
    this.authorityStart = 0
    this.authorityEnd = 0
    this.queryStart = -1
    this.hasKnownFields = false
  }

  /** @returns the framing to fill while scanning */
  beginFraming(): Framing {
    this.framing = this.#scratch
    this.framing.reset()
    return this.framing
  }

  /** Whether the connection may carry another request after this one: RFC 9112, 9.3. */
  get keepsAlive(): boolean {
    return !this.framing.saysClose && (this.minorVersion === 1 || this.framing.saysKeepAlive)
  }

  get hasBody(): boolean {
    return this.framing.isChunked || this.framing.contentLength > 0
  }

  /** The wish for another protocol in an HTTP/1.0 request is ignored: RFC 9110, 7.8. */
  get asksForUpgrade(): boolean {
    return this.framing.saysUpgrade && this.minorVersion === 1
  }

  /** An expectation of an HTTP/1.0 client is ignored: RFC 9110, 10.1.1. */
  get expectsContinue(): boolean {
    return this.framing.expectsContinue && this.minorVersion === 1
  }
}
