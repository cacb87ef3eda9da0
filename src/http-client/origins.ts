import { type Clock, systemClock } from '../core/clock.ts'
import { functionOption, integerOption, rejectUnknownOptions } from '../core/options.ts'
import { RetryBudget } from '../future/time/retry-budget.ts'
import { Bulkhead, CircuitBreaker, RateLimiter } from '../resilience/index.ts'
import { HttpClientError } from './errors.ts'
import type { HttpClientOptions } from './options.ts'
import type { PoolSettings } from './pool-options.ts'
import type { OriginStats } from './stats.ts'
import type { TransportResponse } from './transport.ts'

/** What a client keeps for each origin it calls. */
export interface Origin {
  readonly breaker: CircuitBreaker | undefined
  readonly bulkhead: Bulkhead
  readonly rateLimiter: RateLimiter | undefined
  readonly budget: RetryBudget
}

/** Origins above which those called least lately are forgotten. */
const MAX_ORIGINS = 1000

/** The origins of a client; the state of one that is not called any more does not stay for ever. */
export class Origins {
  readonly #byName = new Map<string, Origin>()
  readonly #create: (name: string) => Origin

  /** @throws {OptionError} if the options of breaker, bulkhead or rate limit are wrong */
  constructor(options: HttpClientOptions, pool: PoolSettings) {
    this.#create = originFactory(options, pool)
    // Wrong options fail here, and not at the first call.
    this.#create('')
  }

  get(name: string): Origin {
    const known = this.#byName.get(name)
    if (known !== undefined) {
      if (this.#byName.size >= MAX_ORIGINS) this.#touch(name, known)
      return known
    }
    const origin = this.#create(name)
    this.#byName.set(name, origin)
    if (this.#byName.size > MAX_ORIGINS) this.#forgetOldest()
    return origin
  }

  /** The origin's state, if it has been called lately. */
  peek(name: string): Origin | undefined {
    return this.#byName.get(name)
  }

  stats(): Record<string, OriginStats> {
    const all: Record<string, OriginStats> = {}
    for (const [name, { bulkhead, breaker }] of this.#byName) {
      all[name] = { bulkhead: bulkhead.stats(), circuit: breaker?.stats() }
    }
    return all
  }

  #touch(name: string, origin: Origin): void {
    this.#byName.delete(name)
    this.#byName.set(name, origin)
  }

  #forgetOldest(): void {
    for (const [name, { bulkhead }] of this.#byName) {
      if (bulkhead.stats().running > 0) continue
      this.#byName.delete(name)
      return
    }
  }
}

function originFactory(options: HttpClientOptions, pool: PoolSettings): (name: string) => Origin {
  const { clock = systemClock, rateLimit, bulkhead = {} } = options
  rejectUnknownOptions('bulkhead', bulkhead, ['maxConcurrent', 'maxQueue', 'queueTimeoutMs'])
  const carried = pool.connections * pool.pipelining
  const maxConcurrent = integerOption('bulkhead.maxConcurrent', bulkhead.maxConcurrent, carried, 1)
  const createBreaker = breakerFactory(options.breaker ?? false, clock)
  return (name) => ({
    breaker: createBreaker?.(name),
    bulkhead: new Bulkhead({ maxQueue: 10_000, ...bulkhead, maxConcurrent, name, clock }),
    rateLimiter:
      rateLimit === undefined ? undefined : new RateLimiter({ ...rateLimit, name, clock }),
    budget: new RetryBudget({ ratio: 0.2, capacity: 20, minPerSecond: 1, clock }),
  })
}

function breakerFactory(
  options: NonNullable<HttpClientOptions['breaker']>,
  clock: Clock,
): ((name: string) => CircuitBreaker) | undefined {
  if (options === false) return undefined
  const { isFailedStatus = isServerError, ...rest } = options
  functionOption('breaker.isFailedStatus', isFailedStatus)
  return (name) =>
    new CircuitBreaker({
      isFailure: isFailureOfService,
      ...rest,
      name,
      clock,
      isFailedResult: (response: TransportResponse) => isFailedStatus(response.status),
    })
}

function isServerError(status: number): boolean {
  return status >= 500
}

/** Failures that say that the service is in trouble, and not its caller. */
function isFailureOfService(reason: unknown): boolean {
  if (!(reason instanceof HttpClientError)) return false
  const { code } = reason
  return (
    code === 'HTTP_CLIENT_CONNECT' ||
    code === 'HTTP_CLIENT_CONNECTION' ||
    code === 'HTTP_CLIENT_TIMEOUT' ||
    code === 'HTTP_CLIENT_PROTOCOL'
  )
}
