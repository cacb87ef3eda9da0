import { MessageError } from './mesh-errors.ts'
import * as tags from './message-tags.ts'

/**
 * Reads what {@link MessageEncoder} has written.
 *
 * Nothing it returns shares memory with the bytes. Bytes that are no message end in an error, after
 * work and memory in proportion to their number at most.
 */
export class MessageDecoder {
  #bytes: Buffer
  #view: DataView
  #at = 0
  #end = 0

  constructor(bytes: Buffer, view: DataView) {
    this.#bytes = bytes
    this.#view = view
  }

  /** From now on reads come from these bytes, from `at` up to `end`. */
  source(bytes: Buffer, view: DataView, at: number, end: number): void {
    this.#bytes = bytes
    this.#view = view
    this.#at = at
    this.#end = end
  }

  /** @throws {MessageError} if the bytes are not those of a sequence of values */
  readAll(): unknown[] {
    const count = this.#count()
    const values: unknown[] = []
    for (let i = 0; i < count; i++) values.push(this.read())
    return values
  }

  /** @throws {MessageError} if the bytes are not those of a value */
  read(depth = 0): unknown {
    this.#require(1)
    const tag = this.#bytes[this.#at++]
    switch (tag) {
      case tags.INT32:
        return this.#int32()
      case tags.SHORT_TEXT:
        return this.#shortText()
      case tags.DOUBLE:
        return this.#double()
      case tags.UNDEFINED:
        return undefined
      case tags.NULL:
        return null
      case tags.FALSE:
        return false
      case tags.TRUE:
        return true
      default:
        return this.#readLarger(tag, depth)
    }
  }

  #readLarger(tag: number | undefined, depth: number): unknown {
    switch (tag) {
      case tags.OBJECT:
        return this.#record(depth)
      case tags.ARRAY:
        return this.#array(depth)
      case tags.TEXT:
        return this.#text('latin1')
      case tags.WIDE_TEXT:
        return this.#text('utf16le')
      case tags.BYTES:
        return this.#byteArray()
      case tags.DATE:
        return new Date(this.#double())
      case tags.INT64:
        this.#require(8)
        this.#at += 8
        return this.#view.getBigInt64(this.#at - 8, true)
      case tags.BIGINT:
        return this.#bigint()
      default:
        return malformed()
    }
  }

  #array(depth: number): unknown[] {
    if (depth >= tags.MAX_DEPTH) malformed()
    const count = this.#count()
    const values: unknown[] = []
    for (let i = 0; i < count; i++) values.push(this.read(depth + 1))
    return values
  }

  #record(depth: number): Record<string, unknown> {
    if (depth >= tags.MAX_DEPTH) malformed()
    const count = this.#count()
    const record: Record<string, unknown> = {}
    for (let i = 0; i < count; i++) {
      const key = this.read(depth + 1)
      if (typeof key !== 'string') malformed()
      const value = this.read(depth + 1)
      // An assignment would change the prototype.
      if (key === '__proto__') define(record, key, value)
      else record[key] = value
    }
    return record
  }

  #shortText(): string {
    this.#require(1)
    const length = this.#bytes[this.#at++] ?? 0
    this.#require(length)
    const start = this.#at
    this.#at += length
    if (length > tags.SHORT_LOOP / 2) return this.#bytes.toString('latin1', start, this.#at)
    let text = ''
    for (let i = start; i < this.#at; i++) text += String.fromCharCode(this.#bytes[i] ?? 0)
    return text
  }

  #text(encoding: 'latin1' | 'utf16le'): string {
    const size = this.#count()
    const start = this.#at
    this.#at += size
    return this.#bytes.toString(encoding, start, this.#at)
  }

  #byteArray(): Uint8Array {
    const size = this.#count()
    const start = this.#at
    this.#at += size
    const copy = new Uint8Array(size)
    copy.set(this.#bytes.subarray(start, this.#at))
    return copy
  }

  #bigint(): bigint {
    const tag = this.#bytes[this.#at]
    const text = tag === tags.SHORT_TEXT || tag === tags.TEXT ? this.read() : malformed()
    if (typeof text !== 'string' || !/^-?[\da-f]+$/.test(text)) return malformed()
    return text.startsWith('-') ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`)
  }

  #double(): number {
    this.#require(8)
    this.#at += 8
    return this.#view.getFloat64(this.#at - 8, true)
  }

  /** A number of bytes, or of items of which each takes at least a byte. */
  #count(): number {
    const count = this.#int32()
    if (count < 0) malformed()
    this.#require(count)
    return count
  }

  #int32(): number {
    this.#require(4)
    this.#at += 4
    return this.#view.getInt32(this.#at - 4, true)
  }

  #require(size: number): void {
    if (this.#at + size > this.#end) malformed()
  }
}

function define(record: object, key: string, value: unknown): void {
  Object.defineProperty(record, key, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

function malformed(): never {
  throw new MessageError('Bytes from another core are not a message')
}
