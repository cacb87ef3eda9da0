import { OptionError } from '../../core/errors.ts'
import { Undertaking } from '../combinators/undertaking.ts'
import { RetriesExhaustedError, RetryBudgetError, RetryCallbackError } from '../errors.ts'
import { type Eventual, Future } from '../future.ts'
import { type FailedAttempt, type RetryOptions, RetryPolicy } from './retry-policy.ts'
import { sleep } from './sleep.ts'
import { timeoutAsync } from './timeout.ts'

/** What an attempt is told. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number
  /** Fires when the attempt's result is no longer needed. */
  readonly signal: AbortSignal
}

/**
 * Tries until an attempt is ready, with exponentially growing, jittered pauses between attempts.
 *
 * A first attempt that is ready at once costs no pause, no timer and no signal, and its value is ready.
 * When `timeoutMs` is over or the signal fires the result fails at once, also in the middle of an
 * attempt, which is told through its signal; what comes of it is dropped.
 *
 * @param attempt - starts one attempt; what it throws counts as its failure
 * @returns fails with the failure itself if `retryIf` declines it, {@link RetriesExhaustedError} after
 *   the last attempt, {@link RetryBudgetError} if the budget is empty, {@link RetryCallbackError} if
 *   `retryIf` or `onRetry` fails, {@link TimeoutError} when `timeoutMs` is over, or the signal's reason
 * @throws {OptionError} on an unknown option or a value out of range
 */
export function retryAsync<T>(
  attempt: (attempt: Attempt) => Eventual<T>,
  options: RetryOptions = {},
): Future<T> {
  if (typeof attempt !== 'function') throw new OptionError('attempt', attempt, 'a function')
  const policy = new RetryPolicy(options)
  if (policy.timeoutMs === undefined) return new Retry(attempt, policy, policy.signal).begin()
  return timeoutAsync((signal) => new Retry(attempt, policy, signal).begin(), policy.timeoutMs, {
    clock: policy.clock,
    what: 'All attempts together',
    ...(policy.signal === undefined ? undefined : { signal: policy.signal }),
  })
}

/** A loop of attempts and pauses, in which each step starts the next: no chain grows with the attempts. */
class Retry<T> extends Undertaking<T> {
  readonly #attempt: (attempt: Attempt) => Eventual<T>
  readonly #policy: RetryPolicy
  readonly #signal: AbortSignal | undefined
  #number = 0

  constructor(
    attempt: (attempt: Attempt) => Eventual<T>,
    policy: RetryPolicy,
    signal: AbortSignal | undefined,
  ) {
    super('The retry', signal)
    this.#attempt = attempt
    this.#policy = policy
    this.#signal = signal
  }

  begin(): Future<T> {
    if (!this.isOpen()) return this.result
    const first = this.#start()
    if (first.isReady) {
      this.#policy.budget?.deposit()
      return first
    }
    this.park()
    this.#follow(first)
    return this.result
  }

  #start(): Future<T> {
    this.#number++
    const { attemptTimeoutMs, clock } = this.#policy
    const signal = this.#signal
    if (attemptTimeoutMs === undefined) {
      return Future.try(() => this.#attempt(new AttemptInfo(this.#number, signal)))
    }
    const number = this.#number
    return timeoutAsync((own) => this.#attempt({ number, signal: own }), attemptTimeoutMs, {
      clock,
      what: `Attempt ${number}`,
      ...(signal === undefined ? undefined : { signal }),
    })
  }

  #follow(outcome: Future<T>): void {
    outcome
      .then(
        (value) => {
          if (this.result.isPending) this.#policy.budget?.deposit()
          this.succeed(value)
        },
        (reason) => this.#retry({ number: this.#number, reason }),
      )
      .catch((reason) => this.fail(reason))
      .ignore()
  }

  /** Fails with what ends everything; otherwise pauses and starts the next attempt. */
  #retry(failed: FailedAttempt): Future<void> | void {
    if (!this.result.isPending) return
    return this.#pauseAfter(failed).then(() => {
      if (this.result.isPending) this.#follow(this.#start())
    })
  }

  #pauseAfter(failed: FailedAttempt): Future<void> {
    const { attempts, budget, clock, onRetry, retryIf } = this.#policy
    const { number, reason } = failed
    return ask('retryIf', reason, () => retryIf?.(failed) ?? true)
      .then((isWorth) => {
        if (!isWorth) throw reason
        if (number >= attempts) throw new RetriesExhaustedError(number, reason)
        if (budget?.tryWithdraw() === false) throw new RetryBudgetError(number, reason)
        const delayMs = this.#policy.delayAfter(number)
        return ask('onRetry', reason, () => onRetry?.({ ...failed, delayMs })).then(() => delayMs)
      })
      .then((delayMs) => {
        const signal = this.#signal
        return sleep(delayMs, { clock, ...(signal === undefined ? undefined : { signal }) })
      })
  }
}

/** Asks a callback of the user; its failure says which one it was, and what had failed before. */
function ask<A>(name: string, reason: unknown, callback: () => Eventual<A>): Future<A> {
  return Future.try(callback).catch((error) => {
    throw new RetryCallbackError(name, error, reason)
  })
}

/** Most attempts never look at their signal, which costs more than all the rest of a first attempt. */
class AttemptInfo implements Attempt {
  readonly number: number
  #signal: AbortSignal | undefined

  constructor(number: number, signal: AbortSignal | undefined) {
    this.number = number
    this.#signal = signal
  }

  get signal(): AbortSignal {
    this.#signal ??= new AbortController().signal
    return this.#signal
  }
}
