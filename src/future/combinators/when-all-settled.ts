import type { Future } from '../future.ts'
import { type SignalOptions, signalOption, type Work } from '../signals.ts'
import { CompleteGathering, type Works } from './gathering.ts'
import type { Outcome } from './when-all.ts'

/** How each member of a tuple, array or record of work ended, in the same shape. */
export type SettledOutcomes<All> = {
  -readonly [Key in keyof All]: PromiseSettledResult<Outcome<All[Key]>>
}

/**
 * Waits for everything and tells how each ended, as `Promise.allSettled` does.
 *
 * Never fails because of its inputs, and stops none of them. What a function throws is its failure.
 * An empty input is ready with an empty result.
 *
 * @param options - `signal` gives up waiting: fails the result at once and stops the functions
 * @returns in the shape of the input `{ status: 'fulfilled', value }` or `{ status: 'rejected', reason }`
 * @throws {OptionError} if `all` is neither an array nor a plain record, or an option is unknown
 * @see seastar `include/seastar/core/when_all.hh`, `when_all`
 */
export function whenAllSettled<const All extends readonly Work<unknown>[] | []>(
  all: All,
  options?: SignalOptions,
): Future<SettledOutcomes<All>>
export function whenAllSettled<All extends Readonly<Record<string, Work<unknown>>>>(
  all: All,
  options?: SignalOptions,
): Future<SettledOutcomes<All>>
export function whenAllSettled(all: Works, options?: SignalOptions): Future<unknown> {
  return new GatheringOfOutcomes(
    'whenAllSettled',
    signalOption('whenAllSettled', options),
  ).beginAll(all)
}

class GatheringOfOutcomes extends CompleteGathering {
  protected entryOf(settled: Future<unknown>): PromiseSettledResult<unknown> {
    const { outcome } = settled
    return settled.isReady
      ? { status: 'fulfilled', value: outcome }
      : { status: 'rejected', reason: outcome }
  }
}
