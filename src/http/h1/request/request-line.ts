import { HttpParseError } from '../../errors.ts'
import {
  ASTERISK,
  CR,
  equalsIgnoringCase,
  INCOMPLETE,
  IS_HOST,
  IS_PATH,
  IS_QUERY,
  IS_TOKEN,
  LF,
  QUESTION,
  SLASH,
  SPACE,
} from './bytes.ts'
import type { RequestHead } from './request-head.ts'

const VERSION_BYTES = 8

/**
 * Scans `method SP request-target SP HTTP-version CRLF`.
 *
 * @returns offset of the first field line, or {@link INCOMPLETE}
 * @throws {HttpParseError} `HTTP_REQUEST_LINE`, `HTTP_TARGET`, `HTTP_VERSION`, `HTTP_LINE_ENDING`
 * @see RFC 9112, section 3
 */
export function scanRequestLine(
  bytes: Uint8Array,
  start: number,
  end: number,
  head: RequestHead,
): number {
  let at = start
  while (at < end && IS_TOKEN[bytes[at]!] === 1) at++
  if (at === end) return INCOMPLETE
  if (bytes[at] !== SPACE || at === start) {
    throw new HttpParseError('HTTP_REQUEST_LINE', 400, 'Invalid method')
  }
  head.methodStart = start
  head.methodEnd = at
  // Its target is an authority, and never a path: RFC 9110, 9.3.6.
  if (at - start === 7 && isMethod(bytes, head, 'CONNECT')) {
    throw invalidTarget('This server opens no tunnels')
  }
  at = scanTarget(bytes, at + 1, end, head)
  if (at === INCOMPLETE) return INCOMPLETE
  head.targetEnd = at
  return scanVersion(bytes, at + 1, end, head)
}

/** Methods are case-sensitive: RFC 9110, 9.1. */
function isMethod(bytes: Uint8Array, head: RequestHead, name: string): boolean {
  if (head.methodEnd - head.methodStart !== name.length) return false
  for (let index = 0; index < name.length; index++) {
    if (bytes[head.methodStart + index] !== name.charCodeAt(index)) return false
  }
  return true
}

/** @returns offset of the space behind the target */
function scanTarget(bytes: Uint8Array, start: number, end: number, head: RequestHead): number {
  if (start === end) return INCOMPLETE
  head.targetStart = start
  let at = start
  if (bytes[start] === ASTERISK) return scanAsterisk(bytes, start, end, head)
  if (bytes[start] !== SLASH) {
    at = scanAuthority(bytes, start, end, head)
    if (at === INCOMPLETE) return INCOMPLETE
  }
  head.pathStart = at
  while (at < end && IS_PATH[bytes[at]!] === 1) at++
  head.pathEnd = at
  if (at < end && bytes[at] === QUESTION) {
    at++
    head.queryStart = at
    while (at < end && IS_QUERY[bytes[at]!] === 1) at++
  }
  if (at === end) return INCOMPLETE
  if (bytes[at] !== SPACE) throw invalidTarget('Invalid byte in the request target')
  return at
}

/** `*` is a target of OPTIONS only: RFC 9112, 3.2.4. */
function scanAsterisk(bytes: Uint8Array, start: number, end: number, head: RequestHead): number {
  if (!isMethod(bytes, head, 'OPTIONS')) {
    throw invalidTarget('The target * is for OPTIONS only')
  }
  head.pathStart = start
  head.pathEnd = start + 1
  if (start + 1 === end) return INCOMPLETE
  if (bytes[start + 1] !== SPACE) throw invalidTarget('Invalid byte in the request target')
  return start + 1
}

/**
 * Scans `http://host` of an absolute target (RFC 9112, 3.2.2), and refuses the authority form,
 * which asks for a tunnel.
 *
 * @returns offset of the path, which may be empty
 */
function scanAuthority(bytes: Uint8Array, start: number, end: number, head: RequestHead): number {
  const isSecure = end - start > 4 && (bytes[start + 4]! | 32) === 115
  const scheme = isSecure ? 'https://' : 'http://'
  const length = Math.min(scheme.length, end - start)
  if (!equalsIgnoringCase(bytes, start, start + length, scheme.slice(0, length))) {
    throw invalidTarget('The request target is neither a path nor an http URL')
  }
  if (length < scheme.length) return INCOMPLETE
  let at = start + scheme.length
  head.authorityStart = at
  while (at < end && IS_HOST[bytes[at]!] === 1) at++
  head.authorityEnd = at
  if (at === end) return INCOMPLETE
  if (at === head.authorityStart) throw invalidTarget('The request target has no host')
  const next = bytes[at]
  if (next !== SLASH && next !== QUESTION && next !== SPACE) {
    throw invalidTarget('Invalid byte in the host of the request target')
  }
  return at
}

function scanVersion(bytes: Uint8Array, start: number, end: number, head: RequestHead): number {
  const lineEnd = start + VERSION_BYTES
  if (lineEnd + 2 > end) {
    checkPartialVersion(bytes, start, end)
    return INCOMPLETE
  }
  const minor = bytes[lineEnd - 1]! - 48
  if (!isHttpOne(bytes, start) || (minor !== 1 && minor !== 0)) {
    throw invalidVersion(bytes, start, end)
  }
  head.minorVersion = minor
  if (bytes[lineEnd] !== CR || bytes[lineEnd + 1] !== LF) {
    throw invalidLineEnding()
  }
  return lineEnd + 2
}

/** `HTTP/1.`, byte by byte: a loop over a table takes three times as long. */
function isHttpOne(bytes: Uint8Array, at: number): boolean {
  return (
    bytes[at] === 72 &&
    bytes[at + 1] === 84 &&
    bytes[at + 2] === 84 &&
    bytes[at + 3] === 80 &&
    bytes[at + 4] === SLASH &&
    bytes[at + 5] === 49 &&
    bytes[at + 6] === 46
  )
}

/** Refuses what cannot become a version any more, without waiting for the rest. */
function checkPartialVersion(bytes: Uint8Array, start: number, end: number): void {
  const text = String.fromCharCode(...bytes.subarray(start, end))
  if (!/^(?:H(?:T(?:T(?:P(?:\/(?:\d(?:\.(?:\d\r?)?)?)?)?)?)?)?)?$/.test(text)) {
    if (/^HTTP\/1\.[01]/.test(text)) throw invalidLineEnding()
    throw new HttpParseError('HTTP_VERSION', 400, 'Invalid HTTP version')
  }
}

/** 505 if it is a version, though not ours; 400 if it is none. */
function invalidVersion(bytes: Uint8Array, start: number, end: number): HttpParseError {
  const text = String.fromCharCode(...bytes.subarray(start, Math.min(end, start + 10)))
  return /^HTTP\/\d\.\d\r\n$/.test(text)
    ? new HttpParseError('HTTP_VERSION', 505, 'This server speaks HTTP/1.0 and HTTP/1.1')
    : new HttpParseError('HTTP_VERSION', 400, 'Invalid HTTP version')
}

function invalidLineEnding(): HttpParseError {
  return new HttpParseError('HTTP_LINE_ENDING', 400, 'The request line must end in CRLF')
}

function invalidTarget(message: string): HttpParseError {
  return new HttpParseError('HTTP_TARGET', 400, message)
}
