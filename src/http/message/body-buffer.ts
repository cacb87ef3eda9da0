import { Buffer } from 'node:buffer'
import { MIN_ROOM_BYTES } from './body-room.ts'

/** A length is only a promise: so much is taken on it at first, then twice what has come. */
const FIRST_BYTES = 131_072

/**
 * Copies of the parts of a body whose length is known, put where they belong at once.
 *
 * A body of parts has to be joined, which takes its memory twice: that of bodies of 64 KiB was what
 * the collector was busy with.
 */
export class BodyBuffer {
  readonly #expectedBytes: number
  #buffer: Buffer | undefined
  #bytes = 0

  constructor(expectedBytes: number) {
    this.#expectedBytes = expectedBytes
  }

  copy(bytes: Uint8Array, start: number, end: number): void {
    const length = this.#bytes + end - start
    let buffer = this.#buffer
    if (buffer === undefined || buffer.length < length) buffer = this.#grow(length)
    // What was received into the room is where it belongs.
    const isThere = bytes.buffer === buffer.buffer && bytes.byteOffset + start === this.#bytes
    if (!isThere) buffer.set(bytes.subarray(start, end), this.#bytes)
    this.#bytes = length
  }

  /**
   * Where the next bytes belong: what is received there need not be copied.
   *
   * @returns undefined if it is not worth it
   */
  room(): Buffer | undefined {
    if (this.#expectedBytes - this.#bytes < MIN_ROOM_BYTES) return undefined
    let buffer = this.#buffer
    if (buffer === undefined || buffer.length === this.#bytes) buffer = this.#grow(this.#bytes + 1)
    return buffer.subarray(this.#bytes)
  }

  /** All that has come. */
  join(): Buffer {
    const buffer = this.#buffer ?? Buffer.alloc(0)
    return buffer.length === this.#bytes ? buffer : buffer.subarray(0, this.#bytes)
  }

  #grow(length: number): Buffer {
    const size = Math.max(length, Math.min(this.#expectedBytes, Math.max(FIRST_BYTES, 2 * length)))
    const grown = Buffer.allocUnsafeSlow(size)
    if (this.#buffer !== undefined) grown.set(this.#buffer.subarray(0, this.#bytes))
    this.#buffer = grown
    return grown
  }
}
