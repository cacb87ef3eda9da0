import { PipelineError } from '../errors.ts'
import { type Eventual, type Future, pendingFuture, settleFailed, settleReady } from '../future.ts'
import { futureOf } from '../iteration/eventual.ts'
import { abortReason } from '../signals.ts'
import type { Station, Stopwatch } from './station.ts'

/** Names the work in errors. */
export const WHAT = 'The pipeline'

/**
 * One value on its way through the stages: inline as long as they answer at once.
 *
 * @internal
 */
export class Execution {
  readonly #stations: readonly Station[]
  readonly #signal: AbortSignal | undefined
  readonly #stopwatch: Stopwatch | undefined
  readonly #result = pendingFuture<unknown>()
  /** Of the station the value is at; the number of stations when it has passed all. */
  #index = 0

  constructor(
    stations: readonly Station[],
    signal: AbortSignal | undefined,
    stopwatch: Stopwatch | undefined,
  ) {
    this.#stations = stations
    this.#signal = signal
    this.#stopwatch = stopwatch
  }

  /** @param input - one that is not there yet is waited for; its failure is the execution's own */
  begin(input: Eventual<unknown>): Future<unknown> {
    const future = futureOf(input)
    if (future === undefined) this.#advance(input)
    else if (future.isReady) this.#advance(future.outcome)
    else {
      void future.then(
        (value) => this.#advance(value),
        (reason) => settleFailed(this.#result, reason),
      )
    }
    return this.#result
  }

  /** Goes through the stages until one is pending, one has failed, or all are passed. */
  #advance(input: unknown): void {
    let value = input
    for (;;) {
      const station = this.#stations[this.#index]
      if (station === undefined) return settleReady(this.#result, value)
      if (this.#signal?.aborted) return this.#giveUp(this.#signal)
      let result: Eventual<unknown>
      try {
        result = this.#enter(station, value)
      } catch (error) {
        return this.#fail(station, error)
      }
      const future = futureOf(result)
      if (future === undefined) value = result
      else if (future.isReady) value = future.outcome
      else return this.#park(future, station)
      if (!this.#leave(station, false)) return
    }
  }

  #enter(station: Station, value: unknown): Eventual<unknown> {
    const { stage, context } = station
    station.arrive()
    this.#stopwatch?.start()
    return stage.run(value, this.#signal === undefined ? context : context.with(1, this.#signal))
  }

  /** @returns false if a hook of the caller has failed, and with it the execution */
  #leave(station: Station, isFailed: boolean): boolean {
    this.#index++
    station.leave(isFailed)
    if (this.#stopwatch === undefined) return true
    try {
      this.#stopwatch.stop(station, isFailed)
      return true
    } catch (error) {
      settleFailed(this.#result, error)
      return false
    }
  }

  /** Goes on when `future`, which is not ready, has settled; through `then`, which keeps the async context. */
  #park(future: Future<unknown>, station: Station): void {
    void future.then(
      (value) => {
        if (this.#leave(station, false)) this.#advance(value)
      },
      (reason) => this.#fail(station, reason),
    )
  }

  #fail(station: Station, reason: unknown): void {
    if (!this.#leave(station, true)) return
    if (this.#signal?.aborted) return this.#giveUp(this.#signal)
    settleFailed(this.#result, stageError(station, reason))
  }

  #giveUp(signal: AbortSignal): void {
    settleFailed(this.#result, abortReason(signal, WHAT))
  }
}

/** A branch has named its stage and itself already, unless a retry has wrapped that. */
function stageError({ context: { stage, index } }: Station, reason: unknown): PipelineError {
  const isNamed =
    reason instanceof PipelineError &&
    reason.branch !== undefined &&
    reason.stage === stage &&
    reason.index === index
  return isNamed ? reason : new PipelineError(stage, index, reason)
}
