import { OptionError } from '../../core/errors.ts'
import type { Future } from '../future.ts'
import { type SignalOptions, signalOption, type Work } from '../signals.ts'
import type { Outcome } from './when-all.ts'
import { RaceOfSome } from './when-some.ts'

/**
 * Waits for the first success, as `Promise.any` does: a failure just loses.
 *
 * Functions are started in input order until one is ready at once. The others are told through their
 * signal as soon as there is a success. Failures of losers are not reported.
 *
 * @param options - `signal` gives up waiting: fails the result at once and stops the functions
 * @returns the value; fails with {@link TooManyFailuresError}, which has all failures in input order,
 *   when everything has failed
 * @throws {OptionError} if `all` is not an array, or is empty, or on an unknown option
 */
export function whenAnySucceed<const All extends readonly Work<unknown>[]>(
  all: All,
  options?: SignalOptions,
): Future<Outcome<All[number]>> {
  const signal = signalOption('whenAnySucceed', options)
  if (!Array.isArray(all) || all.length === 0) {
    throw new OptionError('whenAnySucceed input', all, 'an array of at least one future')
  }
  const race = new RaceOfSome<Outcome<All[number]>>('whenAnySucceed', signal, 1, all.length)
  return race.begin(all).then((successes) => successes[0]!.value)
}
