import { assertDelay, type Clock, systemClock } from '../core/clock.ts'
import { TimeoutError } from '../core/errors.ts'
import { rejectUnknownOptions } from '../core/options.ts'
import { consume, Deferred, type Future } from './future.ts'
import { abortReason, assertSignal, start, type Work, whenAborted } from './signals.ts'

export interface TimeoutOptions {
  /** Gives the work up early, with a failure. */
  readonly signal?: AbortSignal
  /** What the error's message calls the work; "The operation" by default. */
  readonly what?: string
  readonly clock?: Clock
}

/**
 * Waits for `work`, but at most `timeoutMs` milliseconds.
 *
 * A function is told through its signal when time is up, so that it can stop. A result that comes
 * late, or a late failure, is dropped.
 *
 * @returns fails with {@link TimeoutError} when time is up, or with the signal's reason
 * @throws {OptionError} if `timeoutMs` is negative or not a number, or an option is unknown
 * @see seastar `with_timeout`, which does not stop the work
 */
export function timeoutAsync<T>(
  work: Work<T>,
  timeoutMs: number,
  options: TimeoutOptions = {},
): Future<T> {
  assertDelay('timeoutMs', timeoutMs)
  rejectUnknownOptions('timeoutAsync options', options, ['signal', 'what', 'clock'])
  assertSignal('signal', options.signal)
  const { signal, what, clock = systemClock } = options
  const { future, controller } = start(work)
  if (!future.isPending) return future

  const done = new Deferred<T>()
  const giveUp = (reason: unknown): void => {
    if (done.reject(reason)) controller?.abort(reason)
  }
  const timer = clock.setTimer(timeoutMs, () => giveUp(new TimeoutError(timeoutMs, what)))
  const stopListening = whenAborted(signal, () => {
    timer.cancel()
    giveUp(abortReason(signal as AbortSignal, what ?? 'The operation'))
  })
  consume(future, {
    onSettled() {
      timer.cancel()
      stopListening()
      if (future.isReady) done.resolve(future.get())
      else done.reject(future.outcome)
    },
  })
  return done.future
}
