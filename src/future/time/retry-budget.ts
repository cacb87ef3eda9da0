import { type Clock, systemClock } from '../../core/clock.ts'
import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'

export interface RetryBudgetOptions {
  /** Retries that each success earns: 0.1 allows one retry for ten successes. 0.1 by default. */
  readonly ratio?: number
  /** Retries that can be saved up, 1 or more; the budget starts with so many. 10 by default. */
  readonly capacity?: number
  /** Retries a second that are earned in any case, so that a client that is idle can retry; 0 by default. */
  readonly minPerSecond?: number
  readonly clock?: Clock
}

/**
 * A bound on the retries of all callers together, so that an outage is not answered with a storm.
 *
 * While a service fails a little, retries are a fraction of its successes; when it fails wholly, the
 * savings are spent and retries end. Give the same budget to every `retryAsync` call for one service.
 *
 * @see https://github.com/grpc/proposal/blob/master/A6-client-retries.md "Throttling Retry Attempts"
 */
export class RetryBudget {
  readonly #ratio: number
  readonly #capacity: number
  readonly #perMs: number
  readonly #clock: Clock
  #saved: number
  #earnedAtMs: number

  /** @throws {OptionError} on an unknown option or a value out of range */
  constructor(options: RetryBudgetOptions = {}) {
    rejectUnknownOptions('RetryBudget options', options, [
      'ratio',
      'capacity',
      'minPerSecond',
      'clock',
    ])
    const { ratio = 0.1, capacity = 10, minPerSecond = 0, clock = systemClock } = options
    this.#ratio = notLess('ratio', ratio, 0)
    this.#capacity = notLess('capacity', capacity, 1)
    this.#perMs = notLess('minPerSecond', minPerSecond, 0) / 1_000
    this.#clock = clock
    this.#saved = capacity
    this.#earnedAtMs = clock.nowMs()
  }

  /** Retries that can be made now; a fraction counts for nothing yet. */
  get available(): number {
    this.#earn()
    // Ten successes at 0.1 each are one retry, whatever binary fractions add up to.
    return Math.floor(this.#saved + 1e-9)
  }

  /** Notes a success. */
  deposit(): void {
    this.#earn()
    this.#add(this.#ratio)
  }

  /** Takes one retry out. @returns false if there is none; nothing changes then */
  tryWithdraw(): boolean {
    if (this.available < 1) return false
    this.#saved = Math.max(0, this.#saved - 1)
    return true
  }

  #earn(): void {
    if (this.#perMs === 0) return
    const nowMs = this.#clock.nowMs()
    this.#add((nowMs - this.#earnedAtMs) * this.#perMs)
    this.#earnedAtMs = nowMs
  }

  #add(retries: number): void {
    this.#saved = Math.min(this.#capacity, this.#saved + retries)
  }
}

function notLess(name: string, value: number, min: number): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value < min) {
    throw new OptionError(name, value, `a finite number, ${min} or more`)
  }
  return value
}
