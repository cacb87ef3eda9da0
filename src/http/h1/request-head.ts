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
  /** The path within the target; both 0 for `*`. */
  pathStart = 0
  pathEnd = 0
  /** Offset behind the `?`, or -1. */
  queryStart = -1
  /** The authority of an absolute target, or both 0. */
  authorityStart = 0
  authorityEnd = 0
  minorVersion = 1
  fieldsStart = 0

  hostStart = 0
  hostEnd = 0
  hostCount = 0
  /** Declared length of the body in bytes, or -1. */
  contentLength = -1
  isChunked = false
  hasTransferEncoding = false
  saysClose = false
  saysKeepAlive = false
  expectsContinue = false

  reset(): void {
    this.authorityStart = 0
    this.authorityEnd = 0
    this.queryStart = -1
    this.hostCount = 0
    this.contentLength = -1
    this.isChunked = false
    this.hasTransferEncoding = false
    this.saysClose = false
    this.saysKeepAlive = false
    this.expectsContinue = false
  }

  /** Whether the connection may carry another request after this one: RFC 9112, 9.3. */
  get keepsAlive(): boolean {
    return !this.saysClose && (this.minorVersion === 1 || this.saysKeepAlive)
  }

  get hasBody(): boolean {
    return this.isChunked || this.contentLength > 0
  }
}
