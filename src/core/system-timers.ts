import { afterInput } from './after-input.ts'
import { LinkedList } from './linked-list.ts'
import { quota } from './quota.ts'
import { ClockTimer, nextDeadline } from './timer.ts'
import { TimerWheel } from './timer-wheel.ts'

/** `setTimeout` holds at most so many milliseconds (about 24.8 days); later deadlines are armed again. */
const MAX_TIMEOUT_MS = 0x7fffffff
/** Timers that are brought to the wheel between two looks at the clock. */
const TIMERS_PER_STEP = 64
/** So long the platform's timer keeps the process alive after the last timer that should: most often comes another. */
const LINGER_MS = 5
const NEVER = Number.POSITIVE_INFINITY

const settled = Promise.resolve()

type Handle = ReturnType<typeof setTimeout>

/** A stretch of code in which timers were set; when it ended is known once it is over. */
class Turn {
  endMs = 0.5
}

const FIRST_TURN = new Turn()

/** A timer of {@link systemTimers}: until it is in the wheel, its deadline counts from the end of its turn. */
class SystemTimer extends ClockTimer {
  /** @internal */
  turn: Turn

  constructor(callback: () => void, periodMs: number) {
    super(callback, periodMs)
    this.turn = FIRST_TURN
  }

  protected override start(delayMs: number): void {
    this.deadlineMs = delayMs
    systemTimers.start(this)
  }

  protected override stop(): void {
    systemTimers.stop(this)
  }

  protected override refChanged(): void {
    systemTimers.refChanged(this)
  }
}

/**
 * All timers of a thread over one timer of the platform.
 *
 * A new timer only joins a list. A microtask ends the turn: it reads the clock once for all timers set
 * in it. A delay counts from a moment that cannot lie before the call, so no timer is early. When
 * the first of the list may be due, the whole list goes to the wheel; most were cancelled by then.
 * The platform is asked for an earlier call when one is needed, never for a later one: when it
 * calls too soon, because timers were cancelled meanwhile, it is asked again.
 */
class SystemTimers {
  readonly #fresh = new LinkedList<SystemTimer>()
  /** No timer of the list is due before this tick. */
  #freshTick = NEVER
  #turn = FIRST_TURN
  /** The shortest delay set in this turn. */
  #shortestMs = NEVER
  readonly #wheel = new TimerWheel()
  /** Pending timers that keep the process alive. */
  #refs = 0
  #isUpdatePending = false
  #isResumePending = false
  #isWorking = false
  #handle: Handle | undefined
  #isHandleRefed = false
  #isLingering = false
  /** When the platform calls at the latest. */
  #armedTick = NEVER

