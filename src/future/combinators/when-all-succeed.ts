import type { Future } from '../future.ts'
import { type SignalOptions, signalOption, type Work } from '../signals.ts'
import { CompleteGathering, type Works } from './gathering.ts'
import type { Outcomes } from './when-all.ts'

/**
 * Waits for everything, whatever fails meanwhile, and then gives the values in the shape of the input.
 *
 * When it is done nothing is at work any more: the choice where the work uses something that is
 * released afterwards. Nothing is stopped, and of several failures that of the lowest index is the
 * result; the others are not reported. An empty input is ready with an empty result.
 *
 * @param options - `signal` gives up waiting: fails the result at once and stops the functions
 * @returns fails with the failure of the lowest index after all have ended
 * @throws {OptionError} if `all` is neither an array nor a plain record, or an option is unknown
 * @see seastar `include/seastar/core/when_all.hh`, `when_all_succeed`
 */
export function whenAllSucceed<const All extends readonly Work<unknown>[] | []>(
  all: All,
  options?: SignalOptions,
): Future<Outcomes<All>>
export function whenAllSucceed<All extends Readonly<Record<string, Work<unknown>>>>(
  all: All,
  options?: SignalOptions,
): Future<Outcomes<All>>
export function whenAllSucceed(all: Works, options?: SignalOptions): Future<unknown> {
  return new GatheringOfSuccesses(
    'whenAllSucceed',
    signalOption('whenAllSucceed', options),
  ).beginAll(all)
}

class GatheringOfSuccesses extends CompleteGathering {
  /** Asked in input order, and only when all have settled: the first failure is the one to report. */
  protected entryOf(settled: Future<unknown>): unknown {
    if (settled.isFailed) this.fail(settled.outcome)
    return settled.outcome
  }
}
