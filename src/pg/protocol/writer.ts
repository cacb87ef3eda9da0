import { writeUtf8 } from './text.ts'

const INITIAL_BYTES = 16 * 1024

/**
 * A growing byte buffer that messages are encoded into.
 *
 * Fields are public on purpose: encoders write in place after one `reserve`. A failed encoder sets
 * `at` back to where its message began, so half a message is never sent.
 */
export class MessageWriter {
  bytes: Buffer
  view: DataView
  /** Offset of the next byte to write. */
  at = 0

  constructor(capacity: number = INITIAL_BYTES) {
    this.bytes = Buffer.allocUnsafeSlow(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  /** Makes room for `length` more bytes. */
  reserve(length: number): void {
    if (this.at + length > this.bytes.length) this.#grow(this.at + length)
  }

  #grow(needed: number): void {
    const bytes = Buffer.allocUnsafeSlow(Math.max(needed, this.bytes.length * 2))
    bytes.set(this.bytes.subarray(0, this.at))
    this.bytes = bytes
    this.view = new DataView(bytes.buffer)
  }

  /** Begins a message of `type`; its length is filled in by {@link endMessage}. */
  beginMessage(type: number): number {
    this.reserve(5)
    this.bytes[this.at] = type
    this.at += 5
    return this.at - 4
  }

  /** `start` is what {@link beginMessage} returned. The length counts itself but not the type byte. */
  endMessage(start: number): void {
    this.view.setInt32(start, this.at - start)
  }

  uint8(value: number): void {
    this.reserve(1)
    this.bytes[this.at++] = value
  }

  int16(value: number): void {
    this.reserve(2)
    this.view.setInt16(this.at, value)
    this.at += 2
  }

  int32(value: number): void {
    this.reserve(4)
    this.view.setInt32(this.at, value)
    this.at += 4
  }

  /** UTF-8 text without a terminator. */
  text(value: string): void {
    // Three bytes per UTF-16 unit is the most UTF-8 takes; long text is measured instead.
    this.reserve(value.length > 1024 ? Buffer.byteLength(value) : value.length * 3)
    this.at += writeUtf8(this.bytes, value, this.at)
  }

  /** UTF-8 text and a zero byte. The caller has checked that there is none inside. */
  cstring(value: string): void {
    this.text(value)
    this.uint8(0)
  }

  append(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.bytes.set(bytes, this.at)
    this.at += bytes.length
  }

  /**
   * Hands out everything written so far and starts over.
   *
   * The bytes are valid until {@link recycle}; without it the writer never touches them again.
   */
  take(): Buffer {
    return this.bytes.subarray(0, this.at)
  }

  /** Starts over in the same memory: only when nobody reads the bytes of {@link take} any more. */
  recycle(): void {
    this.at = 0
    if (this.bytes.length > RETAINED_BYTES) this.replace()
  }

  /** Starts over in new memory, leaving the old to whoever still reads it. */
  replace(): void {
    this.bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES)
    this.view = new DataView(this.bytes.buffer)
    this.at = 0
  }
}

/** A larger buffer, left over from one big statement, is not kept. */
const RETAINED_BYTES = 1024 * 1024
