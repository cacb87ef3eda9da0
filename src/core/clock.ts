import { OptionError } from './errors.ts'
import { enterCallback, leaveCallback } from './run-queue.ts'

/** A timer that can be given up. */
export interface Timer {
  /** Forgets the callback; harmless after it has run. */
  cancel(): void
}

/** A monotonic clock with timers; everything that waits takes one, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since an arbitrary start; never goes back. */
  nowMs(): number
  /**
   * Calls `callback` once, not before `delayMs` milliseconds have passed.
   *
   * @throws {OptionError} if `delayMs` is negative or not a number
   */
  setTimer(delayMs: number, callback: () => void): Timer
}

/** `setTimeout` holds at most so many milliseconds (about 24.8 days); longer delays are armed again. */
const MAX_TIMEOUT_MS = 0x7fffffff

/** @throws {OptionError} if `delayMs` is negative or not a number */
export function assertDelay(name: string, delayMs: number): void {
  if (typeof delayMs !== 'number' || !(delayMs >= 0)) {
    throw new OptionError(name, delayMs, 'a number of milliseconds, 0 or more')
  }
}

class SystemTimer implements Timer {
  readonly #deadlineMs: number
  readonly #callback: () => void
  #handle: ReturnType<typeof setTimeout> | undefined

  constructor(delayMs: number, callback: () => void) {
    this.#deadlineMs = performance.now() + delayMs
    this.#callback = callback
    this.#arm(delayMs)
  }

  cancel(): void {
    clearTimeout(this.#handle)
    this.#handle = undefined
  }

  #arm(delayMs: number): void {
    if (delayMs === Number.POSITIVE_INFINITY) return
    this.#handle = setTimeout(() => this.#fire(), Math.min(Math.ceil(delayMs), MAX_TIMEOUT_MS))
  }

  #fire(): void {
    // The platform's timers count whole milliseconds of a cached time and may be up to one early.
    const leftMs = this.#deadlineMs - performance.now()
    if (leftMs > 0) return this.#arm(leftMs)
    this.#handle = undefined
    enterCallback()
    try {
      this.#callback()
    } finally {
      leaveCallback()
    }
  }
}

/** The clock of the machine. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  setTimer(delayMs, callback) {
    assertDelay('delayMs', delayMs)
    return new SystemTimer(delayMs, callback)
  },
}

interface ManualTimer {
  readonly deadlineMs: number
  readonly callback: () => void
}

/** A clock that stands still until it is told to advance: time for tests. */
export class ManualClock implements Clock {
  #nowMs = 0
  #timers: ManualTimer[] = []

  nowMs(): number {
    return this.#nowMs
  }

  /** Timers that have neither fired nor been cancelled. */
  get pendingTimers(): number {
    return this.#timers.length
  }

  setTimer(delayMs: number, callback: () => void): Timer {
    assertDelay('delayMs', delayMs)
    const timer: ManualTimer = { deadlineMs: this.#nowMs + delayMs, callback }
    this.#timers.push(timer)
    return {
      cancel: () => {
        this.#timers = this.#timers.filter((other) => other !== timer)
      },
    }
  }

  /** Lets `ms` milliseconds pass; due timers fire in the order of their deadlines. */
  advance(ms: number): void {
    assertDelay('ms', ms)
    const untilMs = this.#nowMs + ms
    for (;;) {
      const next = this.#earliest()
      if (next === undefined || next.deadlineMs > untilMs) break
      this.#timers = this.#timers.filter((timer) => timer !== next)
      this.#nowMs = next.deadlineMs
      enterCallback()
      try {
        next.callback()
      } finally {
        leaveCallback()
      }
    }
    this.#nowMs = untilMs
  }

  #earliest(): ManualTimer | undefined {
    let earliest: ManualTimer | undefined
    for (const timer of this.#timers) {
      if (earliest === undefined || timer.deadlineMs < earliest.deadlineMs) earliest = timer
    }
    return earliest
  }
}
