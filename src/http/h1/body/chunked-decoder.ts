import { HttpParseError } from '../../errors.ts'
import type { HeaderList } from '../../message/headers.ts'
import {
  BACKSLASH,
  CR,
  EQUALS,
  IS_FIELD_VALUE,
  IS_TOKEN,
  LF,
  QUOTE,
  SEMICOLON,
} from '../request/bytes.ts'
import { TrailerScanner } from './trailer-scanner.ts'

/** Takes the content of a body as it arrives. */
export interface BodySink {
  /** @param bytes - valid during the call only */
  append(bytes: Uint8Array, start: number, end: number): void
}

const SIZE_START = 0
const SIZE = 1
const EXTENSION_NAME = 2
const EXTENSION_VALUE_START = 3
const EXTENSION_TOKEN = 4
const EXTENSION_QUOTED = 5
const EXTENSION_ESCAPE = 6
const EXTENSION_AFTER_QUOTED = 7
const SIZE_LF = 8
const DATA = 9
const DATA_CR = 10
const DATA_LF = 11
const TRAILERS = 12
const DONE = 13

/** Eight hexadecimal digits are 4 GiB; more are an attempt at an overflow. */
const MAX_SIZE_DIGITS = 8
/** Bytes of extensions over the whole body: nobody uses them, and they are a way to send without end. */
const MAX_EXTENSION_BYTES = 1024

/**
 * Decodes the chunked transfer coding, whatever way it is cut into pieces.
 *
 * Extensions are checked and dropped, trailers kept apart.
 *
 * @see RFC 9112, section 7.1
 */
export class ChunkedDecoder {
  readonly #trailers = new TrailerScanner()
  #state = SIZE_START
  #left = 0
  #digits = 0
  #extensionBytes = 0
  #nameBytes = 0

  get isDone(): boolean {
    return this.#state === DONE
  }

  /** Fields behind the last chunk, names in lower case; empty until {@link isDone}. */
  get trailers(): HeaderList {
    return this.#trailers.fields
  }

