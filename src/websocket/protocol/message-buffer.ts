import { Buffer } from 'node:buffer'

const NOTHING: Buffer = Buffer.alloc(0)
/** What is reserved at once at most, whatever a frame announces: announcing costs the peer nothing. */
const RESERVE_BYTES = 65_536

/** A message that arrives in parts. Grows with what has come, not with what was announced. */
export class MessageBuffer {
  #bytes: Buffer = NOTHING
  length = 0

  /** @param expected - bytes still to come after these, as far as known */
  append(from: Buffer, start: number, end: number, expected: number): void {
    const needed = this.length + end - start
    if (needed > this.#bytes.length) this.#grow(needed, expected)
    from.copy(this.#bytes, this.length, start, end)
    this.length = needed
  }

  /** Gives the bytes away, and begins anew. */
  take(): Buffer {
    const taken = this.#bytes.subarray(0, this.length)
    this.#bytes = NOTHING
    this.length = 0
    return taken
  }

  #grow(needed: number, expected: number): void {
    const generous = Math.max(RESERVE_BYTES, needed * 2)
    const bytes = Buffer.allocUnsafe(Math.min(needed + expected, Math.max(needed, generous)))
    this.#bytes.copy(bytes, 0, 0, this.length)
    this.#bytes = bytes
  }
}
