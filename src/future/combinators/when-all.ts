import { Future } from '../future.ts'
import { type SignalOptions, signalOption, type Work } from '../signals.ts'
import { CompleteGathering, type Works } from './gathering.ts'

/** The value a piece of work comes to. */
export type Outcome<W> = W extends (signal: AbortSignal) => infer R ? Awaited<R> : Awaited<W>

/** The values of a tuple, array or record of work, in the same shape. */
export type Outcomes<All> = { -readonly [Key in keyof All]: Outcome<All[Key]> }

/**
 * Waits for everything and gives the values in the shape of the input: array, tuple or record.
 *
 * Fails with the first failure as soon as it happens, of several that have failed already with that
 * of the lowest index; functions that are still at work are told through their signal, those that
 * come later in the input are not started. Later failures are dropped. Functions are started in
 * input order before the call returns. Ready inputs cost no scheduling: if all are ready, so is the
 * result. An empty input is ready with an empty result.
 *
 * @param options - `signal` fails the result at once and stops the functions
 * @throws {OptionError} if `all` is neither an array nor a plain record, or an option is unknown
 * @see seastar `include/seastar/core/when_all.hh`, whose `when_all_succeed` waits for all in any case
 */
export function whenAll<const All extends readonly Work<unknown>[] | []>(
  all: All,
  options?: SignalOptions,
): Future<Outcomes<All>>
export function whenAll<All extends Readonly<Record<string, Work<unknown>>>>(
  all: All,
  options?: SignalOptions,
): Future<Outcomes<All>>
export function whenAll(all: Works, options?: SignalOptions): Future<unknown> {
  const signal = signalOption('whenAll', options)
  const values = signal === undefined && Array.isArray(all) ? readyValues(all) : undefined
  return values === undefined
    ? new GatheringOfValues('whenAll', signal).beginAll(all)
    : Future.ready(values)
}

/** The common case for the price of a loop: benchmark "all of 10 ready". */
function readyValues(works: readonly Work<unknown>[]): unknown[] | undefined {
  const values: unknown[] = new Array(works.length)
  for (let index = 0; index < works.length; index++) {
    const work = works[index]
    if (!(work instanceof Future) || !work.isReady) return undefined
    values[index] = work.outcome
  }
  return values
}

class GatheringOfValues extends CompleteGathering {
  protected override settled(source: Future<unknown>): void {
    if (source.isFailed) this.fail(source.outcome)
  }

  protected entryOf(settled: Future<unknown>): unknown {
    return settled.outcome
  }
}
