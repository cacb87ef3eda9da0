import { OptionError } from '../core/errors.ts'
import { numberOption, rejectUnknownOptions } from '../core/options.ts'
import type { RetryBudget } from '../future/time/retry-budget.ts'
import { type RetryOptions, RetryPolicy } from '../future/time/retry-policy.ts'
import { type ErrorSubject, HttpClientError } from './errors.ts'
import { headerOf } from './header-fields.ts'
import { parseRetryAfter } from './retry-after.ts'
import type { TransportResponse } from './transport.ts'

/** How failed requests are repeated. */
export interface ClientRetryOptions
  extends Pick<
    RetryOptions,
    'attempts' | 'baseMs' | 'factor' | 'maxMs' | 'jitter' | 'retryIf' | 'onRetry' | 'random'
  > {
  /**
   * Methods whose requests may arrive twice; GET, HEAD, OPTIONS, PUT, DELETE and TRACE by default. Others
   * are repeated only if nothing of them can have arrived: there was no connection.
   */
  readonly methods?: readonly string[]
  /** Statuses after which to try again; 408, 429, 502, 503 and 504 by default. */
  readonly statuses?: readonly number[]
  /**
   * The longest `Retry-After` to wait for, in milliseconds; 30,000 by default. If a service asks for
   * more, or for more than is left of the call's time, its response is the result.
   */
  readonly maxRetryAfterMs?: number
  /** Bounds the retries of all calls together; by default each origin has one of 20 retries and a fifth of its successes. */
  readonly budget?: RetryBudget | false
}

/** The options, checked and complete. */
export interface RetryRules {
  readonly options: RetryOptions
  readonly methods: ReadonlySet<string>
  readonly statuses: ReadonlySet<number>
  readonly maxRetryAfterMs: number
  readonly budget: RetryBudget | false | undefined
}

/** A response that is worth another attempt: a failure to `retryAsync`, and the result if that gives up. */
export class UnwantedResponse extends HttpClientError {
  readonly response: TransportResponse
  /** How long the service asks to wait; 0 if it does not. */
  readonly retryAfterMs: number

  constructor(response: TransportResponse, subject: ErrorSubject) {
    const { status } = response
    super('HTTP_CLIENT_STATUS', subject, `answered ${status}`, { status })
    this.response = response
    const header = headerOf(response.headers, 'retry-after')
    this.retryAfterMs = header === undefined ? 0 : (parseRetryAfter(header, Date.now()) ?? 0)
  }
}

const METHODS = ['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']
const STATUSES = [408, 429, 502, 503, 504]
const KNOWN = [
  'attempts',
  'baseMs',
  'factor',
  'maxMs',
  'jitter',
  'retryIf',
  'onRetry',
  'random',
  'methods',
  'statuses',
  'maxRetryAfterMs',
  'budget',
]

/** @throws {OptionError} on an unknown option or a value out of range */
export function retryRules(input: ClientRetryOptions | number | false): RetryRules | undefined {
  if (input === false) return undefined
  const given = typeof input === 'number' ? { attempts: input } : input
  rejectUnknownOptions('retry', given, KNOWN)
  const { methods = METHODS, statuses = STATUSES, maxRetryAfterMs, budget, ...options } = given
  if (!Array.isArray(methods)) throw new OptionError('retry.methods', methods, 'a list of methods')
  if (!Array.isArray(statuses))
    throw new OptionError('retry.statuses', statuses, 'a list of statuses')
  // Wrong options of retryAsync fail here, and not at the first call.
  void new RetryPolicy(budget === undefined || budget === false ? options : { ...options, budget })
  return {
    options,
    methods: new Set(methods.map((method) => method.toUpperCase())),
    statuses: new Set(statuses),
    maxRetryAfterMs: numberOption('retry.maxRetryAfterMs', maxRetryAfterMs, 30_000, 0),
    budget,
  }
}

/**
 * Whether a failure may be tried again.
 *
 * @param isRepeatable - the request may arrive twice
 * @param isReplayable - its body can be sent again
 */
export function isWorthRetrying(
  reason: unknown,
  isRepeatable: boolean,
  isReplayable: boolean,
): boolean {
  if (!isReplayable) return false
  if (reason instanceof UnwantedResponse) return isRepeatable
  if (!(reason instanceof HttpClientError)) return false
  switch (reason.code) {
    case 'HTTP_CLIENT_CONNECT':
      return true
    case 'HTTP_CLIENT_TIMEOUT':
      return reason.phase === 'connect' || isRepeatable
    case 'HTTP_CLIENT_CONNECTION':
      return isRepeatable
    default:
      return false
  }
}
