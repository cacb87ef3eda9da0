import { OptionError } from '../../core/errors.ts'
import type { Eventual, Future } from '../future.ts'
import { type SignalOptions, signalOption } from '../signals.ts'
import type { ItemSource } from './cursor.ts'
import { Traversal } from './traversal.ts'

/** Combines what there is so far with one more item. */
export type Reducer<A, T> = (accumulator: A, item: T, index: number) => Eventual<A>

/**
 * Combines the items, one after the other in input order, each when the step before has ended.
 *
 * Items that are futures, and async iterables, are as with `mapAsync`. The first failure ends
 * everything: no further item is read, and an iterator is closed.
 *
 * @param initial - the first accumulator, and the result if there are no items
 * @param options - `signal` ends everything with a failure, also while a step is at work
 * @throws {OptionError} if `items` are no iterable, `reduce` is no function, or an option is unknown
 */
export function reduceAsync<T, A>(
  items: ItemSource<T>,
  reduce: Reducer<A, T>,
  initial: A,
  options?: SignalOptions,
): Future<A> {
  if (typeof reduce !== 'function') {
    throw new OptionError('reduceAsync callback', reduce, 'a function')
  }
  return new Reduction(items, reduce, initial, signalOption('reduceAsync', options)).begin()
}

class Reduction<T, A> extends Traversal<A> {
  #accumulator: A

  constructor(
    items: ItemSource<T>,
    reduce: Reducer<A, T>,
    initial: A,
    signal: AbortSignal | undefined,
  ) {
    const visit = (item: T, index: number): Eventual<A> => reduce(this.#accumulator, item, index)
    super('reduceAsync', items, visit, {
      concurrency: 1,
      ...(signal === undefined ? undefined : { signal }),
    })
    this.#accumulator = initial
  }

  protected deliver(_index: number, value: unknown): void {
    this.#accumulator = value as A
  }

  protected complete(): void {
    this.succeed(this.#accumulator)
  }
}
