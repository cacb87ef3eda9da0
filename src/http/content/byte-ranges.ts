import { randomBytes } from 'node:crypto'
import { type ByteRange, contentRange } from './range.ts'

/** A body of several parts; texts and ranges are sent in this order. */
export interface ByteRanges {
  readonly contentType: string
  readonly parts: readonly (string | ByteRange)[]
  /** Of the whole body, in bytes. */
  readonly length: number
}

/**
 * Lays out the body of a 206 with several ranges.
 *
 * The boundary is random, so that no content can hold it.
 *
 * @param contentType - of the representation, for each part
 * @param size - of the representation, in bytes
 * @see RFC 9110, 14.6
 */
export function layOutByteRanges(
  ranges: readonly ByteRange[],
  contentType: string,
  size: number,
  boundary: string = randomBytes(15).toString('base64url'),
): ByteRanges {
  const parts: (string | ByteRange)[] = []
  let length = 0
  for (const range of ranges) {
    const start = parts.length === 0 ? '' : '\r\n'
    const type = `content-type: ${contentType}\r\n`
    const head = `${start}--${boundary}\r\n${type}content-range: ${contentRange(range, size)}\r\n\r\n`
    parts.push(head, range)
    length += head.length + range.end + 1 - range.start
  }
  const end = `\r\n--${boundary}--\r\n`
  parts.push(end)
  return {
    contentType: `multipart/byteranges; boundary=${boundary}`,
    parts,
    length: length + end.length,
  }
}
