import { assertDelay, type Clock, systemClock, type Timer } from '../../core/clock.ts'
import { OptionError, TimeoutError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import { abandon } from '../abandon.ts'
import { Undertaking } from '../combinators/undertaking.ts'
import { type Consumer, consume, Future } from '../future.ts'
import {
  abortReason,
  assertSignal,
  type SignalOptions,
  type Started,
  start,
  type Work,
} from '../signals.ts'

export interface TimeoutOptions extends SignalOptions {
  /** What the error's message calls the work; "The operation" by default. */
  readonly what?: string
  /** Makes the failure when time is up, in place of a {@link TimeoutError}. */
  readonly error?: (timeoutMs: number) => unknown
  readonly clock?: Clock
}

/**
 * Waits for `work`, but at most `timeoutMs` milliseconds.
 *
 * Work that is ready is returned as it is. A function is told through its signal when time is up, so
 * that it can stop. A result that comes late, or a late failure, is dropped, and nothing is left
 * behind on a future that lives long: any number of waits for it may expire.
 *
 * @param timeoutMs - milliseconds from now; `Infinity` never ends the wait
 * @param options - `signal` gives the work up early, and if it has fired starts nothing
 * @returns fails with {@link TimeoutError}, or what `error` makes or throws, when time is up, or with
 *   the signal's reason
 * @throws {OptionError} if `timeoutMs` is negative or not a number, or an option is wrong
 * @see seastar `include/seastar/core/with_timeout.hh`, which does not stop the work
 */
export function timeoutAsync<T>(
  work: Work<T>,
  timeoutMs: number,
  options: TimeoutOptions = {},
): Future<T> {
  assertDelay('timeoutMs', timeoutMs)
  rejectUnknownOptions('timeoutAsync options', options, ['signal', 'what', 'error', 'clock'])
  const { signal, error } = options
  assertSignal('signal', signal)
  if (error !== undefined && typeof error !== 'function') {
    throw new OptionError('error', error, 'a function')
  }
  if (signal?.aborted === true) {
    if (typeof work !== 'function') Future.from(work).ignore()
    return Future.failed(abortReason(signal, options.what ?? 'The operation'))
  }
  const started = start(work)
  return started.future.isPending
    ? new LimitedWait(started, timeoutMs, options).begin()
    : started.future
}

class LimitedWait<T> extends Undertaking<T> implements Consumer {
  readonly #started: Started<T>
  readonly #timer: Timer

  constructor(started: Started<T>, timeoutMs: number, options: TimeoutOptions) {
    const { signal, what = 'The operation', error, clock = systemClock } = options
    super(what, signal)
    this.#started = started
    this.#timer = clock.setTimer(timeoutMs, () => {
      this.fail(timeoutReason(error, timeoutMs, what))
    })
  }

  begin(): Future<T> {
    consume(this.#started.future, this)
    this.park()
    return this.result
  }

  onSettled(source: Future<unknown>): void {
    if (source.isReady) this.succeed(source.outcome as T)
    else this.fail(source.outcome)
  }

  protected override ended(): void {
    this.#timer.cancel()
  }

  protected override failed(reason: unknown): void {
    const { future, controller } = this.#started
    if (!future.isPending) return
    abandon(future, this)
    controller?.abort(reason)
  }
}

function timeoutReason(
  makeError: TimeoutOptions['error'],
  timeoutMs: number,
  what: string,
): unknown {
  if (makeError === undefined) return new TimeoutError(timeoutMs, what)
  try {
    return makeError(timeoutMs)
  } catch (error) {
    return error
  }
}
