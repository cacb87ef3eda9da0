import { type Clock, systemClock, type Timer } from '../core/clock.ts'
import { LimitError, OptionError } from '../core/errors.ts'
import { integerOption, numberOption, rejectUnknownOptions } from '../core/options.ts'
import { type Eventual, Future } from '../future/future.ts'
import { Semaphore } from '../future/primitives/semaphore.ts'
import type { WaitOptions } from '../future/primitives/wait-options.ts'

export interface RateLimiterOptions {
  /** Calls a second in the long run; fractions are allowed: 0.5 is one in two seconds. */
  readonly perSecond: number
  /** Calls that can be made at once after a quiet time; `perSecond`, rounded up, by default. */
  readonly burst?: number
  /** Calls that may wait for their turn; 1000 by default, 0 to refuse instead. */
  readonly maxQueue?: number
  /** What messages call it. */
  readonly name?: string
  readonly clock?: Clock
}

/**
 * A bound on calls a second: a bucket of tokens that fills steadily, of which each call takes one.
 *
 * First come, first served. It keeps no timer while nobody waits.
 */
export class RateLimiter {
  readonly #tokens: Semaphore
  readonly #perMs: number
  readonly #burst: number
  readonly #maxQueue: number
  readonly #clock: Clock
  readonly #what: string
  /** Up to when tokens have been put into the bucket. */
  #filledAtMs: number
  #timer: Timer | undefined

  /** @throws {OptionError} on an unknown option or a value out of range */
  constructor(options: RateLimiterOptions) {
    const known = ['perSecond', 'burst', 'maxQueue', 'name', 'clock']
    rejectUnknownOptions('RateLimiter options', options, known)
    const { perSecond, name, clock = systemClock } = options
    if (perSecond === undefined) throw new OptionError('perSecond', perSecond, 'given')
    this.#perMs = numberOption('perSecond', perSecond, 1, 1e-6, 1e6) / 1000
    this.#burst = integerOption('burst', options.burst, Math.ceil(perSecond), 1)
    this.#maxQueue = integerOption('maxQueue', options.maxQueue, 1000)
    this.#what = name === undefined ? 'The rate limiter' : `The rate limiter "${name}"`
    this.#clock = clock
    this.#filledAtMs = clock.nowMs()
    this.#tokens = new Semaphore(this.#burst)
  }

  /** Calls that can be made now. */
  get available(): number {
    this.#fill()
    return this.#tokens.available
  }

  /** How many wait. */
  get queued(): number {
    return this.#tokens.waiters
  }

  /** @returns whether a call may be made now: false if there is no token, or somebody waits */
  tryAcquire(): boolean {
    this.#fill()
    return this.#tokens.tryWait()
  }

  /**
   * Waits for one's turn.
   *
   * @returns ready at once if there is a token; fails with {@link LimitError} if the queue is full,
   *   {@link TimeoutError} after `timeoutMs`, or the signal's reason
   * @throws {OptionError} if an option is wrong
   */
  acquire(options?: WaitOptions): Future<void> {
    this.#fill()
    if (this.#tokens.available < 1 && this.#tokens.waiters >= this.#maxQueue) {
      return Future.failed(new LimitError(this.#what, this.#maxQueue))
    }
    const turn = this.#tokens.wait(1, { clock: this.#clock, ...options })
    this.#watch()
    return turn
  }

  /**
   * Runs `work` when it is its turn.
   *
   * @returns the outcome of `work`, or fails as {@link acquire} does; then `work` is not called
   * @throws {OptionError} if `work` is not a function, or an option is wrong
   */
  run<T>(work: () => Eventual<T>, options?: WaitOptions): Future<T> {
    if (typeof work !== 'function') throw new OptionError('work', work, 'a function')
    const turn = this.acquire(options)
    return turn.isReady ? Future.try(work) : turn.then(work)
  }

  /** Puts into the bucket what has been earned since the last time. */
  #fill(): void {
    const nowMs = this.#clock.nowMs()
    // What binary fractions of milliseconds lose must not cost a whole token.
    const earned = Math.floor((nowMs - this.#filledAtMs) * this.#perMs + 1e-6)
    if (earned < 1) return
    const room = this.#burst - this.#tokens.available + this.#tokens.waiters
    this.#filledAtMs = earned >= room ? nowMs : this.#filledAtMs + earned / this.#perMs
    this.#tokens.signal(Math.min(earned, room))
  }

  /** Wakes up for the next token, as long as somebody waits for it. */
  #watch(): void {
    if (this.#timer !== undefined || this.#tokens.waiters === 0) return
    const dueMs = this.#filledAtMs + 1 / this.#perMs - this.#clock.nowMs()
    this.#timer = this.#clock.setTimer(Math.max(0, dueMs), () => {
      this.#timer = undefined
      this.#fill()
      this.#watch()
    })
  }
}
