import { OptionError } from '../../core/errors.ts'
import { TooManyFailuresError } from '../errors.ts'
import type { Future } from '../future.ts'
import { type SignalOptions, signalOption, type Work } from '../signals.ts'
import { Race } from './race.ts'
import type { Outcome } from './when-all.ts'

/** One piece of work that succeeded. */
export interface Success<T> {
  /** Its place in the input. */
  readonly index: number
  readonly value: T
}

/**
 * Waits for the first `count` successes.
 *
 * Functions are started in input order as long as the result is open. As soon as there are enough
 * successes, or too few can still come, functions that are at work are told through their signal.
 * Failures of the others are not reported. A count of 0 is ready with nothing, and starts nothing.
 *
 * @param count - from 0 to the length of `all`
 * @param options - `signal` gives up waiting: fails the result at once and stops the functions
 * @returns the successes in the order of their completion, those that were complete at the call by
 *   index; fails with {@link TooManyFailuresError} as soon as `count` is out of reach
 * @throws {OptionError} if `all` is not an array or `count` is not within it, or on an unknown option
 */
export function whenSome<const All extends readonly Work<unknown>[]>(
  all: All,
  count: number,
  options?: SignalOptions,
): Future<readonly Success<Outcome<All[number]>>[]> {
  const signal = signalOption('whenSome', options)
  if (!Array.isArray(all)) throw new OptionError('whenSome input', all, 'an array of futures')
  if (!Number.isSafeInteger(count) || count < 0 || count > all.length) {
    throw new OptionError('count', count, `an integer from 0 to the input's length, ${all.length}`)
  }
  return new RaceOfSome<Outcome<All[number]>>('whenSome', signal, count, all.length).begin(all)
}

/** What `whenSome` and `whenAnySucceed` have in common. */
export class RaceOfSome<T> extends Race<readonly Success<T>[]> {
  readonly #needed: number
  readonly #size: number
  readonly #successes: Success<T>[] = []
  readonly #failures: { readonly index: number; readonly reason: unknown }[] = []

  constructor(what: string, signal: AbortSignal | undefined, needed: number, size: number) {
    super(what, signal)
    this.#needed = needed
    this.#size = size
    // A signal that has fired comes before everything else.
    if (needed === 0 && this.isOpen()) this.succeed(this.#successes)
  }

  protected settled(source: Future<unknown>, index: number): void {
    if (!this.result.isPending) return
    if (source.isFailed) return this.#failed(source.outcome, index)
    this.#successes.push({ index, value: source.outcome as T })
    if (this.#successes.length === this.#needed) this.succeed(this.#successes)
  }

  protected allStarted(): void {}

  #failed(reason: unknown, index: number): void {
    this.#failures.push({ index, reason })
    if (this.#size - this.#failures.length >= this.#needed) return
    const errors = this.#failures.toSorted((one, other) => one.index - other.index)
    this.fail(
      new TooManyFailuresError(
        this.what,
        this.#needed,
        errors.map((failure) => failure.reason),
      ),
    )
  }
}
