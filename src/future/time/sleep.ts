import { assertDelay, type Clock, systemClock, type Timer } from '../../core/clock.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import { Deferred } from '../deferred.ts'
import { type Future } from '../future.ts'
import { abortReason, assertSignal, type SignalOptions, whenAborted } from '../signals.ts'

export interface SleepOptions extends SignalOptions {
  readonly clock?: Clock
}

/**
 * A future that is ready when `delayMs` milliseconds have passed, never before.
 *
 * @param delayMs - 0 or more; a negative one is a mistake of whoever computed it, and not a short sleep
 * @returns fails with the signal's reason, or {@link AbortedError}, if the signal fires first
 * @throws {OptionError} if `delayMs` is negative or not a number, or an option is unknown
 * @see seastar `include/seastar/core/sleep.hh`, `sleep_abortable`
 */
export function sleep(delayMs: number, options: SleepOptions = {}): Future<void> {
  assertDelay('delayMs', delayMs)
  rejectUnknownOptions('sleep options', options, ['signal', 'clock'])
  assertSignal('signal', options.signal)
  const done = new Deferred<void>()
  const { signal, clock = systemClock } = options
  let timer: Timer | undefined
  const stopListening = whenAborted(signal, () => {
    timer?.cancel()
    done.reject(abortReason(signal as AbortSignal, 'The sleep'))
  })
  if (signal?.aborted !== true) {
    timer = clock.setTimer(delayMs, () => {
      stopListening()
      done.resolve(undefined)
    })
  }
  return done.future
}
