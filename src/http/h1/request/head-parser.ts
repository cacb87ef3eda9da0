import type { Buffer } from 'node:buffer'
import { HttpParseError } from '../../errors.ts'
import { CR, INCOMPLETE, LF } from './bytes.ts'
import { scanFieldLines } from './field-lines.ts'
import type { KnownFields } from './known-fields.ts'
import type { HeadLimits, RequestHead } from './request-head.ts'
import { scanRequestLine } from './request-line.ts'

/**
 * Reads one request head, strictly: what two parsers could read in two ways is refused.
 *
 * @param head - filled in place; its offsets are into `bytes`
 * @param known - fields that need no scan if they stand there again
 * @returns offset of the first byte behind the head, or {@link INCOMPLETE}
 * @throws {HttpParseError} with the status to answer; the connection must be closed then
 */
export function parseHead(
  bytes: Buffer,
  start: number,
  end: number,
  limits: HeadLimits,
  head: RequestHead,
  known: KnownFields | undefined,
): number {
  head.reset()
  const lineStart = skipEmptyLine(bytes, start, end)
  if (lineStart === INCOMPLETE) return INCOMPLETE
  const fieldsStart = scanRequestLine(bytes, lineStart, end, head)
  const lineEnd = fieldsStart === INCOMPLETE ? end : fieldsStart
  if (lineEnd - lineStart > limits.maxRequestLineBytes) {
    throw new HttpParseError('HTTP_LIMIT', 414, 'The request line is too long')
  }
  if (fieldsStart === INCOMPLETE) return INCOMPLETE
  head.fieldsStart = fieldsStart
  if (known?.stand(bytes, fieldsStart, end) === true) {
    head.framing = known.framing
    head.hasKnownFields = true
    checkFraming(bytes, head)
    return fieldsStart + known.bytes.length
  }
  const { maxHeaderCount } = limits
  const next = scanFieldLines(bytes, fieldsStart, end, maxHeaderCount, head.beginFraming())
  if ((next === INCOMPLETE ? end : next) - fieldsStart > limits.maxHeaderBytes) {
    throw new HttpParseError('HTTP_LIMIT', 431, 'The header is too long')
  }
  if (next !== INCOMPLETE) checkFraming(bytes, head)
  return next
}

/** One empty line before the request line is ignored: RFC 9112, 2.2. */
function skipEmptyLine(bytes: Uint8Array, start: number, end: number): number {
  if (start === end) return INCOMPLETE
  if (bytes[start] !== CR) return start
  if (start + 1 === end) return INCOMPLETE
  if (bytes[start + 1] !== LF) {
    throw new HttpParseError('HTTP_LINE_ENDING', 400, 'A CR must be followed by LF')
  }
  return start + 2 === end ? INCOMPLETE : start + 2
}

/** The rules that join several fields, or fields and request line. */
function checkFraming(bytes: Uint8Array, head: RequestHead): void {
  const { framing } = head
  if (framing.hasTransferEncoding) {
    if (framing.contentLength !== -1) {
      throw new HttpParseError('HTTP_FRAMING', 400, 'Both Content-Length and Transfer-Encoding')
    }
    // RFC 9112, 6.1: HTTP/1.0 does not know it, so somebody before us read the message otherwise.
    if (head.minorVersion === 0) {
      throw new HttpParseError('HTTP_FRAMING', 400, 'Transfer-Encoding in an HTTP/1.0 request')
    }
  }
  if (head.minorVersion === 1 && !framing.hasHost) {
    throw new HttpParseError('HTTP_HOST', 400, 'No Host header')
  }
  if (head.authorityEnd > 0 && framing.hasHost && !isHostOfTarget(bytes, head)) {
    throw new HttpParseError('HTTP_HOST', 400, 'The Host header differs from the request target')
  }
}

function isHostOfTarget(bytes: Uint8Array, head: RequestHead): boolean {
  const hostStart = head.fieldsStart + head.framing.hostStart
  const length = head.authorityEnd - head.authorityStart
  if (length !== head.framing.hostEnd - head.framing.hostStart) return false
  for (let index = 0; index < length; index++) {
    const a = bytes[head.authorityStart + index]!
    const b = bytes[hostStart + index]!
    if (a !== b && !((a ^ b) === 32 && (a | 32) >= 97 && (a | 32) <= 122)) return false
  }
  return true
}
