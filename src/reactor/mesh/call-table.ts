import { LimitError } from '../../core/errors.ts'
import type { Future } from '../../future/future.ts'

/** A call's id has its place in the table in the lower bits, and a number that changes with each use above. */
const INDEX_BITS = 20
const INDEX_MASK = 2 ** INDEX_BITS - 1
const MAX_SEQUENCE = 2 ** (31 - INDEX_BITS) - 1

/** The most calls a table can hold. */
export const MAX_CALLS: number = 2 ** INDEX_BITS

/**
 * Calls that wait for their replies.
 *
 * An array with a list of free places: a map would hash each id twice.
 */
export class CallTable {
  readonly #what: string
  readonly #limit: number
  readonly #futures: (Future<unknown> | undefined)[] = []
  readonly #sequences: number[] = []
  readonly #free: number[] = []

  /** @param what - whose calls they are, for the message of the error */
  constructor(what: string, limit: number) {
    this.#what = what
    this.#limit = limit
  }

  get size(): number {
    return this.#futures.length - this.#free.length
  }

  /**
   * @returns an id, never 0
   * @throws {LimitError} if there are as many calls as may be
   */
  add(future: Future<unknown>): number {
    const index = this.#free.pop() ?? this.#grow()
    this.#futures[index] = future
    const sequence = ((this.#sequences[index] ?? 0) % MAX_SEQUENCE) + 1
    this.#sequences[index] = sequence
    return (sequence << INDEX_BITS) | index
  }

  /** @returns the future of a call, once; `undefined` if there is no such call any more */
  take(id: number): Future<unknown> | undefined {
    const index = id & INDEX_MASK
    const future = this.#futures[index]
    if (future === undefined || this.#sequences[index] !== id >> INDEX_BITS) return undefined
    this.#futures[index] = undefined
    this.#free.push(index)
    return future
  }

  /** Takes all calls. */
  takeAll(): Future<unknown>[] {
    const taken: Future<unknown>[] = []
    for (let index = 0; index < this.#futures.length; index++) {
      const future = this.#futures[index]
      if (future === undefined) continue
      this.#futures[index] = undefined
      this.#free.push(index)
      taken.push(future)
    }
    return taken
  }

  #grow(): number {
    if (this.#futures.length >= this.#limit) throw new LimitError(this.#what, this.#limit)
    this.#sequences.push(0)
    return this.#futures.push(undefined) - 1
  }
}
