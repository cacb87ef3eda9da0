import type { Dispatcher } from 'undici'
import { type Clock, systemClock } from '../core/clock.ts'
import { OptionError } from '../core/errors.ts'
import { integerOption, numberOption, rejectUnknownOptions } from '../core/options.ts'
import type { TraceContext } from '../core/trace-context.ts'
import type { SignalOptions } from '../future/signals.ts'
import type {
  BulkheadOptions,
  CircuitBreakerOptions,
  Deadline,
  RateLimiterOptions,
} from '../resilience/index.ts'
import type { HeadersInput } from './header-fields.ts'
import type { PoolOptions } from './pool-options.ts'
import type { BodyOptions } from './request-body.ts'
import { type ClientRetryOptions, type RetryRules, retryRules } from './retry-rules.ts'
import type { PathParams, QueryInput } from './target-url.ts'
import type { Transport } from './transport.ts'

/** What can be said for all calls of a client, and anew for each. Times are milliseconds; `Infinity` is no limit. */
export interface CallOptions {
  /** Limit of the whole call: all attempts, pauses and redirects, and reading the body; 30,000 by default. */
  readonly timeoutMs?: number
  /** Limit of one attempt, from when it is its turn to the head of the response; none by default. */
  readonly attemptTimeoutMs?: number
  /** From the last piece of the request to the head of the response; 10,000 by default. */
  readonly headersTimeoutMs?: number
  /** Between two pieces of the response's body, while somebody waits for them; 10,000 by default. */
  readonly bodyTimeoutMs?: number
  /** Repeats failed attempts: 3 attempts in all by default, a number for others, `false` for one. */
  readonly retry?: ClientRetryOptions | number | false
  /** Redirects to follow; 5 by default. With 0 a redirect is the response; with more, too many are an error. */
  readonly maxRedirects?: number
  /** Whether a status of 400 and above is a failure; false by default. */
  readonly throwForStatus?: boolean
  /** Whether to ask for compression, and take it off; true by default. */
  readonly decompress?: boolean
  /** Longest body that `bytes`, `text` and `json` read, without its compression; 10 MiB by default. */
  readonly maxBodyBytes?: number
}

/** A call to one of an origin, in its own words. */
export interface RequestOptions extends CallOptions, BodyOptions, SignalOptions {
  /** Added to the query of the URL. */
  readonly query?: QueryInput
  /** Fill the `{name}` places of the URL, percent-encoded. */
  readonly params?: PathParams
  /** Take the place of the client's headers of the same names. */
  readonly headers?: HeadersInput
  /** When the caller needs the result; the earlier of this and `timeoutMs` counts. */
  readonly deadline?: Deadline
  /** The trace the call belongs to; `false` sends none. By default that of `withCallContext`, if any. */
  readonly trace?: TraceContext | false
  /** Sent as `Idempotency-Key`: the service knows a repeated request, so that a POST may be repeated, too. */
  readonly idempotencyKey?: string
  /** Whether signal, deadline and trace of `withCallContext` around the call apply; true by default. */
  readonly inherit?: boolean
}

export interface HttpClientOptions extends CallOptions {
  /** All URLs continue this one, and cannot leave it. */
  readonly baseUrl?: string | URL
  /** Sent with every request, redirects to other origins included but for credentials. */
  readonly headers?: HeadersInput
  /** A circuit breaker for each origin; none by default. */
  readonly breaker?: ClientBreakerOptions | false
  /** Calls at a time to each origin, and how many may wait: by default as many as `pool` carries, and 10,000. */
  readonly bulkhead?: Partial<Omit<BulkheadOptions, 'name' | 'clock'>>
  /** Requests a second to each origin; unlimited by default. */
  readonly rateLimit?: Omit<RateLimiterOptions, 'name' | 'clock'>
  readonly pool?: PoolOptions
  /** One of undici's dispatchers in place of own pools (`MockAgent`, an agent shared with others); it is not closed. */
  readonly dispatcher?: Dispatcher
  /** What carries requests in place of undici: `appTransport(app)` of `fasterapi/testing`. */
  readonly transport?: Transport
  readonly clock?: Clock
}

/** As for any breaker; what counts as a failure is said in terms of statuses. */
export interface ClientBreakerOptions
  extends Omit<CircuitBreakerOptions, 'name' | 'clock' | 'isFailedResult'> {
  /** Whether a response is a failure; from 500 on by default. */
  readonly isFailedStatus?: (status: number) => boolean
}

