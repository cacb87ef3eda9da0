import { OptionError } from '../../core/errors.ts'
import type { Future } from '../future.ts'
import type { ItemSource } from './cursor.ts'
import { readTraversalOptions, Traversal, type TraversalOptions, type Visit } from './traversal.ts'

/**
 * Calls `keep` for every item and gives those for which it is true, in input order.
 *
 * Concurrency, failures, items that are futures, and async iterables are as with `mapAsync`.
 *
 * @param options - `concurrency`, `stopOnError`, and `signal`, which ends everything with a failure
 * @returns fails with {@link OptionError} if `keep` gives anything but true or false
 * @throws {OptionError} if `items` are no iterable, `keep` is no function, or an option is wrong
 */
export function filterAsync<T>(
  items: ItemSource<T>,
  keep: Visit<T, boolean>,
  options?: TraversalOptions,
): Future<T[]> {
  return new Filtering<T>(
    'filterAsync',
    items,
    keep,
    readTraversalOptions('filterAsync', options),
  ).begin()
}

/** In place of an item that is not kept, or not yet known. */
const NOTHING: unique symbol = Symbol('nothing')

class Filtering<T> extends Traversal<T[]> {
  readonly #results: (T | typeof NOTHING)[] = []
  readonly #kept: T[] = []
  #next = 0

  protected override reserve(index: number): void {
    if (this.#results.length === index) this.#results.push(NOTHING)
  }

  protected deliver(index: number, isKept: unknown, item: unknown): void {
    if (typeof isKept !== 'boolean') {
      throw new OptionError("The result of filterAsync's callback", isKept, 'a boolean')
    }
    this.#results[index] = isKept ? (item as T) : NOTHING
  }

  protected complete(): void {
    const results = this.#results
    while (this.#next < results.length) {
      if (!this.mayStep()) return
      const item = results[this.#next++] as T | typeof NOTHING
      if (item !== NOTHING) this.#kept.push(item)
    }
    this.succeed(this.#kept)
  }
}
