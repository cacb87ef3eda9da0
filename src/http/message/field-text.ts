import { HttpResponseError } from '../errors.ts'
import type { HeaderList } from './headers.ts'
import { PreparedHeaders } from './prepared-headers.ts'

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
/** Fields the engine writes itself: a second one would make the framing ambiguous. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
])

/**
 * The lines of a response's own headers.
 *
 * `upgrade` tells what else the server speaks, as with status 426, and is a matter of this connection
 * only: RFC 9110, 7.8. Where the protocol is switched, the engine writes it itself.
 *
 * @throws {HttpResponseError} for a field that could split the response, or that the engine writes
 */
export function fieldLines(
  headers: HeaderList,
  contentType: string | undefined,
  isSwitching = false,
): string {
  if (!(headers instanceof PreparedHeaders)) return makeLines(headers, contentType, isSwitching)
  headers.lines ??= makeLines(headers, contentType, false)
  return headers.lines
}

function makeLines(
  headers: HeaderList,
  contentType: string | undefined,
  isSwitching: boolean,
): string {
  let lines = ''
  for (const [name, value] of headers) {
    const lower = name.toLowerCase()
    if (lower === 'upgrade' && !isSwitching) lines += 'connection: Upgrade\r\n'
    else if (OWN_FIELDS.has(lower)) {
      if (lower === 'connection' && value.toLowerCase() === 'close') continue
      throw new HttpResponseError(`The header ${lower} is written by the server`)
    }
    if (lower === 'content-type' && contentType !== undefined) {
      throw new HttpResponseError('The content type is given twice')
    }
    lines += fieldLine(name, value)
  }
  return lines
}

/** Fields that say what the header has to say, and would come too late: RFC 9110, 6.5.1. */
const NO_TRAILERS: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'content-encoding',
  'content-range',
  'content-type',
  'host',
  'location',
  'set-cookie',
  'te',
  'trailer',
  'www-authenticate',
])

/**
 * The lines of a trailer section.
 *
 * @throws {HttpResponseError} as {@link fieldLines} does, and for a field that must stand in the header
 */
export function trailerLines(trailers: HeaderList): string {
  for (const [name] of trailers) {
    if (NO_TRAILERS.has(name.toLowerCase())) {
      throw new HttpResponseError(`The field ${name} cannot be a trailer`)
    }
  }
  return fieldLines(trailers, undefined)
}

/** @throws {HttpResponseError} for a name or value that could split the response */
export function fieldLine(name: string, value: string): string {
  if (!TOKEN.test(name)) {
    throw new HttpResponseError(`Invalid header name ${JSON.stringify(name)}`)
  }
  if (typeof value !== 'string' || !VALUE.test(value)) {
    throw new HttpResponseError(`Invalid value of the header ${name}: ${JSON.stringify(value)}`)
  }
  return `${name}: ${value}\r\n`
}

/** True if a response asks for the connection to end; prepared headers are not of one response. */
export function asksToClose(headers: HeaderList): boolean {
  if (headers instanceof PreparedHeaders) return false
  return headers.some(
    ([name, value]) => name.toLowerCase() === 'connection' && value.toLowerCase() === 'close',
  )
}
