/**
 * What the header fields of a request say about the message and the connection.
 *
 * Offsets are relative to the first field line, so that equal sections have equal framing.
 */
export class Framing {
  hostStart = 0
  hostEnd = 0
  hasHost = false
  /** Declared length of the body in bytes, or -1. */
  contentLength = -1
  isChunked = false
  hasTransferEncoding = false
  saysClose = false
  saysKeepAlive = false
  saysUpgrade = false
  expectsContinue = false

  reset(): void {
    this.hasHost = false
    this.contentLength = -1
    this.isChunked = false
    this.hasTransferEncoding = false
    this.saysClose = false
    this.saysKeepAlive = false
    this.saysUpgrade = false
    this.expectsContinue = false
  }

  copy(): Framing {
    return Object.assign(new Framing(), this)
  }
}
