import { Buffer } from 'node:buffer'
import type { Connection } from '../../net/index.ts'
import { HttpResponseError } from '../errors.ts'
import type { HeaderList } from '../message/headers.ts'
import type { HttpResponse } from '../message/response.ts'
import { reasonPhrase } from '../message/status.ts'

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

/** Head texts kept; content types come from programs, not from clients, but may be computed. */
const MAX_CACHED_PREFIXES = 256

/**
 * Writes responses.
 *
 * The text from the status line to `content-length: ` depends on status, content type and the
 * second only, so it is made once per second.
 */
export class ResponseWriter {
  #prefixes = new Map<string, string>()
  #dateSecond = -1
  #date = ''
  #lastStatus = 0
  #lastType: string | undefined
  #lastPrefix = ''

  constructor(nowMs: number) {
    this.setTime(nowMs)
  }

  /** @param nowMs - time of day, in milliseconds since 1970 */
  setTime(nowMs: number): void {
    const second = Math.floor(nowMs / 1000)
    if (second === this.#dateSecond) return
    this.#dateSecond = second
    this.#date = new Date(second * 1000).toUTCString()
    this.#prefixes.clear()
    this.#lastStatus = 0
  }

  /**
   * Queues a response.
   *
   * @param minorVersion - of the request's HTTP version: 0 or 1
   * @param closes - true if the connection ends after this response
   * @throws {HttpResponseError} before anything is queued, if it must not be sent
   */
  write(
    connection: Connection,
    response: HttpResponse,
    isHead: boolean,
    minorVersion: number,
    closes: boolean,
  ): void {
    const { status, body, contentType } = response
    let prefix = this.#lastPrefix
    if (status !== this.#lastStatus || contentType !== this.#lastType) {
      prefix = this.#prefixOf(status, contentType)
    }
    let fields = response.headers === undefined ? '' : fieldLines(response.headers, contentType)
    if (closes) fields += 'connection: close\r\n'
    else if (minorVersion === 0) fields += 'connection: keep-alive\r\n'
    const hasNoBody = status === 204 || status === 304
    if (hasNoBody) {
      connection.write(`${prefix}${fields}\r\n`, 'latin1')
    } else if (typeof body === 'string') {
      const length = Buffer.byteLength(body)
      const head = `${prefix}${length}\r\n${fields}\r\n`
      if (isHead) connection.write(head, 'latin1')
      // A character above 127 makes the text longer in bytes; without any it is its own encoding.
      else if (length === body.length) connection.write(head + body, 'latin1')
      else {
        connection.write(head, 'latin1')
        connection.writeOwned(Buffer.from(body, 'utf8'))
      }
    } else {
      connection.write(`${prefix}${body === null ? 0 : body.length}\r\n${fields}\r\n`, 'latin1')
      if (body !== null && body.length > 0 && !isHead) connection.writeOwned(body)
    }
  }

  #prefixOf(status: number, contentType: string | undefined): string {
    const key = `${status} ${contentType ?? ''}`
    let prefix = this.#prefixes.get(key)
    if (prefix === undefined) {
      prefix = this.#makePrefix(status, contentType)
      if (this.#prefixes.size < MAX_CACHED_PREFIXES) this.#prefixes.set(key, prefix)
    }
    this.#lastStatus = status
    this.#lastType = contentType
    this.#lastPrefix = prefix
    return prefix
  }

  #makePrefix(status: number, contentType: string | undefined): string {
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new HttpResponseError(`A response cannot have the status ${status}`)
    }
    const type = contentType === undefined ? '' : fieldLine('content-type', contentType)
    const length = status === 204 || status === 304 ? '' : 'content-length: '
    return `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n${type}date: ${this.#date}\r\n${length}`
  }
}

function fieldLines(headers: HeaderList, contentType: string | undefined): string {
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

function fieldLine(name: string, value: string): string {
  if (!TOKEN.test(name)) {
    throw new HttpResponseError(`Invalid header name ${JSON.stringify(name)}`)
  }
  if (typeof value !== 'string' || !VALUE.test(value)) {
    throw new HttpResponseError(`Invalid value of the header ${name}: ${JSON.stringify(value)}`)
  }
  return `${name}: ${value}\r\n`
}

/** True if the response asks for the connection to end. */
export function asksToClose(response: HttpResponse): boolean {
  return (
    response.headers?.some(
      ([name, value]) => name.toLowerCase() === 'connection' && value.toLowerCase() === 'close',
    ) === true
  )
}
