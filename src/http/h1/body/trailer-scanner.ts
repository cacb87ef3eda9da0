import { Buffer } from 'node:buffer'
import { HttpParseError } from '../../errors.ts'
import { eachHeader, type HeaderList } from '../../message/headers.ts'
import { INCOMPLETE } from '../request/bytes.ts'
import { scanFieldLines } from '../request/field-lines.ts'

const MAX_TRAILER_BYTES = 8192
const MAX_TRAILER_COUNT = 32

/**
 * Checks and keeps the trailer section behind a chunked body: it is never merged into the header
 * (RFC 9110, 6.5.1).
 */
export class TrailerScanner {
  #kept: Buffer | undefined
  #text = ''
  isDone = false

  /** Names in lower case. */
  get fields(): HeaderList {
    return [...eachHeader(this.#text)]
  }

  /**
   * @returns offset of the first byte behind the trailer section; `end` if more is needed
   * @throws {HttpParseError} `HTTP_FIELD_NAME`, `HTTP_FIELD_VALUE`, `HTTP_LINE_ENDING`, `HTTP_LIMIT`
   */
  scan(bytes: Uint8Array, start: number, end: number): number {
    const kept = this.#kept?.length ?? 0
    const piece = bytes.subarray(start, end)
    const all = this.#kept === undefined ? piece : Buffer.concat([this.#kept, piece])
    const next = scanFieldLines(all, 0, all.length, MAX_TRAILER_COUNT, undefined)
    if ((next === INCOMPLETE ? all.length : next) > MAX_TRAILER_BYTES) {
      throw new HttpParseError('HTTP_LIMIT', 431, 'The trailer section is too long')
    }
    if (next === INCOMPLETE) {
      this.#kept = Buffer.from(all)
      return end
    }
    if (next > 2) this.#text = Buffer.from(all.subarray(0, next - 2)).toString('latin1')
    this.#kept = undefined
    this.isDone = true
    return start + next - kept
  }
}
