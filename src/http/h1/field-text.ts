import { HttpResponseError } from '../errors.ts'
import type { HeaderList } from '../message/headers.ts'

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
/** Fields the engine writes itself: a second one would make the framing ambiguous. */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/**
 * The lines of a response's own headers.
 *
 * @throws {HttpResponseError} for a field that could split the response, or that the engine writes
 */
export function fieldLines(headers: HeaderList, contentType: string | undefined): string {
  let lines = ''
  for (const [name, value] of headers) {
    const lower = name.toLowerCase()
    if (OWN_FIELDS.has(lower)) {
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

/** True if a response asks for the connection to end. */
export function asksToClose(headers: HeaderList): boolean {
  return headers.some(
    ([name, value]) => name.toLowerCase() === 'connection' && value.toLowerCase() === 'close',
  )
}