/** The options of a call with their defaults. */
export interface CallSettings {
  readonly timeoutMs: number
  readonly attemptTimeoutMs: number
  readonly headersTimeoutMs: number
  readonly bodyTimeoutMs: number
  readonly retry: RetryRules | undefined
  readonly maxRedirects: number
  readonly throwForStatus: boolean
  readonly decompress: boolean
  readonly maxBodyBytes: number
}

const CALL = [
  'timeoutMs',
  'attemptTimeoutMs',
  'headersTimeoutMs',
  'bodyTimeoutMs',
  'retry',
  'maxRedirects',
  'throwForStatus',
  'decompress',
  'maxBodyBytes',
]
const REQUEST = [
  ...CALL,
  'json',
  'form',
  'body',
  'signal',
  'query',
  'params',
  'headers',
  'deadline',
  'trace',
  'idempotencyKey',
  'inherit',
]
const CLIENT = [
  ...CALL,
  'baseUrl',
  'headers',
  'breaker',
  'bulkhead',
  'rateLimit',
  'pool',
  'dispatcher',
  'transport',
  'clock',
]

const DEFAULTS: Omit<CallSettings, 'retry'> = {
  timeoutMs: 30_000,
  attemptTimeoutMs: Number.POSITIVE_INFINITY,
  headersTimeoutMs: 10_000,
  bodyTimeoutMs: 10_000,
  maxRedirects: 5,
  throwForStatus: false,
  decompress: true,
  maxBodyBytes: 10_485_760,
}

/** @throws {OptionError} on an unknown option, or a combination that cannot be */
export function assertClientOptions(options: HttpClientOptions): void {
  rejectUnknownOptions('HttpClient options', options, CLIENT)
  const { transport, dispatcher, pool } = options
  if (transport !== undefined && typeof transport?.send !== 'function') {
    throw new OptionError('transport', transport, 'a Transport')
  }
  if (dispatcher !== undefined && typeof dispatcher?.dispatch !== 'function') {
    throw new OptionError('dispatcher', dispatcher, "one of undici's dispatchers")
  }
  if ([transport, dispatcher, pool].filter((one) => one !== undefined).length > 1) {
    throw new OptionError('pool', pool, 'alone: pool, dispatcher and transport exclude each other')
  }
}

/** @throws {OptionError} on an unknown option */
export function assertRequestOptions(options: RequestOptions): void {
  rejectUnknownOptions('request options', options, REQUEST)
}

/** @throws {OptionError} on a value out of range */
export function clientSettings(options: CallOptions): CallSettings {
  return callSettings(options, { ...DEFAULTS, retry: retryRules({}) })
}

/** @throws {OptionError} on a value out of range */
export function callSettings(options: CallOptions, base: CallSettings): CallSettings {
  const { retry } = options
  return {
    timeoutMs: numberOption('timeoutMs', options.timeoutMs, base.timeoutMs, 0),
    attemptTimeoutMs: numberOption(
      'attemptTimeoutMs',
      options.attemptTimeoutMs,
      base.attemptTimeoutMs,
      0,
    ),
    headersTimeoutMs: numberOption(
      'headersTimeoutMs',
      options.headersTimeoutMs,
      base.headersTimeoutMs,
      0,
    ),
    bodyTimeoutMs: numberOption('bodyTimeoutMs', options.bodyTimeoutMs, base.bodyTimeoutMs, 0),
    retry: retry === undefined ? base.retry : retryRules(retry),
    maxRedirects: integerOption('maxRedirects', options.maxRedirects, base.maxRedirects, 0, 100),
    throwForStatus: flag('throwForStatus', options.throwForStatus, base.throwForStatus),
    decompress: flag('decompress', options.decompress, base.decompress),
    maxBodyBytes: integerOption('maxBodyBytes', options.maxBodyBytes, base.maxBodyBytes),
  }
}

/** @throws {OptionError} if it is neither absent nor a boolean */
export function flag(name: string, value: boolean | undefined, fallback: boolean): boolean {
  if (value === undefined) return fallback
  if (typeof value !== 'boolean') throw new OptionError(name, value, 'a boolean')
  return value
}

/** The clock of a client. */
export function clockOf(options: HttpClientOptions): Clock {
  return options.clock ?? systemClock
}
