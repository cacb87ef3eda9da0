import { type ClockTimer, isBefore } from './timer.ts'

/** Timers in exact order of their deadlines: earliest in O(1), the rest in O(log n), removal included. */
export class TimerHeap {
  readonly #timers: ClockTimer[] = []

  get length(): number {
    return this.#timers.length
  }

  /** The timer that fires first. */
  get first(): ClockTimer | undefined {
    return this.#timers[0]
  }

  push(timer: ClockTimer): void {
    timer.list = this
    this.#timers.push(timer)
    this.#rise(timer, this.#timers.length - 1)
  }

  remove(timer: ClockTimer): void {
    const last = this.#timers.pop()
    if (last !== undefined && last !== timer) {
      this.#rise(last, timer.position)
      this.#sink(last)
    }
    timer.list = undefined
    timer.position = -1
  }

  /** Places `timer` at `position` or, as long as it is earlier than what is above, higher. */
  #rise(timer: ClockTimer, position: number): void {
    let at = position
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = this.#timers[above] as ClockTimer
      if (!isBefore(timer, parent)) break
      this.#place(parent, at)
      at = above
    }
    this.#place(timer, at)
  }

  #sink(timer: ClockTimer): void {
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

  #earlierChild(at: number): ClockTimer | undefined {
    const left = this.#timers[2 * at + 1]
    const right = this.#timers[2 * at + 2]
    return left !== undefined && right !== undefined && isBefore(right, left) ? right : left
  }

  #place(timer: ClockTimer, at: number): void {
    this.#timers[at] = timer
    timer.position = at
  }
}
