import type { Future } from '../future.ts'
import type { ItemSource } from './cursor.ts'
import { readTraversalOptions, Traversal, type TraversalOptions, type Visit } from './traversal.ts'

/**
 * Calls `visit` for every item and waits for all of them; keeps no results.
 *
 * Concurrency, failures, items that are futures, and async iterables are as with `mapAsync`. For one
 * after the other set `concurrency: 1`.
 *
 * @param options - `concurrency`, `stopOnError`, and `signal`, which ends everything with a failure
 * @throws {OptionError} if `items` are no iterable, `visit` is no function, or an option is wrong
 * @see seastar `include/seastar/core/loop.hh`, `parallel_for_each`: `stopOnError: false`
 */
export function forEachAsync<T>(
  items: ItemSource<T>,
  visit: Visit<T, unknown>,
  options?: TraversalOptions,
): Future<void> {
  return new Visiting(
    'forEachAsync',
    items,
    visit,
    readTraversalOptions('forEachAsync', options),
  ).begin()
}

class Visiting extends Traversal<void> {
  protected deliver(): void {}

  protected complete(): void {
    this.succeed()
  }
}
