import { Buffer } from 'node:buffer'

/** Parts from this size on have a buffer of their own. */
const SMALL_BYTES = 1024
const MIN_SHARED_BYTES = 4096
const MAX_SHARED_BYTES = 65_536

/**
 * Copies of the parts of a body, in order.
 *
 * Small parts share buffers: a body in chunks of one byte would otherwise take a hundred times its
 * size in memory.
 */
export class BodyParts {
  readonly #parts: Buffer[] = []
  #shared: Buffer | undefined
  #sharedBytes = 0
  #bytes = 0

  copy(bytes: Uint8Array, start: number, end: number): void {
    const length = end - start
    this.#bytes += length
    if (this.#shared !== undefined && this.#sharedBytes + length <= this.#shared.length) {
      this.#share(this.#shared, bytes, start, end)
      return
    }
    this.#endShared()
    // Most bodies have one part, which is exactly as long as it has to be.
    if (length >= SMALL_BYTES || this.#parts.length === 0) {
      this.#parts.push(Buffer.from(bytes.subarray(start, end)))
      return
    }
    const size = Math.min(MAX_SHARED_BYTES, Math.max(MIN_SHARED_BYTES, this.#bytes))
    this.#shared = Buffer.allocUnsafeSlow(size)
    this.#share(this.#shared, bytes, start, end)
  }

  /** Takes bytes that are nobody else's, and do not change any more. */
  add(bytes: Buffer): void {
    this.#endShared()
    this.#bytes += bytes.length
    this.#parts.push(bytes)
  }

  /** All parts in one. */
  join(): Buffer {
    this.#endShared()
    return this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts, this.#bytes)
  }

  #share(shared: Buffer, bytes: Uint8Array, start: number, end: number): void {
    for (let at = start; at < end; at++) shared[this.#sharedBytes++] = bytes[at]!
  }

  #endShared(): void {
    if (this.#shared === undefined) return
    this.#parts.push(this.#shared.subarray(0, this.#sharedBytes))
    this.#shared = undefined
    this.#sharedBytes = 0
  }
}
