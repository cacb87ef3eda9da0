import { assertDelay, type Clock, systemClock } from '../../core/clock.ts'
import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import type { Eventual } from '../future.ts'
import { assertSignal, type SignalOptions } from '../signals.ts'
import { RetryBudget } from './retry-budget.ts'

/** What `onRetry` and `retryIf` are told. */
export interface FailedAttempt {
  /** 1 for the first. */
  readonly number: number
  readonly reason: unknown
}

export interface RetryOptions extends SignalOptions {
  /** Attempts in all, the first included, or `Infinity`; 3 by default. */
  readonly attempts?: number
  /** Longest pause before the second attempt, in milliseconds; 100 by default. */
  readonly baseMs?: number
  /** Growth of that bound from pause to pause; 2 by default. */
  readonly factor?: number
  /** Upper bound of every pause, in milliseconds; 10,000 by default. */
  readonly maxMs?: number
  /** `full`: a random pause up to the bound, so that clients do not return in step (the default); `none`: the bound. */
  readonly jitter?: 'full' | 'none'
  /** Whether a failure is worth another attempt; all are by default. */
  readonly retryIf?: (failed: FailedAttempt) => Eventual<boolean>
  /** Called before each pause, and waited for. */
  readonly onRetry?: (failed: FailedAttempt & { readonly delayMs: number }) => Eventual<unknown>
  /** Limit of one attempt, in milliseconds. */
  readonly attemptTimeoutMs?: number
  /** Limit of all attempts and pauses together, in milliseconds. */
  readonly timeoutMs?: number
  /** Bounds the retries of all callers that share it. */
  readonly budget?: RetryBudget
  readonly clock?: Clock
  /** Source of the jitter, in [0, 1). */
  readonly random?: () => number
}

const KNOWN = [
  'attempts',
  'baseMs',
  'factor',
  'maxMs',
  'jitter',
  'retryIf',
  'onRetry',
  'attemptTimeoutMs',
  'timeoutMs',
  'budget',
  'signal',
  'clock',
  'random',
] as const

/** The options of `retryAsync`, checked and complete. */
export class RetryPolicy {
  readonly attempts: number
  readonly attemptTimeoutMs: number | undefined
  readonly timeoutMs: number | undefined
  readonly signal: AbortSignal | undefined
  readonly budget: RetryBudget | undefined
  readonly clock: Clock
  readonly retryIf: RetryOptions['retryIf']
  readonly onRetry: RetryOptions['onRetry']
  readonly #baseMs: number
  readonly #maxMs: number
  readonly #factor: number
  readonly #isJittered: boolean
  readonly #random: () => number

  /** @throws {OptionError} on an unknown option or a value out of range */
  constructor(options: RetryOptions) {
    rejectUnknownOptions('retryAsync options', options, KNOWN)
    const { attempts, baseMs = 100, maxMs = 10_000, factor = 2, jitter = 'full' } = options
    this.attempts = attempts === Infinity ? attempts : integerOption('attempts', attempts, 3, 1)
    this.#baseMs = delay('baseMs', baseMs)
    this.#maxMs = delay('maxMs', maxMs)
    if (typeof factor !== 'number' || !(factor >= 1 && factor < Infinity)) {
      throw new OptionError('factor', factor, 'a finite number, 1 or more')
    }
    this.#factor = factor
    if (jitter !== 'full' && jitter !== 'none') {
      throw new OptionError('jitter', jitter, "'full' or 'none'")
    }
    this.#isJittered = jitter === 'full'
    this.#random = callback('random', options.random) ?? Math.random
    this.retryIf = callback('retryIf', options.retryIf)
    this.onRetry = callback('onRetry', options.onRetry)
    this.attemptTimeoutMs = delay('attemptTimeoutMs', options.attemptTimeoutMs)
    this.timeoutMs = delay('timeoutMs', options.timeoutMs)
    assertSignal('signal', options.signal)
    this.signal = options.signal
    if (options.budget !== undefined && !(options.budget instanceof RetryBudget)) {
      throw new OptionError('budget', options.budget, 'a RetryBudget')
    }
    this.budget = options.budget
    this.clock = options.clock ?? systemClock
  }

  /**
   * The pause after attempt `number`, in milliseconds.
   *
   * @throws {OptionError} if `random` gives anything but a number in [0, 1)
   */
  delayAfter(number: number): number {
    if (this.#baseMs === 0) return 0
    const boundMs = Math.min(this.#maxMs, this.#baseMs * this.#factor ** (number - 1))
    if (!this.#isJittered) return boundMs
    const share = this.#random()
    if (!(share >= 0 && share < 1)) throw new OptionError('random()', share, 'a number in [0, 1)')
    return boundMs * share
  }
}

function delay<Delay extends number | undefined>(name: string, delayMs: Delay): Delay {
  if (delayMs !== undefined) assertDelay(name, delayMs)
  return delayMs
}

function callback<F>(name: string, candidate: F): F {
  if (candidate !== undefined && typeof candidate !== 'function') {
    throw new OptionError(name, candidate, 'a function')
  }
  return candidate
}
