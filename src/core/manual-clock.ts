import type { TimerClock } from './clock.ts'
import { OptionError } from './errors.ts'
import { assertCallback, assertDelay, assertPeriod, nextDeadline } from './timer.ts'
import { HeapTimer, type HeapTimerKeeper, TimerHeap } from './timer-heap.ts'

/** A clock that stands still until it is told to advance: time for tests. */
export class ManualClock implements TimerClock {
  #nowMs = 0
  readonly #timers = new TimerHeap()
  readonly #keeper: HeapTimerKeeper = {
    start: (timer, delayMs) => {
      timer.deadlineMs = this.#nowMs + delayMs
      this.#timers.push(timer)
    },
    stop: (timer) => this.#timers.remove(timer),
    refChanged: () => {},
  }

  nowMs(): number {
    return this.#nowMs
  }

  /** Timers that will fire: neither done nor cancelled, nor with an infinite delay. */
  get pendingTimers(): number {
    return this.#timers.length
  }

  setTimer(delayMs: number, callback: () => void): HeapTimer {
    assertDelay('delayMs', delayMs)
    return this.#create(delayMs, callback, 0)
  }

  setPeriodicTimer(periodMs: number, callback: () => void): HeapTimer {
    assertPeriod('periodMs', periodMs)
    return this.#create(periodMs, callback, periodMs)
  }

  /**
   * Lets `ms` milliseconds pass; due timers fire in the order of their deadlines, each at its own time.
   *
   * @throws {OptionError} if `ms` is negative, infinite or not a number
   * @throws what a callback threw, or an `AggregateError` of what several threw, after all due timers have fired
   */
  advance(ms: number): void {
    assertDelay('ms', ms)
    if (ms === Number.POSITIVE_INFINITY) throw new OptionError('ms', ms, 'finite')
    const untilMs = this.#nowMs + ms
    const errors: unknown[] = []
    for (let next = this.#timers.first; next !== undefined; next = this.#timers.first) {
      if (next.deadlineMs > untilMs) break
      this.#fire(next, errors)
    }
    // A callback may have advanced the clock itself, beyond this.
    this.#nowMs = Math.max(this.#nowMs, untilMs)
    if (errors.length === 1) throw errors[0]
    if (errors.length > 1) throw new AggregateError(errors, 'Several timers failed')
  }

  #create(delayMs: number, callback: () => void, periodMs: number): HeapTimer {
    assertCallback(callback)
    return new HeapTimer(this.#keeper, callback, periodMs).arm(delayMs)
  }

  #fire(timer: HeapTimer, errors: unknown[]): void {
    this.#timers.remove(timer)
    this.#nowMs = Math.max(this.#nowMs, timer.deadlineMs)
    if (timer.periodMs > 0) {
      timer.deadlineMs = nextDeadline(timer.deadlineMs, timer.periodMs, this.#nowMs)
      this.#timers.push(timer)
    }
    try {
      timer.fire()
    } catch (error) {
      errors.push(error)
    }
  }
}
