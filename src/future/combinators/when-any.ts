import { OptionError } from '../../core/errors.ts'
import type { Future } from '../future.ts'
import { type SignalOptions, signalOption, type Work } from '../signals.ts'
import { Race } from './race.ts'
import type { Outcome } from './when-all.ts'

/** The first piece of work that came to an end. */
export interface First<T> {
  /** Its place in the input. */
  readonly index: number
  readonly value: T
  /** The others, in input order; functions among them have been told to stop. */
  readonly rest: readonly Future<T>[]
}

/**
 * Waits for the first completion, be it value or failure.
 *
 * Functions are started in input order before the call returns. If several are complete then, the
 * lowest index wins. Functions that lose are told through their signal; futures and promises go on
 * and are returned as `rest`. Failures of losers are not reported, and nothing is left behind on a
 * loser that lives long.
 *
 * @param options - `signal` gives up waiting: fails the result at once and stops the functions
 * @returns fails with the failure of the first, if that failed
 * @throws {OptionError} if `all` is not an array, or is empty: nothing would ever be the first
 * @see seastar `include/seastar/core/when_any.hh`
 */
export function whenAny<const All extends readonly Work<unknown>[]>(
  all: All,
  options?: SignalOptions,
): Future<First<Outcome<All[number]>>> {
  const signal = signalOption('whenAny', options)
  if (!Array.isArray(all) || all.length === 0) {
    throw new OptionError('whenAny input', all, 'an array of at least one future')
  }
  return new RaceOfAny<Outcome<All[number]>>('whenAny', signal).begin(all)
}

class RaceOfAny<T> extends Race<First<T>> {
  #winner = -1
  #isStarted = false

  protected settled(_source: Future<unknown>, index: number): void {
    if (this.#winner === -1) this.#winner = index
    // Not before all were started: the others are part of the result.
    if (this.#isStarted) this.#finish()
  }

  protected allStarted(): void {
    this.#isStarted = true
    if (this.#winner !== -1) this.#finish()
  }

  #finish(): void {
    const index = this.#winner
    const futures = this.futures as Future<T>[]
    const first = futures[index] as Future<T>
    if (first.isFailed) return this.fail(first.outcome)
    const rest = futures.filter((_, other) => other !== index)
    this.succeed({ index, value: first.outcome as T, rest })
  }
}
