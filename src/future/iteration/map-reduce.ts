import { OptionError } from '../../core/errors.ts'
import { consume, type Eventual, type Future } from '../future.ts'
import type { ItemSource } from './cursor.ts'
import { futureOf } from './eventual.ts'
import { readTraversalOptions, Traversal, type TraversalOptions, type Visit } from './traversal.ts'

export interface MapReduceOptions extends TraversalOptions {
  /**
   * Whether results are combined in input order, which is the default; if false as they come.
   *
   * In input order a result that comes early waits for those before it, and counts as at work until then.
   */
  readonly ordered?: boolean
}

/**
 * Calls `map` for every item and combines the results as they come, keeping none of them.
 *
 * The order is a left fold over the input, or over the order of completion with `ordered: false`.
 * `reduce` may give a future; calls of it never overlap. At most `concurrency` items are between the
 * start of `map` and the end of `reduce`. Failures, items that are futures, and async iterables are
 * as with `mapAsync`; a failure of `reduce` ends everything whatever `stopOnError` says.
 *
 * @param initial - the first accumulator, and the result if there are no items
 * @param options - `concurrency`, `ordered`, `stopOnError`, and `signal`, which ends everything with a
 *   failure
 * @throws {OptionError} if `items` are no iterable, a callback is no function, or an option is wrong
 * @see seastar `include/seastar/core/map_reduce.hh`, which combines in the order of completion
 */
export function mapReduce<T, U, A>(
  items: ItemSource<T>,
  map: Visit<T, U>,
  initial: A,
  reduce: (accumulator: A, value: U) => Eventual<A>,
  options?: MapReduceOptions,
): Future<A> {
  if (typeof reduce !== 'function') {
    throw new OptionError('mapReduce reduce', reduce, 'a function')
  }
  const read = readTraversalOptions('mapReduce', options, ['ordered'])
  const { ordered = true } = read ?? {}
  if (typeof ordered !== 'boolean') throw new OptionError('ordered', ordered, 'a boolean')
  return new MapReduction(items, map, initial, reduce, ordered, read).begin()
}

class MapReduction<U, A> extends Traversal<A> {
  readonly #reduce: (accumulator: A, value: U) => unknown
  readonly #isOrdered: boolean
  /** Mapped but not combined yet, by their place in the fold. */
  readonly #waiting = new Map<number, U>()
  #accumulator: A
  #arrived = 0
  #next = 0
  /** What `reduce` gave last, if that has to be waited for. */
  #step: Future<unknown> | undefined

  constructor(
    items: ItemSource<unknown>,
    map: Visit<never, U>,
    initial: A,
    reduce: (accumulator: A, value: U) => unknown,
    isOrdered: boolean,
    options: TraversalOptions | undefined,
  ) {
    super('mapReduce', items, map, options)
    this.#accumulator = initial
    this.#reduce = reduce
    this.#isOrdered = isOrdered
  }

  protected deliver(index: number, value: unknown): void {
    const place = this.#isOrdered ? index : this.#arrived++
    if (place === this.#next && this.#step === undefined) return this.#combine(value as U)
    this.#waiting.set(place, value as U)
    this.hold()
  }

  protected override digest(): void {
    try {
      if (this.#step !== undefined && !this.#endStep(this.#step)) return
      while (this.#waiting.has(this.#next) && this.#step === undefined && this.mayStep()) {
        const value = this.#waiting.get(this.#next) as U
        this.#waiting.delete(this.#next)
        this.release()
        this.#combine(value)
      }
    } catch (error) {
      this.fail(error)
    }
  }

  protected override spoil(): void {
    for (let left = this.#waiting.size; left > 0; left--) this.release()
    this.#waiting.clear()
  }

  protected complete(): void {
    this.succeed(this.#accumulator)
  }

  #combine(value: U): void {
    this.#next++
    const result = this.#reduce(this.#accumulator, value)
    const future = futureOf(result)
    if (future === undefined) this.#accumulator = result as A
    else {
      this.#step = future
      this.hold()
      if (future.isPending) consume(future, this)
      else this.#endStep(future)
    }
  }

  /** @returns whether it has ended */
  #endStep(step: Future<unknown>): boolean {
    if (step.isPending) return false
    this.#step = undefined
    this.release()
    if (step.isReady) this.#accumulator = step.outcome as A
    else {
      step.takeUnhandled()
      this.fail(step.outcome)
    }
    return true
  }
}
