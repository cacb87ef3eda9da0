import { assertDelay, type Clock, systemClock } from '../core/clock.ts'
import { rejectUnknownOptions } from '../core/options.ts'

export interface DeadlineOptions {
  readonly clock?: Clock
}

/**
 * A moment by which work has to be done, handed down from call to call: each takes what is left.
 *
 * A time limit of one's own starts anew at each step; a deadline shrinks, so that nobody works on for
 * a caller who has given up.
 */
export class Deadline {
  readonly #clock: Clock
  readonly #atMs: number

  private constructor(clock: Clock, atMs: number) {
    this.#clock = clock
    this.#atMs = atMs
  }

  /**
   * @param timeoutMs - milliseconds from now; `Infinity` for none
   * @throws {OptionError} if `timeoutMs` is negative or not a number, or an option is unknown
   */
  static after(timeoutMs: number, options?: DeadlineOptions): Deadline {
    assertDelay('timeoutMs', timeoutMs)
    rejectUnknownOptions('Deadline options', options, ['clock'])
    const clock = options?.clock ?? systemClock
    return new Deadline(clock, clock.nowMs() + timeoutMs)
  }

  /** Milliseconds left; 0 when it is over, `Infinity` if it never is. */
  get remainingMs(): number {
    return Math.max(0, this.#atMs - this.#clock.nowMs())
  }

  get isOver(): boolean {
    return this.remainingMs === 0
  }

  /** @returns whichever of the two leaves less time */
  static earlier(one: Deadline | undefined, other: Deadline | undefined): Deadline | undefined {
    if (one === undefined || other === undefined) return one ?? other
    return one.remainingMs <= other.remainingMs ? one : other
  }
}
