import { type AsyncContext, captureContext } from './async-context.ts'
import { OptionError } from './errors.ts'
import { LinkedItem } from './linked-list.ts'
import { currentGroup, enterCallback, enterGroup, leaveCallback, mainGroup } from './run-queue.ts'
import type { TaskGroup } from './task-group.ts'

/** A timer that can be given up. */
export interface Timer {
  /** Forgets the callback; harmless after it has run. */
  cancel(): void
}

/** @throws {OptionError} if `delayMs` is negative or not a number */
export function assertDelay(name: string, delayMs: number): void {
  if (typeof delayMs !== 'number' || !(delayMs >= 0)) {
    throw new OptionError(name, delayMs, 'a number of milliseconds, 0 or more')
  }
}

/** @throws {OptionError} if `periodMs` is not positive or not finite */
export function assertPeriod(name: string, periodMs: number): void {
  if (typeof periodMs !== 'number' || !(periodMs > 0) || periodMs === Number.POSITIVE_INFINITY) {
    throw new OptionError(name, periodMs, 'a positive, finite number of milliseconds')
  }
}

/** @throws {OptionError} if `callback` is not a function */
export function assertCallback(callback: () => void): void {
  if (typeof callback !== 'function') {
    throw new OptionError('callback', callback, 'a function')
  }
}

let lastSequence = 0

/**
 * A timer of the clocks of this package: once or periodic, and to be used again.
 *
 * The callback runs in the task group, and sees the `AsyncLocalStorage` stores, of whoever set the
 * timer. Arming it again, periodic or not, allocates nothing.
 *
 * @see seastar `include/seastar/core/timer.hh`
 */
export abstract class ClockTimer extends LinkedItem implements Timer {
  /** @internal Milliseconds on the clock it belongs to. */
  deadlineMs: number
  /** @internal Order of arming, for equal deadlines; wraps around at 2^31. */
  sequence: number
  /** @internal 0 for a timer that fires once. */
  readonly periodMs: number
  /** @internal */
  isRefed: boolean
  readonly #callback: () => void

  /** @internal */
  constructor(callback: () => void, periodMs: number) {
    super()
    // A fraction, so that the field holds unboxed doubles from the start.
    this.deadlineMs = 0.5
    this.sequence = 0
    this.periodMs = periodMs
    this.isRefed = true
    const context = captureContext()
    const group = currentGroup()
    this.#callback =
      context === undefined && group === mainGroup ? callback : within(context, group, callback)
  }

  /** Takes up a timer that is not pending. */
  protected abstract start(delayMs: number): void
  /** Gives up a pending one. */
  protected abstract stop(): void
  /** Notes that {@link isRefed} of a pending one has changed. */
  protected abstract refChanged(): void

  /** Whether it will fire; false after it has fired or was cancelled, or while its delay is infinite. */
  get isPending(): boolean {
    return this.list !== undefined
  }

  cancel(): void {
    if (this.list !== undefined) this.stop()
  }

  /**
   * Starts over: it fires when `delayMs` have passed from now, whether it was pending, has fired or
   * was cancelled. A periodic timer goes on with its period from then.
   *
   * @throws {OptionError} if `delayMs` is negative or not a number
   */
  rearm(delayMs: number): void {
    assertDelay('delayMs', delayMs)
    this.cancel()
    this.arm(delayMs)
  }

  /** Keeps the process alive while it is pending, which is what a new timer does. */
  ref(): this {
    return this.#setRef(true)
  }

  /** Lets the process end although it is pending. */
  unref(): this {
    return this.#setRef(false)
  }

  hasRef(): boolean {
    return this.isRefed
  }

  /** @internal An infinite delay never ends: nothing needs to wait for it. */
  arm(delayMs: number): this {
    if (delayMs !== Number.POSITIVE_INFINITY) {
      lastSequence = (lastSequence + 1) | 0
      this.sequence = lastSequence
      this.start(delayMs)
    }
    return this
  }

  /** @internal Runs the callback as what it is: an I/O callback. */
  fire(): void {
    enterCallback()
    try {
      this.#callback()
    } finally {
      leaveCallback()
    }
  }

  #setRef(isRefed: boolean): this {
    if (this.isRefed !== isRefed) {
      this.isRefed = isRefed
      if (this.list !== undefined) this.refChanged()
    }
    return this
  }
}

function within(
  context: AsyncContext | undefined,
  group: TaskGroup,
  callback: () => void,
): () => void {
  if (context === undefined) return () => enterGroup(group, callback)
  return () => context.runInAsyncScope(enterGroup, undefined, group, callback)
}

/** Whether `timer` fires before `other`: by deadline, and by order of arming where these are equal. */
export function isBefore(timer: ClockTimer, other: ClockTimer): boolean {
  return timer.deadlineMs === other.deadlineMs
    ? ((timer.sequence - other.sequence) | 0) < 0
    : timer.deadlineMs < other.deadlineMs
}

/**
 * The next deadline of a periodic timer after `nowMs`.
 *
 * Counted from its last deadline, not from now, so that delays of the event loop do not add up;
 * periods that have passed altogether are left out, so that a long stall is not followed by a burst.
 */
export function nextDeadline(deadlineMs: number, periodMs: number, nowMs: number): number {
  const missed = Math.floor((nowMs - deadlineMs) / periodMs)
  const nextMs = deadlineMs + (missed + 1) * periodMs
  // Rounding may bring it back to now, or a period too small for the magnitude of the clock may vanish.
  return nextMs > nowMs ? nextMs : nowMs + periodMs
}
