import { type AsyncContext, captureContext } from './async-context.ts'
import { OptionError } from './errors.ts'
import { LinkedItem } from './linked-list.ts'
import { enterCallback, leaveCallback } from './run-queue.ts'

/**
 * A callback that a clock will call.
 *
 * @see seastar `include/seastar/core/timer.hh`
 */
export interface Timer {
  /** Whether the callback will be called, or called again; false once it has fired or was cancelled. */
  readonly isPending: boolean
  /** Forgets the callback; harmless after it has run. */
  cancel(): void
  /**
   * Starts over: the callback is called when `delayMs` have passed from now, whether the timer is
   * pending, has fired or was cancelled. A periodic timer goes on with its period from then.
   *
   * @throws {OptionError} if `delayMs` is negative or not a number
   */
  rearm(delayMs: number): void
  /** Keeps the process alive while the timer is pending, which is what a new timer does. */
  ref(): this
  /** Lets the process end although the timer is pending. */
  unref(): this
  hasRef(): boolean
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

/** What the timers of all clocks share. Links and deadline are fields of it: arming again allocates nothing. */
export abstract class ClockTimer extends LinkedItem implements Timer {
  /** @internal Milliseconds on the clock it belongs to. */
  deadlineMs = 0.5
  /** @internal Order of arming, for equal deadlines; wraps around at 2^31. */
  sequence = 0
  /** @internal 0 for a timer that fires once. */
  readonly periodMs: number
  /** @internal */
  isRefed = true
  readonly #callback: () => void

  constructor(callback: () => void, periodMs: number) {
    super()
    this.periodMs = periodMs
    const context = captureContext()
    this.#callback = context === undefined ? callback : within(context, callback)
  }

  /** Takes up a timer that is not pending. */
  protected abstract start(delayMs: number): void
  /** Gives up a pending one. */
  protected abstract stop(): void
  /** Notes that {@link isRefed} of a pending one has changed. */
  protected abstract refChanged(): void

  get isPending(): boolean {
    return this.list !== undefined
  }

  cancel(): void {
    if (this.list !== undefined) this.stop()
  }

  rearm(delayMs: number): void {
    assertDelay('delayMs', delayMs)
    this.cancel()
    this.arm(delayMs)
  }

  ref(): this {
    return this.#setRef(true)
  }

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

/** A timer of the platform would have called back in the context it was set in. */
function within(context: AsyncContext, callback: () => void): () => void {
  return () => context.runInAsyncScope(call, undefined, callback, undefined)
}

function call(callback: () => void): void {
  callback()
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
