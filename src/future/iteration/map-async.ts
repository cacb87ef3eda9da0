import type { Future } from '../future.ts'
import type { ItemSource } from './cursor.ts'
import { readTraversalOptions, Traversal, type TraversalOptions, type Visit } from './traversal.ts'

/**
 * Calls `map` for every item and gives the results in input order, whatever order they come in.
 *
 * Items are read as there is room for them: never more than `concurrency` are at work, and an async
 * iterable is pulled one item at a time. An item that is a future or promise is waited for before
 * `map` gets its value. Ready results follow each other without a task, and others are let in when the quota ends. If nothing
 * has to wait, and there are few items, the result is ready at once.
 *
 * The first failure ends everything: no further item is read, an iterator is closed, `map` calls at
 * work are told through their signal, and what comes of them is dropped. With `stopOnError: false`
 * every item is visited, and the first failure in time is the result at the end.
 *
 * @param options - `concurrency`, `stopOnError`, and `signal`, which ends everything with a failure
 * @throws {OptionError} if `items` are no iterable, `map` is no function, or an option is wrong
 * @see seastar `include/seastar/core/loop.hh`, `max_concurrent_for_each`, which never stops early
 */
export function mapAsync<T, U>(
  items: ItemSource<T>,
  map: Visit<T, U>,
  options?: TraversalOptions,
): Future<U[]> {
  return new Mapping<U>('mapAsync', items, map, readTraversalOptions('mapAsync', options)).begin()
}

class Mapping<U> extends Traversal<U[]> {
  readonly #results: U[] = []

  // Places are taken in input order: an array that is written far beyond its end becomes a slow dictionary.
  protected override reserve(index: number): void {
    if (this.#results.length === index) this.#results.push(undefined as U)
  }

  protected deliver(index: number, value: unknown): void {
    this.#results[index] = value as U
  }

  protected complete(): void {
    this.succeed(this.#results)
  }
}
