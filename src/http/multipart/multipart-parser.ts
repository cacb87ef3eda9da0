import { Buffer } from 'node:buffer'
import { HttpError } from '../errors.ts'
import { CR, LF } from '../h1/request/bytes.ts'
import { type PartHead, parsePartHead } from './part-head.ts'

/**
 * What the parser has found: the head of a part, a piece of its content, its end, the end of the
 * whole body, or nothing before more input comes.
 */
export type MultipartToken = 'part' | 'data' | 'part-end' | 'end' | 'more'

type State = 'start' | 'delimiter' | 'head' | 'empty-line' | 'content' | 'close' | 'epilogue'

const DASH = 45
const LINE_END_BYTES = 2
const NOTHING: Buffer = Buffer.alloc(0)
const HEAD_END: Buffer = Buffer.from('\r\n\r\n')

/**
 * Finds the parts of a `multipart/form-data` body, in whatever pieces it comes.
 *
 * Pull, not push: {@link next} is asked for one token at a time, so that nobody has to hold what a
 * slow reader has not taken yet. Content is handed on as views of the input, without copying.
 *
 * Refused is what some readers skip and others take for a part or its end: text before the first
 * boundary or behind the last, blanks behind a boundary, one right behind an empty line, bare line
 * feeds, folded lines.
 *
 * @see RFC 2046, section 5.1.1; RFC 7578
 */
export class MultipartParser {
  /** The head, after the token `part`. */
  part: PartHead | undefined
  /** The bytes, after the token `data`. */
  data: Buffer = NOTHING
  readonly #maxHeadBytes: number
  /** CRLF, two dashes, boundary. */
  readonly #delimiter: Buffer
  #state: State = 'start'
  #input: Buffer = NOTHING
  #at = 0
  /** Up to here there is no end of the head. */
  #searched = 0

  /** @param maxHeadBytes - limit of the header lines of one part */
  constructor(boundary: string, maxHeadBytes: number) {
    this.#delimiter = Buffer.from(`\r\n--${boundary}`, 'latin1')
    this.#maxHeadBytes = maxHeadBytes
  }

  /**
   * Takes the next piece of the body, after the token `more`.
   *
   * @param chunk - must not change while views of it are in use
   * @throws {HttpError} 400 if the body has ended already
   */
  push(chunk: Uint8Array): void {
    if (this.#state === 'epilogue' && chunk.length > 0) throw trailing()
    const rest = this.#input.subarray(this.#at)
    this.#searched -= this.#at
    this.#at = 0
    this.#input =
      rest.length === 0
        ? Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength)
        : Buffer.concat([rest, chunk])
  }

