import { LinkedList } from './linked-list.ts'
import { atEndOfTurn, type Task } from './run-queue.ts'
import { ClockTimer, nextDeadline, type TimerKeeper } from './timer.ts'
import { TimerWheel } from './timer-wheel.ts'

/** `setTimeout` holds at most so many milliseconds (about 24.8 days); later deadlines are armed again. */
const MAX_TIMEOUT_MS = 0x7fffffff
/** Timers fire for so long before input and output get their turn. */
const QUOTA_MS = 0.5
/** New timers that are brought to the wheel before input and output get their turn. */
const TIMERS_PER_TURN = 2_048
const NEVER = Number.POSITIVE_INFINITY

type Handle = ReturnType<typeof setTimeout>

/**
 * All timers of a thread over one timer of the platform.
 *
 * Within a turn a new timer only joins a list. At the end of the turn the clock is read once for all
 * of them, and those not cancelled by then go to the wheel. Most of what a timer costs is thus paid
 * once a turn, and a delay counts from a moment that cannot lie before the call: never early.
 * The platform is asked for an earlier call when one is needed, never for a later one: when it
 * calls too soon, because timers were cancelled meanwhile, it is asked again.
 */
export class SystemTimers implements TimerKeeper, Task {
  /** Set in this turn; in place of a deadline they hold their delay. */
  readonly #fresh = new LinkedList<ClockTimer>()
  readonly #wheel = new TimerWheel()
  /** Pending timers that keep the process alive. */
  #refs = 0
  #isUpdatePending = false
  #isResumePending = false
  #isFiring = false
  #handle: Handle | undefined
  #isHandleRefed = true
  /** When the platform calls at the latest. */
  #armedTick = NEVER
  readonly #onTimeout = (): void => {
    this.#handle = undefined
    this.#armedTick = NEVER
    this.#fireDue()
  }
  readonly #onResume = (): void => {
    this.#isResumePending = false
    this.#fireDue()
  }

  create(delayMs: number, callback: () => void, periodMs: number): ClockTimer {
    const timer = new ClockTimer(this, callback, periodMs)
    timer.arm(delayMs)
    return timer
  }

  start(timer: ClockTimer, delayMs: number): void {
    timer.deadlineMs = delayMs
    this.#fresh.push(timer)
    if (timer.isRefed) this.#refs++
    if (!this.#isUpdatePending) this.#updateLater()
  }

  stop(timer: ClockTimer): void {
    if (!this.#fresh.remove(timer)) this.#wheel.remove(timer)
    if (timer.isRefed && --this.#refs === 0) this.#updateLater()
  }

  refChanged(timer: ClockTimer): void {
    this.#refs += timer.isRefed ? 1 : -1
    this.#updateLater()
  }

  /** The end of a turn in which something has changed. */
  run(): void {
    this.#isUpdatePending = false
    if (!this.#isFiring) this.#update()
  }

  #updateLater(): void {
    if (this.#isUpdatePending) return
    this.#isUpdatePending = true
    atEndOfTurn(this)
  }

  #fireDue(): void {
    const nowMs = performance.now()
    let isDone = false
    this.#isFiring = true
    try {
      isDone = this.#fireUntil(nowMs)
    } finally {
      this.#isFiring = false
      // A callback that throws must not take the other timers with it.
      if (!isDone) this.#resumeLater()
      this.#update()
    }
  }

  /** @returns false when the quota was used up first */
  #fireUntil(nowMs: number): boolean {
    const nowTick = Math.floor(nowMs)
    while (this.#wheel.nextTick <= nowTick) {
      const timer = this.#wheel.take(nowTick)
      if (timer !== undefined) this.#fire(timer, nowMs)
      if (performance.now() - nowMs > QUOTA_MS) return false
    }
    return true
  }

  #fire(timer: ClockTimer, nowMs: number): void {
    if (timer.periodMs > 0) {
      timer.deadlineMs = nextDeadline(timer.deadlineMs, timer.periodMs, nowMs)
      this.#wheel.add(timer, nowMs)
    } else if (timer.isRefed) {
      this.#refs--
    }
    timer.fire()
  }

  /** Brings new timers to the wheel and the platform's timer up to date. */
  #update(): void {
    for (let left = TIMERS_PER_TURN, nowMs = 0; this.#fresh.length > 0; left--) {
      if (left === 0) return this.#resumeLater()
      if (nowMs === 0) nowMs = performance.now()
      const timer = this.#fresh.shift() as ClockTimer
      timer.deadlineMs += nowMs
      this.#wheel.add(timer, nowMs)
    }
    if (this.#isResumePending) return
    if (this.#wheel.nextTick < this.#armedTick) this.#arm()
    if (this.#refs > 0 !== this.#isHandleRefed) this.#refHandle()
  }

  #arm(): void {
    clearTimeout(this.#handle)
    const nowMs = performance.now()
    const delayMs = Math.min(Math.ceil(this.#wheel.nextTick - nowMs), MAX_TIMEOUT_MS)
    this.#handle = setTimeout(this.#onTimeout, delayMs)
    this.#armedTick = Math.ceil(nowMs + delayMs)
    this.#isHandleRefed = true
  }

  /** Browsers have plain numbers for handles, and nothing to keep alive. */
  #refHandle(): void {
    this.#isHandleRefed = this.#refs > 0
    const handle = this.#handle as Partial<NodeJS.Timeout> | undefined
    if (this.#isHandleRefed) handle?.ref?.()
    else handle?.unref?.()
  }

  #resumeLater(): void {
    if (this.#isResumePending) return
    this.#isResumePending = true
    if (typeof setImmediate === 'function') setImmediate(this.#onResume)
    else setTimeout(this.#onResume, 0)
  }
}
