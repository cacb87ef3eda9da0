import type { Clock } from '../core/clock.ts'
import { assertDelay } from '../core/clock.ts'
import { LimitError, OptionError } from '../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../core/options.ts'
import { type Eventual, Future } from '../future/future.ts'
import { releaseAfter } from '../future/primitives/release-after.ts'
import { Semaphore } from '../future/primitives/semaphore.ts'
import type { Units } from '../future/primitives/units.ts'
import { type SignalOptions, signalOption } from '../future/signals.ts'

export interface BulkheadOptions {
  /** Calls at a time. */
  readonly maxConcurrent: number
  /** Calls that may wait for their turn; 0 by default: who finds no room is refused. */
  readonly maxQueue?: number
  /** Longest wait for one's turn, in milliseconds; without it there is no limit. */
  readonly queueTimeoutMs?: number
  /** What messages call it. */
  readonly name?: string
  readonly clock?: Clock
}

/** Numbers of a {@link Bulkhead}. */
export interface BulkheadStats {
  readonly running: number
  readonly queued: number
  /** Calls that were not made because the queue was full. */
  readonly refused: number
}

const KNOWN = ['maxConcurrent', 'maxQueue', 'queueTimeoutMs', 'name', 'clock']

/**
 * A bound on calls at a time and on those that wait, so that one slow service cannot take everything.
 *
 * First come, first served.
 */
export class Bulkhead {
  readonly #semaphore: Semaphore
  readonly #maxConcurrent: number
  readonly #maxQueue: number
  readonly #wait: { readonly timeoutMs?: number; readonly clock?: Clock }
  readonly #what: string
  #refused = 0

  /** @throws {OptionError} on an unknown option or a value out of range */
  constructor(options: BulkheadOptions) {
    rejectUnknownOptions('Bulkhead options', options, KNOWN)
    const { name, queueTimeoutMs, clock, maxConcurrent } = options
    if (maxConcurrent === undefined) throw new OptionError('maxConcurrent', undefined, 'given')
    this.#maxConcurrent = integerOption('maxConcurrent', maxConcurrent, 1, 1)
    this.#maxQueue = integerOption('maxQueue', options.maxQueue, 0)
    if (queueTimeoutMs !== undefined) assertDelay('queueTimeoutMs', queueTimeoutMs)
    if (name !== undefined && typeof name !== 'string') {
      throw new OptionError('name', name, 'a string')
    }
    this.#what = name === undefined ? 'The bulkhead' : `The bulkhead "${name}"`
    this.#semaphore = new Semaphore(this.#maxConcurrent)
    this.#wait = {
      ...(queueTimeoutMs === undefined ? undefined : { timeoutMs: queueTimeoutMs }),
      ...(clock === undefined ? undefined : { clock }),
    }
  }

  stats(): BulkheadStats {
    return {
      running: this.#maxConcurrent - this.#semaphore.available,
      queued: this.#semaphore.waiters,
      refused: this.#refused,
    }
  }

  /**
   * Takes a place, which the caller gives back: `[Symbol.dispose]()` of what it gets.
   *
   * @returns ready at once if there is room; fails with {@link LimitError} if the queue is full,
   *   {@link TimeoutError} after `queueTimeoutMs`, or the signal's reason
   * @throws {OptionError} on an unknown option
   */
  enter(options?: SignalOptions): Future<Units> {
    const signal = signalOption('Bulkhead', options)
    const units = signal?.aborted === true ? undefined : this.#semaphore.tryGetUnits()
    if (units !== undefined) return Future.ready(units)
    if (this.#semaphore.waiters >= this.#maxQueue && signal?.aborted !== true) {
      this.#refused++
      return Future.failed(new LimitError(this.#what, this.#maxConcurrent + this.#maxQueue))
    }
    return this.#semaphore.getUnits(
      1,
      signal === undefined ? this.#wait : { ...this.#wait, signal },
    )
  }

  /**
   * Runs `work` when it is its turn, and gives its place back when it is done, whatever comes of it.
   *
   * @returns the outcome of `work`, or fails as {@link enter} does; then `work` is not called
   * @throws {OptionError} if `work` is not a function, or on an unknown option
   */
  run<T>(work: () => Eventual<T>, options?: SignalOptions): Future<T> {
    if (typeof work !== 'function') throw new OptionError('work', work, 'a function')
    const place = this.enter(options)
    return place.isReady
      ? releaseAfter(work, place.get())
      : place.then((units) => releaseAfter(work, units))
  }
}
