import type { Buffer } from 'node:buffer'
import { readBuffer } from './read-buffer.ts'

/** Where the reads of one connection go: into the shared buffer, but for those it is lent another for. */
export class ReadTarget {
  #next: Buffer | undefined
  /** Whether the last read went into a buffer that was lent. */
  #isLent = false

  /** Lends a buffer for the next read, and only for that; undefined takes it back. */
  lend(buffer: Buffer | undefined): void {
    this.#next = buffer
  }

  /** To be asked after each read. @returns undefined if it is to stay the same */
  next(): Buffer | undefined {
    const next = this.#next
    if (next === undefined && !this.#isLent) return undefined
    this.#next = undefined
    this.#isLent = next !== undefined
    return next ?? readBuffer
  }
}
