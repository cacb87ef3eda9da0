import { assertDelay, type Clock, systemClock } from '../core/clock.ts'
import { OptionError } from '../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../core/options.ts'
import { RetriesExhaustedError } from './errors.ts'
import { type Eventual, Future } from './future.ts'
import { abortReason, assertSignal } from './signals.ts'
import { sleep } from './sleep.ts'
import { timeoutAsync } from './timeout.ts'

/** What an attempt is told. */
export interface Attempt {
  /** 1 for the first. */
  readonly number: number
  /** Fires when the attempt's result is no longer needed. */
  readonly signal: AbortSignal
}

/** What `onRetry` and `retryIf` are told. */
export interface FailedAttempt {
  readonly number: number
  readonly reason: unknown
}

export interface RetryOptions {
  /** Attempts in all, the first included; 3 by default. */
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
  readonly retryIf?: (failed: FailedAttempt) => boolean
  /** Called before each pause. */
  readonly onRetry?: (failed: FailedAttempt & { readonly delayMs: number }) => void
  /** Limit of one attempt, in milliseconds. */
  readonly attemptTimeoutMs?: number
  /** Limit of all attempts and pauses together, in milliseconds. */
  readonly timeoutMs?: number
  /** Ends everything with a failure. */
  readonly signal?: AbortSignal
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
  'signal',
  'clock',
  'random',
] as const

/**
 * Tries until an attempt is ready, with exponentially growing, jittered pauses between attempts.
 *
 * @param attempt - starts one attempt; what it throws counts as its failure
 * @returns fails with the failure itself if `retryIf` declines it, {@link RetriesExhaustedError} after
 *   the last attempt, {@link TimeoutError} when `timeoutMs` is over, or the signal's reason
 * @throws {OptionError} on an unknown option or a value out of range
 */
export function retryAsync<T>(
  attempt: (attempt: Attempt) => Eventual<T>,
  options: RetryOptions = {},
): Future<T> {
  if (typeof attempt !== 'function') throw new OptionError('attempt', attempt, 'a function')
  const policy = readPolicy(options)
  if (policy.timeoutMs === undefined) return tryAgain(attempt, policy, 1, options.signal)
  return timeoutAsync((signal) => tryAgain(attempt, policy, 1, signal), policy.timeoutMs, {
    clock: policy.clock,
    what: 'All attempts together',
    ...(options.signal === undefined ? undefined : { signal: options.signal }),
  })
}

type Policy = ReturnType<typeof readPolicy>

function readPolicy(options: RetryOptions) {
  rejectUnknownOptions('retryAsync options', options, KNOWN)
  assertSignal('signal', options.signal)
  const { baseMs = 100, maxMs = 10_000, factor = 2, jitter = 'full' } = options
  assertDelay('baseMs', baseMs)
  assertDelay('maxMs', maxMs)
  if (!(factor >= 1)) throw new OptionError('factor', factor, 'a number, 1 or more')
  if (jitter !== 'full' && jitter !== 'none') {
    throw new OptionError('jitter', jitter, "'full' or 'none'")
  }
  if (options.attemptTimeoutMs !== undefined) {
    assertDelay('attemptTimeoutMs', options.attemptTimeoutMs)
  }
  if (options.timeoutMs !== undefined) assertDelay('timeoutMs', options.timeoutMs)
  return {
    ...options,
    attempts: integerOption('attempts', options.attempts, 3, 1),
    baseMs,
    maxMs,
    factor,
    jitter,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  }
}

function tryAgain<T>(
  attempt: (attempt: Attempt) => Eventual<T>,
  policy: Policy,
  number: number,
  signal: AbortSignal | undefined,
): Future<T> {
  if (signal?.aborted) return Future.failed(abortReason(signal, 'The retry'))
  return tryOnce(attempt, policy, number, signal).catch((reason) => {
    const failed: FailedAttempt = { number, reason }
    // An abort is not a failure of the attempt: nobody waits for another one.
    if (signal?.aborted) throw abortReason(signal, 'The retry')
    if (policy.retryIf?.(failed) === false) throw reason
    if (number >= policy.attempts) throw new RetriesExhaustedError(number, reason)
    const boundMs = Math.min(policy.maxMs, policy.baseMs * policy.factor ** (number - 1))
    const delayMs = policy.jitter === 'none' ? boundMs : boundMs * policy.random()
    policy.onRetry?.({ ...failed, delayMs })
    return sleep(delayMs, {
      clock: policy.clock,
      ...(signal === undefined ? undefined : { signal }),
    }).then(() => tryAgain(attempt, policy, number + 1, signal))
  })
}

function tryOnce<T>(
  attempt: (attempt: Attempt) => Eventual<T>,
  policy: Policy,
  number: number,
  signal: AbortSignal | undefined,
): Future<T> {
  const { attemptTimeoutMs, clock } = policy
  if (attemptTimeoutMs === undefined) {
    return Future.try(() => attempt({ number, signal: signal ?? new AbortController().signal }))
  }
  return timeoutAsync((ownSignal) => attempt({ number, signal: ownSignal }), attemptTimeoutMs, {
    clock,
    what: `Attempt ${number}`,
    ...(signal === undefined ? undefined : { signal }),
  })
}
