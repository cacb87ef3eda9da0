import { ClockTimer, isBefore } from './timer.ts'

/** What a clock with a {@link TimerHeap} does for its timers. */
export interface HeapTimerKeeper {
  start(timer: HeapTimer, delayMs: number): void
  stop(timer: HeapTimer): void
  refChanged(timer: HeapTimer): void
}

/** A timer that fires at its very deadline, and not at the next whole millisecond. */
export class HeapTimer extends ClockTimer {
  /** @internal Where it stands in its heap. */
  position = -1
  readonly #keeper: HeapTimerKeeper

  constructor(keeper: HeapTimerKeeper, callback: () => void, periodMs: number) {
    super(callback, periodMs)
    this.#keeper = keeper
  }

  protected override start(delayMs: number): void {
    this.#keeper.start(this, delayMs)
  }

  protected override stop(): void {
    this.#keeper.stop(this)
  }

  protected override refChanged(): void {
    this.#keeper.refChanged(this)
  }
}

/** Timers in exact order of their deadlines: earliest in O(1), the rest in O(log n), removal included. */
export class TimerHeap {
  readonly #timers: HeapTimer[] = []

  get length(): number {
    return this.#timers.length
  }

  /** The timer that fires first. */
  get first(): HeapTimer | undefined {
    return this.#timers[0]
  }

  push(timer: HeapTimer): void {
    timer.list = this
    this.#timers.push(timer)
    this.#rise(timer, this.#timers.length - 1)
  }

  /** @returns false if `timer` is not in this heap */
  remove(timer: HeapTimer): boolean {
    if (timer.list !== this) return false
    const last = this.#timers.pop()
    if (last !== undefined && last !== timer) {
      this.#rise(last, timer.position)
      this.#sink(last)
    }
    timer.list = undefined
    timer.position = -1
    return true
  }

  /** Places `timer` at `position` or, as long as it is earlier than what is above, higher. */
  #rise(timer: HeapTimer, position: number): void {
    let at = position
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = this.#timers[above] as HeapTimer
      if (!isBefore(timer, parent)) break
      this.#place(parent, at)
      at = above
    }
    this.#place(timer, at)
  }

  #sink(timer: HeapTimer): void {
    let at = timer.position
    for (;;) {
      const child = this.#earlierChild(at)
      if (child === undefined || !isBefore(child, timer)) break
      const below = child.position
      this.#place(child, at)
      at = below
    }
    this.#place(timer, at)
  }

  #earlierChild(at: number): HeapTimer | undefined {
    const left = this.#timers[2 * at + 1]
    const right = this.#timers[2 * at + 2]
    return left !== undefined && right !== undefined && isBefore(right, left) ? right : left
  }

  #place(timer: HeapTimer, at: number): void {
    this.#timers[at] = timer
    timer.position = at
  }
}
