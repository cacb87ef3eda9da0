import * as tags from './message-tags.ts'

/** Any character outside of ISO 8859-1. */
const WIDE = /[\u0100-\uffff]/

const MIN_INT64 = -(2n ** 63n)
const MAX_INT64 = 2n ** 63n - 1n

/**
 * Writes values into memory that is given to it: a ring, or a buffer of its own.
 *
 * What JSON knows, and `undefined`, `bigint`, `Date` and `Uint8Array`, is written; other values are
 * foreign and left to structured clone. An object that occurs twice is written twice.
 */
export class MessageEncoder {
  /** Where the next byte goes. */
  at = 0
  /** Why the last write returned false: the value is foreign, or else there was no room. */
  isForeign = false
  #bytes: Buffer
  #view: DataView
  #limit = 0

  constructor(bytes: Buffer, view: DataView) {
    this.#bytes = bytes
    this.#view = view
  }

  /** From now on writes go to these bytes, from `at` up to `limit`. */
  target(bytes: Buffer, view: DataView, at: number, limit: number): void {
    this.#bytes = bytes
    this.#view = view
    this.at = at
    this.#limit = limit
    this.isForeign = false
  }

  /** Writes how many values there are, and each. @returns false if one is foreign or there is no room */
  writeAll(values: readonly unknown[]): boolean {
    if (!this.#reserve(4)) return false
    this.#int32(values.length)
    for (const value of values) if (!this.write(value)) return false
    return true
  }

  /** @returns false if the value is foreign or there is no room; what was written then has no meaning */
  write(value: unknown, depth = 0): boolean {
    switch (typeof value) {
      case 'number':
        return this.#number(value)
      case 'string':
        return this.#text(value)
      case 'object':
        return value === null ? this.#tag(tags.NULL) : this.#object(value, depth)
      case 'boolean':
        return this.#tag(value ? tags.TRUE : tags.FALSE)
      case 'undefined':
        return this.#tag(tags.UNDEFINED)
      case 'bigint':
        return this.#bigint(value)
      default:
        return this.#foreign()
    }
  }

  #number(value: number): boolean {
    if (!this.#reserve(9)) return false
    const isInteger = (value | 0) === value && (value !== 0 || 1 / value > 0)
    if (isInteger) {
      this.#bytes[this.at++] = tags.INT32
      this.#int32(value)
    } else this.#double(tags.DOUBLE, value)
    return true
  }

  #text(value: string): boolean {
    const { length } = value
    if (!this.#reserve(5 + length)) return false
    if (length > tags.SHORT_LOOP) return this.#longText(value)
    const bytes = this.#bytes
    bytes[this.at] = tags.SHORT_TEXT
    bytes[this.at + 1] = length
    for (let i = 0; i < length; i++) {
      const code = value.charCodeAt(i)
      if (code > 255) return this.#wideText(value)
      bytes[this.at + 2 + i] = code
    }
    this.at += 2 + length
    return true
  }

  #longText(value: string): boolean {
    if (WIDE.test(value)) return this.#wideText(value)
    this.#header(tags.TEXT, value.length)
    this.at += this.#bytes.write(value, this.at, 'latin1')
    return true
  }

  #wideText(value: string): boolean {
    const size = value.length * 2
    if (!this.#reserve(5 + size)) return false
    this.#header(tags.WIDE_TEXT, size)
    this.at += this.#bytes.write(value, this.at, 'utf16le')
    return true
  }

  #bigint(value: bigint): boolean {
    if (value < MIN_INT64 || value > MAX_INT64) {
      const text = value.toString(16)
      return this.#tag(tags.BIGINT) && this.#text(text)
    }
    if (!this.#reserve(9)) return false
    this.#bytes[this.at] = tags.INT64
    this.#view.setBigInt64(this.at + 1, value, true)
    this.at += 9
    return true
  }

  #object(value: object, depth: number): boolean {
    if (depth >= tags.MAX_DEPTH) return this.#foreign()
    if (Array.isArray(value)) return this.#array(value, depth)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Object.prototype || prototype === null) return this.#record(value, depth)
    if (value instanceof Uint8Array) return this.#byteArray(value)
    if (prototype !== Date.prototype) return this.#foreign()
    if (!this.#reserve(9)) return false
    this.#double(tags.DATE, (value as Date).getTime())
    return true
  }

  #array(values: readonly unknown[], depth: number): boolean {
    if (!this.#reserve(5 + values.length)) return false
    this.#header(tags.ARRAY, values.length)
    for (let i = 0; i < values.length; i++) {
      const value = values[i]
      if (value === undefined && !(i in values)) return this.#foreign()
      if (!this.write(value, depth + 1)) return false
    }
    return true
  }

  #record(value: object, depth: number): boolean {
    const record = value as Readonly<Record<string, unknown>>
    const keys = Object.keys(record)
    if (!this.#reserve(5)) return false
    this.#header(tags.OBJECT, keys.length)
    for (const key of keys) {
      if (!this.#text(key) || !this.write(record[key], depth + 1)) return false
    }
    return true
  }

  #byteArray(value: Uint8Array): boolean {
    // Sent by structured clone memory stays shared.
    if (value.buffer instanceof SharedArrayBuffer) return this.#foreign()
    if (!this.#reserve(5 + value.length)) return false
    this.#header(tags.BYTES, value.length)
    this.#bytes.set(value, this.at)
    this.at += value.length
    return true
  }

  #double(tag: number, value: number): void {
    this.#bytes[this.at] = tag
    this.#view.setFloat64(this.at + 1, value, true)
    this.at += 9
  }

  #header(tag: number, size: number): void {
    this.#bytes[this.at++] = tag
    this.#int32(size)
  }

  #int32(value: number): void {
    this.#view.setInt32(this.at, value, true)
    this.at += 4
  }

  #tag(tag: number): boolean {
    if (!this.#reserve(1)) return false
    this.#bytes[this.at++] = tag
    return true
  }

  #reserve(size: number): boolean {
    return this.at + size <= this.#limit
  }

  #foreign(): boolean {
    this.isForeign = true
    return false
  }
}
