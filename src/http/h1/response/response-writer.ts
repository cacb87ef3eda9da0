import { Buffer } from 'node:buffer'
import type { Connection } from '../../../net/index.ts'
import { HttpResponseError } from '../../errors.ts'
import { fieldLine, fieldLines } from '../../message/field-text.ts'
import type { HttpResponse } from '../../message/response.ts'
import { reasonPhrase } from '../../message/status.ts'

/** Head texts kept; content types come from programs, not from clients, but may be computed. */
const MAX_CACHED_PREFIXES = 256
/** Slots for whole heads, found by the length of the body: a power of two. */
const HEAD_SLOTS = 256

/** A head up to the empty line, of a response without headers of its own. */
interface CachedHead {
  readonly status: number
  readonly contentType: string | undefined
  readonly length: number
  readonly text: string
}

/**
 * Writes responses.
 *
 * The text of a head depends on status, content type, length and the second only: it is made once
 * and used until the second is over. A response without headers of its own is then two pieces of
 * text, head and body, joined by the system call's copy.
 */
export class ResponseWriter {
  readonly #prefixes = new Map<string, string>()
  #heads: (CachedHead | undefined)[] = []
  #dateSecond = -1
  #date = ''

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
    this.#heads = Array.from({ length: HEAD_SLOTS }, () => undefined)
  }

  /**
   * Queues a response whose body is there: text, bytes or none.
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
    const body = response.body as string | Uint8Array | null
    const isText = typeof body === 'string'
    const length = isText ? Buffer.byteLength(body) : body === null ? 0 : body.length
    const isPlain = response.headers === undefined && !closes && minorVersion === 1
    const head = isPlain
      ? this.#plainHead(response.status, response.contentType, length)
      : this.#head(response, length, minorVersion, closes)
    if (length === 0 || isHead || hasNoBody(response.status)) connection.write(head, 'latin1')
    // A character above 127 makes the text longer in bytes; without any it is its own encoding.
    else if (isText && length === body.length) connection.write(head + body, 'latin1')
    else {
      connection.write(head, 'latin1')
      connection.writeOwned(isText ? Buffer.from(body, 'utf8') : body!)
    }
  }

  /**
   * Queues the head of a response whose body is written by others, or is not to be sent.
   *
   * @param framing - the line that tells the length, if any
   * @throws {HttpResponseError} before anything is queued, if it must not be sent
   */
  writeHead(
    connection: Connection,
    response: HttpResponse,
    framing: string,
    minorVersion: number,
    closes: boolean,
  ): void {
    const prefix = this.#prefixOf(response.status, response.contentType)
    const start = hasNoBody(response.status) ? prefix : prefix + framing
    connection.write(start + rest(response, minorVersion, closes), 'latin1')
  }

  #plainHead(status: number, contentType: string | undefined, length: number): string {
    const cached = this.#heads[length & (HEAD_SLOTS - 1)]
    if (
      cached !== undefined &&
      cached.length === length &&
      cached.status === status &&
      cached.contentType === contentType
    ) {
      return cached.text
    }
    const text = flat(`${this.#start(status, contentType, length)}\r\n`)
    this.#heads[length & (HEAD_SLOTS - 1)] = { status, contentType, length, text }
    return text
  }

  #head(response: HttpResponse, length: number, minorVersion: number, closes: boolean): string {
    const start = this.#start(response.status, response.contentType, length)
    return start + rest(response, minorVersion, closes)
  }

  /** The lines the engine writes itself. */
  #start(status: number, contentType: string | undefined, length: number): string {
    const prefix = this.#prefixOf(status, contentType)
    return hasNoBody(status) ? prefix : `${prefix}content-length: ${length}\r\n`
  }

  #prefixOf(status: number, contentType: string | undefined): string {
    const key = `${status} ${contentType ?? ''}`
    let prefix = this.#prefixes.get(key)
    if (prefix === undefined) {
      prefix = this.#makePrefix(status, contentType)
      if (this.#prefixes.size < MAX_CACHED_PREFIXES) this.#prefixes.set(key, prefix)
    }
    return prefix
  }

  #makePrefix(status: number, contentType: string | undefined): string {
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new HttpResponseError(`A response cannot have the status ${status}`)
    }
    const type = contentType === undefined ? '' : fieldLine('content-type', contentType)
    return `HTTP/1.1 ${status} ${reasonPhrase(status)}\r\n${type}date: ${this.#date}\r\n`
  }
}

/** What follows the lines of {@link ResponseWriter}'s own. */
function rest(response: HttpResponse, minorVersion: number, closes: boolean): string {
  const { contentType, headers } = response
  const fields = headers === undefined ? '' : fieldLines(headers, contentType)
  const connection = closes
    ? 'connection: close\r\n'
    : minorVersion === 0
      ? 'connection: keep-alive\r\n'
      : ''
  return `${fields}${connection}\r\n`
}

/** RFC 9110, 15.3.5 and 15.4.5. */
export function hasNoBody(status: number): boolean {
  return status === 204 || status === 304
}

/** The same text in one piece: joined text is a tree, which would be walked at each use. */
function flat(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}
