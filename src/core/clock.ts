import { setSystemTimer } from './system-timers.ts'
import { assertCallback, assertDelay, assertPeriod, type ClockTimer, type Timer } from './timer.ts'

export { assertDelay, type ClockTimer, type Timer } from './timer.ts'

/** A monotonic clock with timers; everything that waits takes one, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  nowMs(): number
  /**
   * Calls `callback` once, not before `delayMs` milliseconds have passed; never if they are infinite.
   *
   * Timers fire in the order of their deadlines. A callback that throws does not keep the others from firing.
   *
   * @throws {OptionError} if `delayMs` is negative or not a number, or `callback` is not a function
   */
  setTimer(delayMs: number, callback: () => void): Timer
}

/** The clocks of this package: their timers can also be periodic, armed again and `unref`ed. */
export interface TimerClock extends Clock {
  setTimer(delayMs: number, callback: () => void): ClockTimer
  /**
   * Calls `callback` every `periodMs` milliseconds, first after one period.
   *
   * Each call is due a whole number of periods after the start, however late the one before was;
   * calls that a stall has made late by a period or more are left out.
   *
   * @throws {OptionError} if `periodMs` is not positive or not finite, or `callback` is not a function
   */
  setPeriodicTimer(periodMs: number, callback: () => void): ClockTimer
}

/**
 * The clock of the machine, with timers to the millisecond.
 *
 * A delay counts from the end of the turn in which the timer is set, and ends with a whole
 * millisecond of the clock; setting and cancelling a timer costs a fraction of `setTimeout`, and a
 * million pending ones cost as much as one.
 */
export const systemClock: TimerClock = {
  nowMs: () => performance.now(),
  setTimer(delayMs, callback) {
    assertDelay('delayMs', delayMs)
    assertCallback(callback)
    return setSystemTimer(delayMs, callback, 0)
  },
  setPeriodicTimer(periodMs, callback) {
    assertPeriod('periodMs', periodMs)
    assertCallback(callback)
    return setSystemTimer(periodMs, callback, periodMs)
  },
}
