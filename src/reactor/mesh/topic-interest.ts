import type { MeshMemory } from './mesh-memory.ts'
import { hashOf } from './remote-registry.ts'

/** Topics share them by their hash: one that shares a bit with another costs messages, and loses none. */
const BITS = 2_048
const BITS_PER_WORD = 32
const WORDS = BITS / BITS_PER_WORD

/** Bytes of each place in {@link MeshMemory.topics}. */
export const INTEREST_BYTES: number = WORDS * Int32Array.BYTES_PER_ELEMENT

/** Topics of this thread with subscribers, by bit. */
const counts = new Int32Array(BITS)
/** The rows of this thread, one for each mesh it is in. */
const ownRows = new Set<InterestRow>()

/** Which topics the reactor of one place wants to be told of; written by its own thread, read by all. */
export class InterestRow {
  readonly #words: Int32Array

  constructor(memory: MeshMemory, place: number) {
    this.#words = new Int32Array(memory.topics, place * INTEREST_BYTES, WORDS)
  }

  /** The row is this thread's from now on, whoever had it before. */
  take(): void {
    this.#words.fill(0)
    ownRows.add(this)
    for (const [bit, count] of counts.entries()) if (count > 0) this.set(bit)
  }

  giveUp(): void {
    ownRows.delete(this)
  }

  set(bit: number): void {
    Atomics.or(this.#words, (bit / BITS_PER_WORD) | 0, 1 << (bit % BITS_PER_WORD))
  }

  clear(bit: number): void {
    Atomics.and(this.#words, (bit / BITS_PER_WORD) | 0, ~(1 << (bit % BITS_PER_WORD)))
  }

  has(bit: number): boolean {
    return (
      (Atomics.load(this.#words, (bit / BITS_PER_WORD) | 0) & (1 << (bit % BITS_PER_WORD))) !== 0
    )
  }
}

/** @returns what stands for a topic in every row */
export function interestBit(topic: string): number {
  return hashOf(topic) & (BITS - 1)
}

/** This thread has its first subscriber of a topic. */
export function addInterest(topic: string): void {
  const bit = interestBit(topic)
  counts[bit] = (counts[bit] as number) + 1
  for (const row of ownRows) row.set(bit)
}

/** The last subscriber of a topic on this thread is gone. */
export function removeInterest(topic: string): void {
  const bit = interestBit(topic)
  counts[bit] = (counts[bit] as number) - 1
  if (counts[bit] === 0) for (const row of ownRows) row.clear(bit)
}