  /**
   * Decodes what is there.
   *
   * @returns offset of the first byte that does not belong to the body; `end` if more is needed
   * @throws {HttpParseError} `HTTP_CHUNK`, and for trailers what header lines throw
   */
  decode(bytes: Uint8Array, start: number, end: number, sink: BodySink): number {
    let at = start
    while (at < end && this.#state !== DONE) {
      if (this.#state === DATA) {
        const next = Math.min(end, at + this.#left)
        sink.append(bytes, at, next)
        this.#left -= next - at
        if (this.#left === 0) this.#state = DATA_CR
        at = next
      } else if (this.#state === TRAILERS) {
        at = this.#trailers.scan(bytes, at, end)
        if (this.#trailers.isDone) this.#state = DONE
      } else {
        const next = this.#state === SIZE_START ? decodeWholeChunks(bytes, at, end, sink) : at
        if (next === at) this.#step(bytes[at++]!)
        else at = next
      }
    }
    return at
  }

  #step(byte: number): void {
    switch (this.#state) {
      case SIZE_START:
      case SIZE:
        this.#stepSize(byte)
        return
      case SIZE_LF:
        if (byte !== LF) throw invalidChunk('The size of a chunk must end in CRLF')
        this.#state = this.#left === 0 ? TRAILERS : DATA
        return
      case DATA_CR:
        if (byte !== CR) throw invalidChunk('A chunk is longer than its size')
        this.#state = DATA_LF
        return
      case DATA_LF:
        if (byte !== LF) throw invalidChunk('A chunk must end in CRLF')
        this.#state = SIZE_START
        this.#digits = 0
        return
      default:
        this.#stepExtension(byte)
    }
  }

  #stepSize(byte: number): void {
    const digit = hexValue(byte)
    if (digit !== -1) {
      if (++this.#digits > MAX_SIZE_DIGITS) throw invalidChunk('The size of a chunk is too big')
      this.#left = (this.#state === SIZE_START ? 0 : this.#left * 16) + digit
      this.#state = SIZE
      return
    }
    if (this.#state === SIZE_START) throw invalidChunk('A chunk has no size')
    if (!this.#endElement(byte)) throw invalidChunk('Invalid byte in the size of a chunk')
  }

  /** `*( ";" token [ "=" ( token / quoted-string ) ] )`: RFC 9112, 7.1.1. */
  #stepExtension(byte: number): void {
    if (++this.#extensionBytes > MAX_EXTENSION_BYTES) {
      throw invalidChunk('Too many bytes of chunk extensions')
    }
    switch (this.#state) {
      case EXTENSION_NAME:
        if (IS_TOKEN[byte] === 1) this.#nameBytes++
        else if (this.#nameBytes === 0) throw invalidChunk('Invalid chunk extension')
        else if (byte === EQUALS) this.#state = EXTENSION_VALUE_START
        else this.#endExtension(byte)
        return
      case EXTENSION_VALUE_START:
        if (byte === QUOTE) this.#state = EXTENSION_QUOTED
        else if (IS_TOKEN[byte] === 1) this.#state = EXTENSION_TOKEN
        else throw invalidChunk('Invalid chunk extension')
        return
      case EXTENSION_TOKEN:
        if (IS_TOKEN[byte] !== 1) this.#endExtension(byte)
        return
      case EXTENSION_QUOTED:
        if (IS_FIELD_VALUE[byte] !== 1) throw invalidChunk('Invalid chunk extension')
        if (byte === QUOTE) this.#state = EXTENSION_AFTER_QUOTED
        else if (byte === BACKSLASH) this.#state = EXTENSION_ESCAPE
        return
      case EXTENSION_ESCAPE:
        if (IS_FIELD_VALUE[byte] !== 1) throw invalidChunk('Invalid chunk extension')
        this.#state = EXTENSION_QUOTED
        return
      default:
        this.#endExtension(byte)
    }
  }

  #endExtension(byte: number): void {
    if (!this.#endElement(byte)) throw invalidChunk('Invalid chunk extension')
  }

  /** @returns false if an element, the size or an extension, cannot end with `byte` */
  #endElement(byte: number): boolean {
    if (byte === SEMICOLON) {
      this.#state = EXTENSION_NAME
      this.#nameBytes = 0
      return true
    }
    if (byte !== CR) return false
    this.#state = SIZE_LF
    return true
  }
}

/**
 * Decodes chunks that are all there and have no extensions, as nearly all are: a flood of tiny ones
 * costs a fifth of what it costs byte by byte.
 *
 * @returns offset of the first that is not such a chunk, be it broken, cut, or the last
 */
function decodeWholeChunks(bytes: Uint8Array, start: number, end: number, sink: BodySink): number {
  for (let at = start; ; ) {
    const digitsEnd = Math.min(end, at + MAX_SIZE_DIGITS)
    let size = 0
    let next = at
    for (; next < digitsEnd; next++) {
      const digit = hexValue(bytes[next]!)
      if (digit === -1) break
      size = size * 16 + digit
    }
    const dataStart = next + 2
    const dataEnd = dataStart + size
    if (size === 0 || dataEnd + 2 > end) return at
    if (!isLineEnd(bytes, next) || !isLineEnd(bytes, dataEnd)) return at
    sink.append(bytes, dataStart, dataEnd)
    at = dataEnd + 2
  }
}

function isLineEnd(bytes: Uint8Array, at: number): boolean {
  return bytes[at] === CR && bytes[at + 1] === LF
}

function hexValue(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48
  const lower = byte | 32
  return lower >= 97 && lower <= 102 ? lower - 87 : -1
}

function invalidChunk(message: string): HttpParseError {
  return new HttpParseError('HTTP_CHUNK', 400, message)
}
