import { systemClock, type TimerClock } from '../../core/clock.ts'
import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import { quota } from '../../core/quota.ts'
import {
  assertCallback,
  assertDelay,
  assertPeriod,
  type ClockTimer,
  nextDeadline,
} from '../../core/timer.ts'
import { HeapTimer, type HeapTimerKeeper, TimerHeap } from '../../core/timer-heap.ts'
import { Alarm } from './alarm.ts'

/** Farther deadlines are first waited for to the millisecond, at no cost. */
const COARSE_MS = 6
/** How long before the deadline that wait ends: timers of milliseconds are late by up to two. */
const COARSE_MARGIN_MS = 3
/** How late a wake-up is, to begin with; {@link HighResolutionClock} learns how late it really is. */
const FIRST_LEAD_MS = 0.08
const MAX_LEAD_MS = 0.25
/** How much one wake-up changes that: the median of many is found, whatever a few of them are. */
const LEARNING_STEP_MS = 0.002
const MAX_SPIN_MS = 10

export interface HighResolutionOptions {
  /**
   * Milliseconds before each deadline from which on the reactor looks at the clock in every turn of
   * its event loop instead of sleeping: exact to some microseconds, for a busy processor core. 0 by default.
   */
  readonly spinMs?: number
}

/**
 * A clock with timers to some ten microseconds, where those of the event loop are late by a millisecond or two.
 *
 * A thread of its own waits for the earliest deadline and wakes the reactor; it starts with the first
 * timer, ends five seconds after the last, and keeps no process alive. While it starts, the reactor
 * looks at the clock itself. No timer is early. For timeouts, `systemClock` is the better clock: a
 * timer of this one costs some microseconds.
 *
 * @see seastar `timer<steady_clock_type>`, its high-resolution timers
 */
export class HighResolutionClock implements TimerClock {
  readonly #spinMs: number
  readonly #timers = new TimerHeap()
  readonly #alarm = new Alarm((wakeMs) => this.#wake(wakeMs))
  readonly #coarseTimer: ClockTimer
  #refs = 0
  #isWorking = false
  #immediate: NodeJS.Immediate | undefined
  /** A wake-up comes so much later than it was asked for. */
  #leadMs = FIRST_LEAD_MS

  readonly #keeper: HeapTimerKeeper = {
    start: (timer, delayMs) => {
      timer.deadlineMs = performance.now() + delayMs
      this.#timers.push(timer)
      this.#alarm.prepare()
      if (this.#timers.first === timer && !this.#isWorking) this.#lookLater()
      if (timer.isRefed) this.#addRef(1)
    },
    stop: (timer) => {
      this.#timers.remove(timer)
      if (this.#timers.length === 0 && !this.#isWorking) this.#lookLater()
      if (timer.isRefed) this.#addRef(-1)
    },
    refChanged: (timer) => this.#addRef(timer.isRefed ? 1 : -1),
  }

  /** @throws {OptionError} if `spinMs` is not a number from 0 to 10, or an option is unknown */
  constructor(options: HighResolutionOptions = {}) {
    rejectUnknownOptions('HighResolutionClock options', options, ['spinMs'])
    const { spinMs = 0 } = options
    if (typeof spinMs !== 'number' || !(spinMs >= 0 && spinMs <= MAX_SPIN_MS)) {
      throw new OptionError('spinMs', spinMs, `a number of milliseconds from 0 to ${MAX_SPIN_MS}`)
    }
    this.#spinMs = spinMs
    this.#coarseTimer = systemClock.setTimer(Number.POSITIVE_INFINITY, () => this.#work()).unref()
  }

  nowMs(): number {
    return performance.now()
  }

  setTimer(delayMs: number, callback: () => void): ClockTimer {
    assertDelay('delayMs', delayMs)
    assertCallback(callback)
    return new HeapTimer(this.#keeper, callback, 0).arm(delayMs)
  }

  setPeriodicTimer(periodMs: number, callback: () => void): ClockTimer {
    assertPeriod('periodMs', periodMs)
    assertCallback(callback)
    return new HeapTimer(this.#keeper, callback, periodMs).arm(periodMs)
  }

  /** Fires what is due, and has itself called for the rest. */
  #work(): void {
    const startMs = performance.now()
    let nowMs = startMs
    this.#isWorking = true
    try {
      let { first } = this.#timers
      while (first !== undefined && first.deadlineMs <= nowMs && nowMs - startMs < quota.quotaMs) {
        this.#fire(first, nowMs)
        nowMs = performance.now()
        first = this.#timers.first
      }
    } finally {
      this.#isWorking = false
      this.#lookLater()
    }
  }

  #fire(timer: HeapTimer, nowMs: number): void {
    this.#timers.remove(timer)
    if (timer.periodMs > 0) {
      timer.deadlineMs = nextDeadline(timer.deadlineMs, timer.periodMs, nowMs)
      this.#timers.push(timer)
    } else if (timer.isRefed) {
      this.#addRef(-1)
    }
    timer.fire()
  }

  /** Chooses the cheapest way to be called in time. */
  #lookLater(): void {
    const { first } = this.#timers
    this.#coarseTimer.cancel()
    if (first === undefined) return this.#alarm.rest()
    const leadMs = this.#leadMs + this.#spinMs
    const leftMs = first.deadlineMs - performance.now()
    if (leftMs > COARSE_MS) this.#coarseTimer.rearm(leftMs - COARSE_MARGIN_MS)
    else if (leftMs > leadMs && this.#alarm.isReady) this.#alarm.wakeAt(first.deadlineMs - leadMs)
    else this.#lookNextTurn()
  }

  #lookNextTurn(): void {
    if (this.#immediate !== undefined) return
    this.#immediate = setImmediate(() => {
      this.#immediate = undefined
      this.#work()
    })
    if (this.#refs === 0) this.#immediate.unref()
  }

  /** @param wakeMs - infinite when the thread has started or ended */
  #wake(wakeMs: number): void {
    if (wakeMs < Number.POSITIVE_INFINITY) {
      const isLater = performance.now() - wakeMs > this.#leadMs
      const leadMs = this.#leadMs + (isLater ? LEARNING_STEP_MS : -LEARNING_STEP_MS)
      this.#leadMs = Math.min(Math.max(0, leadMs), MAX_LEAD_MS)
    }
    this.#work()
  }

  /** Whatever will call next keeps the process alive as long as a timer does. */
  #addRef(count: number): void {
    this.#refs += count
    if (this.#refs > 1 || (this.#refs === 1 && count < 0)) return
    const isRefed = this.#refs > 0
    this.#alarm.setRef(isRefed)
    if (isRefed) {
      this.#coarseTimer.ref()
      this.#immediate?.ref()
    } else {
      this.#coarseTimer.unref()
      this.#immediate?.unref()
    }
  }
}

/** The one clock of high resolution that most programs need; it does not spin. */
export const highResolutionClock: HighResolutionClock = new HighResolutionClock()