  /**
   * Goes on to the next token.
   *
   * @throws {HttpError} 400 if the body is malformed, 413 for a head beyond its limit, 415
   */
  next(): MultipartToken {
    for (;;) {
      switch (this.#state) {
        case 'start':
          if (!this.#readStart()) return 'more'
          break
        case 'delimiter':
          if (!this.#readDelimiterEnd()) return 'more'
          break
        case 'head':
          return this.#readHead() ? 'part' : 'more'
        case 'empty-line':
          if (!this.#readEmptyLine()) return 'more'
          break
        case 'content':
          return this.#readContent()
        case 'close':
          return this.#readCloseEnd() ? 'end' : 'more'
        case 'epilogue':
          return 'end'
      }
    }
  }

  /**
   * Says that no more input comes.
   *
   * @throws {HttpError} 400 if the body has not ended
   */
  finish(): void {
    if (this.#state === 'close' && this.#at === this.#input.length) this.#state = 'epilogue'
    if (this.#state !== 'epilogue') throw malformed('it ends before its last boundary')
  }

  /** The first boundary has no line before it; some clients send an empty one. */
  #readStart(): boolean {
    const skipped = this.#input[0] === CR ? 0 : 2
    const wanted = this.#delimiter.length - skipped
    const given = Math.min(wanted, this.#input.length)
    if (this.#delimiter.compare(this.#input, 0, given, skipped, skipped + given) !== 0) {
      throw malformed('it does not begin with its boundary')
    }
    if (given < wanted) return false
    this.#at = wanted
    this.#state = 'delimiter'
    return true
  }

  /** What may follow a boundary: two dashes if it is the last, or the end of the line. */
  #readDelimiterEnd(): boolean {
    const input = this.#input
    const isLast = input[this.#at] === DASH
    if (!isLast) {
      if (!this.#readLineEnd('a boundary')) return false
      this.#searched = this.#at
      this.#state = 'head'
      return true
    }
    if (input.length - this.#at < 2) return false
    if (input[this.#at + 1] !== DASH) throw malformed('a boundary is not alone on its line')
    this.#at += 2
    this.#state = 'close'
    return true
  }

  #readLineEnd(what: string): boolean {
    const left = this.#input.length - this.#at
    const isBroken =
      (left > 0 && this.#input[this.#at] !== CR) || (left > 1 && this.#input[this.#at + 1] !== LF)
    if (isBroken) throw malformed(`${what} is not alone on its line`)
    if (left < 2) return false
    this.#at += 2
    return true
  }

  #readHead(): boolean {
    if (this.#input[this.#at] === CR) throw malformed('a part has no header')
    const end = this.#input.indexOf(HEAD_END, this.#searched)
    const length = (end === -1 ? this.#input.length - HEAD_END.length : end) - this.#at
    if (length > this.#maxHeadBytes) {
      throw new HttpError(413, `The header of a part is larger than ${this.#maxHeadBytes} bytes`)
    }
    if (end === -1) {
      this.#searched = Math.max(this.#at, this.#input.length - HEAD_END.length + 1)
      return false
    }
    this.part = parsePartHead(this.#input.subarray(this.#at, end))
    this.#at = end + LINE_END_BYTES
    this.#state = 'empty-line'
    return true
  }

  /** Some readers take the end of this line for that before a boundary. */
  #readEmptyLine(): boolean {
    const given = Math.min(this.#delimiter.length, this.#input.length - this.#at)
    const isBoundary =
      this.#delimiter.compare(this.#input, this.#at, this.#at + given, 0, given) === 0
    if (isBoundary && given < this.#delimiter.length) return false
    if (isBoundary) throw malformed('the content of a part begins with a boundary')
    this.#at += LINE_END_BYTES
    this.#state = 'content'
    return true
  }

  #readContent(): MultipartToken {
    const from = this.#at
    const end = this.#input.indexOf(this.#delimiter, from)
    if (end === from) {
      this.#at = end + this.#delimiter.length
      this.#state = 'delimiter'
      return 'part-end'
    }
    this.#at = end === -1 ? this.#safeEnd() : end
    if (this.#at === from) return 'more'
    this.data = this.#input.subarray(from, this.#at)
    return 'data'
  }

  /** Where the input may already be the beginning of a boundary. */
  #safeEnd(): number {
    const input = this.#input
    const { length } = input
    const oldest = Math.max(this.#at, length - this.#delimiter.length + 1)
    // The delimiter has no second CR, so it can only begin at the last one.
    let last = length - 1
    while (last >= oldest && input[last] !== CR) last--
    if (last < oldest) return length
    const isPrefix = this.#delimiter.compare(input, last, length, 0, length - last) === 0
    return isPrefix ? last : length
  }

  #readCloseEnd(): boolean {
    if (!this.#readLineEnd('the last boundary')) return false
    if (this.#at < this.#input.length) throw trailing()
    this.#state = 'epilogue'
    return true
  }
}

function malformed(reason: string): HttpError {
  return new HttpError(400, `Malformed multipart/form-data: ${reason}`)
}

function trailing(): HttpError {
  return malformed('something follows its last boundary')
}
