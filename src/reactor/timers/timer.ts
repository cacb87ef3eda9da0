import { systemClock } from '../../core/clock.ts'
import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import { assertCallback, type ClockTimer } from '../../core/timer.ts'
import { highResolutionClock } from './high-resolution-clock.ts'
import { processNowMs } from './process-time.ts'

const NS_PER_MS = 1e6

/**
 * Nanoseconds of a monotonic clock that is the same on all reactors, since an arbitrary start; as
 * exact as `performance.now()`, whose whole nanoseconds a number holds.
 *
 * `process.hrtime.bigint()` counts the same nanoseconds; it takes a third longer, and a bigint each time.
 */
export function nowNs(): number {
  return Math.round(processNowMs() * NS_PER_MS)
}

export interface DeadlineOptions {
  /** Fires within some ten microseconds of the deadline, by `highResolutionClock`; by default, within a millisecond or two. */
  readonly highResolution?: boolean
}

/**
 * Calls `callback` once, when {@link nowNs} has reached `deadlineNs`, never before; a deadline that has
 * passed is due at once. The timer can be cancelled and, with a delay in milliseconds, armed again.
 *
 * @param deadlineNs - a time of {@link nowNs}, such as `nowNs() + 250_000`; not a duration
 * @throws {OptionError} if `deadlineNs` is neither a number nor a bigint, `callback` is not a function,
 *   `highResolution` not a boolean, or an option is unknown
 */
export function timerAt(
  deadlineNs: number | bigint,
  callback: () => void,
  options: DeadlineOptions = {},
): ClockTimer {
  rejectUnknownOptions('timer options', options, ['highResolution'])
  const { highResolution = false } = options
  if (typeof highResolution !== 'boolean') {
    throw new OptionError('timer options.highResolution', highResolution, 'a boolean')
  }
  if (
    typeof deadlineNs !== 'bigint' &&
    (typeof deadlineNs !== 'number' || Number.isNaN(deadlineNs))
  ) {
    throw new OptionError('deadlineNs', deadlineNs, 'a number or bigint of nanoseconds')
  }
  assertCallback(callback)
  const delayMs = Math.max(0, (Number(deadlineNs) - nowNs()) / NS_PER_MS)
  const clock = highResolution ? highResolutionClock : systemClock
  return clock.setTimer(delayMs, callback)
}
