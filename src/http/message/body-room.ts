import { Buffer } from 'node:buffer'

/** What is read in one go at most, and taken from memory at a time. */
const ROOM_BYTES = 65_536
/** Less room is not worth a read of its own. */
export const MIN_ROOM_BYTES = 8192

/**
 * Memory that a body read in pieces is received into, each piece then being the reader's own: what
 * is read into a buffer of the connection has to be copied for that.
 *
 * Small pieces share it, so that a client that sends little at a time does not take 64 KiB for each.
 */
export class BodyRoom {
  #memory: Buffer | undefined
  #usedBytes = 0

  /**
   * What the next bytes may be received into.
   *
   * @param missingBytes - of the body: what comes behind it is not the body's
   * @returns undefined if it is not worth it
   */
  next(missingBytes: number): Buffer | undefined {
    if (missingBytes < MIN_ROOM_BYTES) return undefined
    if (this.#memory === undefined || this.#memory.length - this.#usedBytes < MIN_ROOM_BYTES) {
      this.#memory = Buffer.allocUnsafeSlow(Math.min(ROOM_BYTES, missingBytes))
      this.#usedBytes = 0
    }
    return this.#memory.subarray(this.#usedBytes, this.#usedBytes + missingBytes)
  }

  /** @returns false if these bytes have not been received into this room, and have to be copied */
  take(bytes: Uint8Array, start: number, end: number): boolean {
    const memory = this.#memory
    if (memory === undefined || bytes.buffer !== memory.buffer) return false
    this.#usedBytes = bytes.byteOffset - memory.byteOffset + end
    return start < end
  }
}
