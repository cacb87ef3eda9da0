import { HttpParseError } from '../../errors.ts'
import { COLON, COMMA, equalsIgnoringCase, IS_HOST_NAME, IS_TOKEN, SPACE, TAB } from './bytes.ts'
import type { Framing } from './framing.ts'

const UNUSUAL_HOST = /^(?:\[[0-9a-f:.]+\]|[0-9a-z\-._~!$&'()*+;=%]*)(?::\d*)?$/i

/** More digits could not be told apart as a number: 2^53 has 16. */
const MAX_LENGTH_DIGITS = 15

/** Fields that no trailer may be, by the length of their names. */
const FRAMING_NAMES: Readonly<Record<number, string>> = {
  4: 'host',
  14: 'content-length',
  17: 'transfer-encoding',
}

/**
 * Notes a field that decides how the message is framed or the connection goes on; ignores the rest.
 *
 * @param sectionStart - offset of the first field line
 * @param valueEnd - may include blanks behind the value
 * @throws {HttpParseError} `HTTP_HOST`, `HTTP_FRAMING`, `HTTP_CODING`, `HTTP_EXPECTATION`
 */
export function noteFramingField(
  bytes: Uint8Array,
  sectionStart: number,
  nameStart: number,
  nameEnd: number,
  start: number,
  valueEnd: number,
  framing: Framing,
): void {
  // Few names have one of these lengths, so the others cost one jump.
  switch (nameEnd - nameStart) {
    case 4:
      if (equalsIgnoringCase(bytes, nameStart, nameEnd, 'host')) {
        const end = trimmedEnd(bytes, start, valueEnd)
        noteHost(bytes, start, end, framing)
        framing.hostStart = start - sectionStart
        framing.hostEnd = end - sectionStart
      }
      return
    case 6:
      if (equalsIgnoringCase(bytes, nameStart, nameEnd, 'expect')) {
        noteExpect(bytes, start, trimmedEnd(bytes, start, valueEnd), framing)
      }
      return
    case 10:
      if (equalsIgnoringCase(bytes, nameStart, nameEnd, 'connection')) {
        noteConnection(bytes, start, valueEnd, framing)
      }
      return
    case 14:
      if (equalsIgnoringCase(bytes, nameStart, nameEnd, 'content-length')) {
        noteContentLength(bytes, start, trimmedEnd(bytes, start, valueEnd), framing)
      }
      return
    case 17:
      if (equalsIgnoringCase(bytes, nameStart, nameEnd, 'transfer-encoding')) {
        noteTransferEncoding(bytes, start, trimmedEnd(bytes, start, valueEnd), framing)
      }
      return
  }
}

/**
 * Refuses a trailer that would frame or route the message, had it stood in the header: a parser
 * that merges trailers would read another message.
 *
 * @throws {HttpParseError} `HTTP_FRAMING`
 * @see RFC 9110, section 6.5.1
 */
export function refuseFramingField(bytes: Uint8Array, nameStart: number, nameEnd: number): void {
  const name = FRAMING_NAMES[nameEnd - nameStart]
  if (name !== undefined && equalsIgnoringCase(bytes, nameStart, nameEnd, name)) {
    throw invalidFraming(`The trailer section must not have ${name}`)
  }
}

function trimmedEnd(bytes: Uint8Array, start: number, end: number): number {
  let at = end
  while (at > start && isBlank(bytes[at - 1]!)) at--
  return at
}

function isBlank(byte: number): boolean {
  return byte === SPACE || byte === TAB
}

/** RFC 9112, 3.2: exactly one, and it must be a host. */
function noteHost(bytes: Uint8Array, start: number, end: number, framing: Framing): void {
  if (framing.hasHost) throw new HttpParseError('HTTP_HOST', 400, 'More than one Host header')
  framing.hasHost = true
  // A name or an IPv4 address, and a port: every host but the rarest.
  let at = start
  while (at < end && IS_HOST_NAME[bytes[at]!] === 1) at++
  if (at < end && bytes[at] === COLON) at = skipDigits(bytes, at + 1, end)
  if (at !== end && !isUnusualHost(bytes, start, end)) {
    throw new HttpParseError('HTTP_HOST', 400, 'Invalid Host header')
  }
}

function skipDigits(bytes: Uint8Array, start: number, end: number): number {
  let at = start
  while (at < end && bytes[at]! >= 48 && bytes[at]! <= 57) at++
  return at
}

/** `uri-host [ ":" port ]` with an IPv6 literal or any byte RFC 3986, 3.2.2 allows, less the comma. */
function isUnusualHost(bytes: Uint8Array, start: number, end: number): boolean {
  const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 512)))
  return end - start <= 512 && UNUSUAL_HOST.test(text)
}

