import { assertDelay, type Clock } from '../core/clock.ts'
import { OptionError } from '../core/errors.ts'
import { rejectUnknownOptions } from '../core/options.ts'
import { type Eventual, Future } from '../future/future.ts'
import { assertSignal, type SignalOptions } from '../future/signals.ts'
import { type Attempt, retryAsync } from '../future/time/retry.ts'
import { type RetryOptions, RetryPolicy } from '../future/time/retry-policy.ts'
import { timeoutAsync } from '../future/time/timeout.ts'
import { Bulkhead } from './bulkhead.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { isFailureOfCallee } from './circuit-breaker-options.ts'
import { Deadline } from './deadline.ts'
import { RateLimiter } from './rate-limiter.ts'

export interface ResiliencePolicyOptions {
  /** Limit of everything together, in milliseconds; none by default. */
  readonly timeoutMs?: number
  /**
   * How failed attempts are repeated; without it they are not. Unless `retryIf` says so, what the caller
   * did himself (abort, limit, open circuit) is not repeated.
   */
  readonly retry?: Omit<RetryOptions, 'signal' | 'timeoutMs' | 'attemptTimeoutMs' | 'clock'>
  readonly breaker?: CircuitBreaker
  readonly bulkhead?: Bulkhead
  readonly rateLimiter?: RateLimiter
  /** Limit of each attempt, in milliseconds, from when it is its turn; none by default. */
  readonly attemptTimeoutMs?: number
  readonly clock?: Clock
}

/** What a single run may say. */
export interface RunOptions extends SignalOptions {
  /** When the caller needs the result; the earlier of this and `timeoutMs` counts. */
  readonly deadline?: Deadline
}

const KNOWN = [
  'timeoutMs',
  'retry',
  'breaker',
  'bulkhead',
  'rateLimiter',
  'attemptTimeoutMs',
  'clock',
]

/**
 * Time limits, retries, circuit breaker, bulkhead and rate limit around any work, in the one order that
 * makes sense: deadline > retry > breaker > bulkhead > rate limit > attempt timeout > work.
 *
 * So each attempt is seen by the breaker, waits for its turn again, and has its own time limit, while
 * the deadline bounds all attempts, pauses and waits together. Breaker, bulkhead and limiter may be
 * shared by several policies.
 */
export class ResiliencePolicy {
  readonly #options: ResiliencePolicyOptions
  readonly #retry: RetryOptions | undefined

  /** @throws {OptionError} on an unknown option or a value out of range */
  constructor(options: ResiliencePolicyOptions = {}) {
    rejectUnknownOptions('ResiliencePolicy options', options, KNOWN)
    const { timeoutMs, attemptTimeoutMs, retry, clock } = options
    if (timeoutMs !== undefined) assertDelay('timeoutMs', timeoutMs)
    if (attemptTimeoutMs !== undefined) assertDelay('attemptTimeoutMs', attemptTimeoutMs)
    assertPart('breaker', options.breaker, CircuitBreaker)
    assertPart('bulkhead', options.bulkhead, Bulkhead)
    assertPart('rateLimiter', options.rateLimiter, RateLimiter)
    this.#options = options
    if (retry === undefined) return
    this.#retry = {
      retryIf: ({ reason }) => isFailureOfCallee(reason),
      ...retry,
      ...(clock === undefined ? undefined : { clock }),
    }
    // Wrong retry options fail here, and not at the first call.
    void new RetryPolicy(this.#retry)
  }

  /**
   * Runs `work` under the policy.
   *
   * @param work - starts one attempt; its signal fires when nobody needs the attempt any more
   * @returns the outcome of `work`; fails with {@link TimeoutError} when time is up, what the parts of
   *   the policy fail with, or the signal's reason
   * @throws {OptionError} if `work` is not a function, or an option is wrong
   */
  run<T>(work: (attempt: Attempt) => Eventual<T>, options: RunOptions = {}): Future<T> {
    if (typeof work !== 'function') throw new OptionError('work', work, 'a function')
    rejectUnknownOptions('run options', options, ['signal', 'deadline'])
    const { signal, deadline } = options
    assertSignal('signal', signal)
    const { timeoutMs = Number.POSITIVE_INFINITY } = this.#options
    const leftMs = Math.min(timeoutMs, deadline?.remainingMs ?? Number.POSITIVE_INFINITY)
    if (leftMs === Number.POSITIVE_INFINITY) return this.#attempts(work, signal)
    return timeoutAsync((own) => this.#attempts(work, own), leftMs, {
      ...this.#waiting(signal),
      what: 'The call',
    })
  }

  #attempts<T>(
    work: (attempt: Attempt) => Eventual<T>,
    signal: AbortSignal | undefined,
  ): Future<T> {
    if (this.#retry === undefined) return this.#guarded(1, work, signal)
    return retryAsync(({ number }) => this.#guarded(number, work, signal), {
      ...this.#retry,
      ...(signal === undefined ? undefined : { signal }),
    })
  }

  #guarded<T>(
    number: number,
    work: (attempt: Attempt) => Eventual<T>,
    signal: AbortSignal | undefined,
  ): Future<T> {
    const { breaker, bulkhead } = this.#options
    const waiting = signal === undefined ? undefined : { signal }
    const attempt = (): Future<T> => this.#inTime(number, work, signal)
    const placed = bulkhead === undefined ? attempt : () => bulkhead.run(attempt, waiting)
    return breaker === undefined ? placed() : breaker.run(placed)
  }

  #inTime<T>(
    number: number,
    work: (attempt: Attempt) => Eventual<T>,
    signal: AbortSignal | undefined,
  ): Future<T> {
    const { rateLimiter, attemptTimeoutMs = Number.POSITIVE_INFINITY } = this.#options
    const start = (): Future<T> =>
      timeoutAsync((own) => work({ number, signal: own }), attemptTimeoutMs, {
        ...this.#waiting(signal),
        what: `Attempt ${number}`,
      })
    if (rateLimiter === undefined) return start()
    return rateLimiter.run(start, signal === undefined ? undefined : { signal })
  }

  #waiting(signal: AbortSignal | undefined): { signal?: AbortSignal; clock?: Clock } {
    const { clock } = this.#options
    return {
      ...(signal === undefined ? undefined : { signal }),
      ...(clock === undefined ? undefined : { clock }),
    }
  }
}

function assertPart(
  name: string,
  part: unknown,
  type: abstract new (...args: never[]) => unknown,
): void {
  if (part !== undefined && !(part instanceof type)) {
    throw new OptionError(name, part, `a ${type.name}`)
  }
}
