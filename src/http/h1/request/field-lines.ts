import { HttpParseError } from '../../errors.ts'
import { COLON, CR, INCOMPLETE, IS_FIELD_VALUE, IS_TOKEN, LF, SPACE, TAB } from './bytes.ts'
import type { Framing } from './framing.ts'
import { noteFramingField, refuseFramingField } from './framing-fields.ts'

/**
 * Scans field lines `name ":" OWS value OWS CRLF` up to and with the empty line behind them.
 *
 * What the fields say about framing is noted while scanning.
 *
 * @param framing - undefined for trailers, which say nothing about it
 * @returns offset behind the empty line, or {@link INCOMPLETE}
 * @throws {HttpParseError} `HTTP_FIELD_NAME`, `HTTP_FIELD_VALUE`, `HTTP_LINE_ENDING`, and what
 * {@link noteFramingField} and {@link refuseFramingField} throw
 * @see RFC 9112, section 5
 */
export function scanFieldLines(
  bytes: Uint8Array,
  start: number,
  end: number,
  maxCount: number,
  framing: Framing | undefined,
): number {
  let at = start
  for (let count = 0; ; count++) {
    if (at === end) return INCOMPLETE
    if (bytes[at] === CR) {
      if (at + 1 === end) return INCOMPLETE
      if (bytes[at + 1] !== LF) throw invalidLineEnding()
      return at + 2
    }
    if (count === maxCount) {
      throw new HttpParseError('HTTP_LIMIT', 431, `More than ${maxCount} header fields`)
    }
    const nameStart = at
    while (at < end && IS_TOKEN[bytes[at]!] === 1) at++
    if (at === end) return INCOMPLETE
    // No space may stand before the colon, and none before the name: request smuggling; RFC 9112, 5.1, 5.2.
    if (bytes[at] !== COLON || at === nameStart) {
      throw new HttpParseError('HTTP_FIELD_NAME', 400, 'Invalid byte in a header name')
    }
    const nameEnd = at++
    while (at < end && (bytes[at] === SPACE || bytes[at] === TAB)) at++
    const valueStart = at
    while (at < end && IS_FIELD_VALUE[bytes[at]!] === 1) at++
    if (at === end) return INCOMPLETE
    if (bytes[at] !== CR) {
      if (bytes[at] === LF) throw invalidLineEnding()
      throw new HttpParseError('HTTP_FIELD_VALUE', 400, 'Invalid byte in a header value')
    }
    if (at + 1 === end) return INCOMPLETE
    if (bytes[at + 1] !== LF) throw invalidLineEnding()
    if (framing === undefined) refuseFramingField(bytes, nameStart, nameEnd)
    else noteFramingField(bytes, start, nameStart, nameEnd, valueStart, at, framing)
    at += 2
  }
}

function invalidLineEnding(): HttpParseError {
  return new HttpParseError('HTTP_LINE_ENDING', 400, 'Header lines must end in CRLF')
}