/** RFC 9110, 8.6: digits only. A repeated field is refused even if both agree. */
function noteContentLength(bytes: Uint8Array, start: number, end: number, framing: Framing): void {
  if (framing.contentLength !== -1) throw invalidFraming('More than one Content-Length header')
  if (start === end || end - start > MAX_LENGTH_DIGITS) {
    throw invalidFraming('Invalid Content-Length header')
  }
  let length = 0
  for (let at = start; at < end; at++) {
    const digit = bytes[at]! - 48
    if (digit < 0 || digit > 9) throw invalidFraming('Invalid Content-Length header')
    length = length * 10 + digit
  }
  framing.contentLength = length
}

/** Only `chunked` is understood; any other coding is 501, and what is no coding 400. RFC 9112, 6.1. */
function noteTransferEncoding(
  bytes: Uint8Array,
  start: number,
  end: number,
  framing: Framing,
): void {
  if (framing.hasTransferEncoding) throw invalidFraming('More than one Transfer-Encoding header')
  framing.hasTransferEncoding = true
  if (equalsIgnoringCase(bytes, start, end, 'chunked')) {
    framing.isChunked = true
    return
  }
  const codings = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 256)))
  const names = codings.split(/[\t ]*,[\t ]*/).map((name) => name.toLowerCase())
  const areTokens = names.every((name) => /^[!#$%&'*+\-.^_`|~0-9a-z]+$/.test(name))
  if (!areTokens || names.slice(0, -1).includes('chunked') || names.at(-1) === 'identity') {
    throw invalidFraming('Invalid Transfer-Encoding header')
  }
  throw new HttpParseError('HTTP_CODING', 501, 'The only transfer coding understood is chunked')
}

/** RFC 9110, 7.6.1: a list of tokens, whose empty elements count for nothing (5.6.1). */
function noteConnection(bytes: Uint8Array, start: number, end: number, framing: Framing): void {
  let at = start
  while (at < end) {
    const tokenStart = at
    while (at < end && IS_TOKEN[bytes[at]!] === 1) at++
    const length = at - tokenStart
    if (length === 5 && equalsIgnoringCase(bytes, tokenStart, at, 'close')) framing.saysClose = true
    else if (length === 10 && equalsIgnoringCase(bytes, tokenStart, at, 'keep-alive')) {
      framing.saysKeepAlive = true
    } else if (length === 7 && equalsIgnoringCase(bytes, tokenStart, at, 'upgrade')) {
      framing.saysUpgrade = true
    }
    while (at < end && isBlank(bytes[at]!)) at++
    if (at < end && bytes[at] !== COMMA) throw invalidFraming('Invalid Connection header')
    while (at < end && (isBlank(bytes[at]!) || bytes[at] === COMMA)) at++
  }
}

function noteExpect(bytes: Uint8Array, start: number, end: number, framing: Framing): void {
  if (!equalsIgnoringCase(bytes, start, end, '100-continue')) {
    throw new HttpParseError('HTTP_EXPECTATION', 417, 'The only expectation met is 100-continue')
  }
  framing.expectsContinue = true
}

function invalidFraming(message: string): HttpParseError {
  return new HttpParseError('HTTP_FRAMING', 400, message)
}