  readonly #onTurnEnd = (): void => {
    this.#isUpdatePending = false
    this.#update(false)
  }

  readonly #onTimeout = (): void => {
    this.#handle = undefined
    this.#isHandleRefed = false
    this.#isLingering = false
    this.#armedTick = NEVER
    this.#work()
  }

  readonly #onResume = (): void => {
    this.#isResumePending = false
    this.#work()
  }

  start(timer: SystemTimer): void {
    timer.turn = this.#turn
    if (timer.deadlineMs < this.#shortestMs) this.#shortestMs = timer.deadlineMs
    this.#fresh.push(timer)
    if (timer.isRefed) this.#refs++
    if (!this.#isUpdatePending) this.#updateLater()
  }

  stop(timer: SystemTimer): void {
    if (!this.#fresh.remove(timer)) this.#wheel.remove(timer)
    if (timer.isRefed && --this.#refs === 0) this.#updateLater()
  }

  refChanged(timer: SystemTimer): void {
    this.#refs += timer.isRefed ? 1 : -1
    this.#updateLater()
  }

  #updateLater(): void {
    if (this.#isUpdatePending) return
    this.#isUpdatePending = true
    void settled.then(this.#onTurnEnd)
  }

  /** Fires what is due, for a quota, and has itself called for the rest. */
  #work(): void {
    let isDone = false
    this.#isWorking = true
    try {
      this.#endTurn()
      const nowMs = performance.now()
      isDone = this.#settleFresh(nowMs) && this.#fireUntil(nowMs)
    } finally {
      this.#isWorking = false
      // A callback that throws must not take the other timers with it.
      if (!isDone) this.#resumeLater()
      this.#update(true)
      if (this.#refs === 0) this.#refHandle(false)
    }
  }

  /**
   * Brings the new timers to the wheel if any may be due.
   *
   * @returns false when the quota was used up first
   */
  #settleFresh(nowMs: number): boolean {
    if (this.#freshTick > nowMs) return true
    for (;;) {
      for (let left = TIMERS_PER_STEP; left > 0; left--) {
        const timer = this.#fresh.shift()
        if (timer === undefined) {
          this.#freshTick = NEVER
          return true
        }
        timer.deadlineMs += timer.turn.endMs
        this.#wheel.add(timer, nowMs)
      }
      if (isQuotaSpent(nowMs)) return false
    }
  }

  /** @returns false when the quota was used up first */
  #fireUntil(nowMs: number): boolean {
    const nowTick = Math.floor(nowMs)
    while (this.#wheel.nextTick <= nowTick) {
      const timer = this.#wheel.take(nowTick) as SystemTimer | undefined
      if (timer !== undefined) this.#fire(timer, nowMs)
      if (isQuotaSpent(nowMs)) return false
    }
    return true
  }

  #fire(timer: SystemTimer, nowMs: number): void {
    if (timer.periodMs > 0) {
      timer.deadlineMs = nextDeadline(timer.deadlineMs, timer.periodMs, nowMs)
      this.#wheel.add(timer, nowMs)
    } else if (timer.isRefed) {
      this.#refs--
    }
    timer.fire()
  }

  /** Ends the turn for new timers, and brings the platform's timer up to date. */
  #update(isAwake: boolean): void {
    this.#endTurn()
    if (this.#isResumePending || this.#isWorking) return
    const tick = Math.min(this.#wheel.nextTick, this.#freshTick)
    if (tick < this.#armedTick) this.#arm(tick)
    if (this.#refs > 0) this.#refHandle(true)
    else if (this.#isHandleRefed && !isAwake) this.#linger()
  }

  #endTurn(): void {
    if (this.#shortestMs === NEVER) return
    const endMs = performance.now()
    this.#turn.endMs = endMs
    this.#turn = new Turn()
    this.#freshTick = Math.min(this.#freshTick, Math.ceil(endMs + this.#shortestMs))
    this.#shortestMs = NEVER
  }

  #arm(tick: number): void {
    clearTimeout(this.#handle)
    const delayMs = Math.max(1, Math.ceil(tick - performance.now()))
    this.#armedTick = Math.min(tick, tick - delayMs + MAX_TIMEOUT_MS)
    this.#handle = setTimeout(this.#onTimeout, Math.min(delayMs, MAX_TIMEOUT_MS))
    this.#isHandleRefed = true
  }

  /** The platform's timer is left alone as long as timers come and go: ref and unref cost more than they do. */
  #linger(): void {
    if (this.#isLingering) return
    this.#isLingering = true
    this.#arm(Math.min(this.#armedTick, Math.ceil(performance.now()) + LINGER_MS))
  }

  /** Browsers have plain numbers for handles, and nothing to keep alive. */
  #refHandle(isRefed: boolean): void {
    if (isRefed === this.#isHandleRefed) return
    this.#isHandleRefed = isRefed
    const handle = this.#handle as Partial<NodeJS.Timeout> | undefined
    if (isRefed) handle?.ref?.()
    else handle?.unref?.()
  }

  #resumeLater(): void {
    if (this.#isResumePending) return
    this.#isResumePending = true
    afterInput(this.#onResume)
  }
}

/** Not the run queue's own measure: that begins anew with each callback that leaves it something to do. */
function isQuotaSpent(startMs: number): boolean {
  return performance.now() - startMs > quota.quotaMs
}

export function setSystemTimer(
  delayMs: number,
  callback: () => void,
  periodMs: number,
): ClockTimer {
  return new SystemTimer(callback, periodMs).arm(delayMs)
}

const systemTimers = new SystemTimers()
