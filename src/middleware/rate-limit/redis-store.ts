import { createHash } from 'node:crypto'
import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import { Future } from '../../future/index.ts'
import type { RateDecision, RatePolicy } from './policy.ts'
import type { RateLimitStore } from './store.ts'

/** What the store needs of a connection to Redis: a client of `ioredis` is one. */
export interface RedisScriptClient {
  evalsha(hash: string, keyCount: number, ...args: (string | number)[]): Promise<unknown>
  eval(script: string, keyCount: number, ...args: (string | number)[]): Promise<unknown>
}

export interface RedisStoreOptions {
  /** In front of keys; default `fasterapi:rate:`. */
  readonly prefix?: string
}

/**
 * The same as `take()` in policy.ts, by the clock of Redis: that of each server would be another one.
 *
 * A key lives as long as it says something.
 */
const SCRIPT = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + tonumber(time[2]) / 1000
local cost, limit, window, burst = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local function answer(allowed, remaining, reset, retry)
  return { allowed, math.max(0, math.floor(remaining + 1e-9)), tostring(reset), tostring(retry) }
end
local function text(number) return string.format('%.3f', number) end
if ARGV[1] == 'token-bucket' then
  local per = window / limit
  local full = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
  local nextFull = full + cost * per
  local at = nextFull - burst * per
  if now < at then
    local wait = at - now
    if cost > burst then wait = window end
    return answer(0, (now - full) / per + burst, full - now, wait)
  end
  redis.call('SET', KEYS[1], text(nextFull), 'PX', math.ceil(nextFull - now) + 1)
  return answer(1, (now - at) / per, nextFull - now, 0)
end
local state = redis.call('HMGET', KEYS[1], 'f', 'c', 'p')
local first, count, previous = tonumber(state[1] or '0'), tonumber(state[2] or '0'), tonumber(state[3] or '0')
local over = math.floor((now - first) / window)
if over >= 1 then
  previous = 0
  if over == 1 then previous = count; first = first + window else first = now end
  count = 0
end
local passed = now - first
local used = previous * (1 - passed / window) + count
local reset = window - passed
if used + cost > limit then
  local wait, room = window, limit - cost
  if cost <= limit then
    if count <= room then wait = math.max(0, window * (1 - (room - count) / previous) - passed)
    else wait = reset + window * (1 - room / count) end
  end
  return answer(0, limit - used, reset, wait)
end
redis.call('HSET', KEYS[1], 'f', text(first), 'c', text(count + cost), 'p', text(previous))
redis.call('PEXPIRE', KEYS[1], math.ceil(2 * window))
return answer(1, limit - used - cost, reset, 0)
`
const HASH = createHash('sha1').update(SCRIPT).digest('hex')

/**
 * Keeps quotas in a Redis server, for all machines that use it.
 *
 * @throws {OptionError} on unknown options, or if the client cannot run scripts
 */
export class RedisStore implements RateLimitStore {
  readonly #client: RedisScriptClient
  readonly #prefix: string

  /** @param client - a client of `ioredis`, or what can do the same; is not closed */
  constructor(client: RedisScriptClient, options: RedisStoreOptions = {}) {
    rejectUnknownOptions('RedisStore options', options, ['prefix'])
    if (typeof client?.evalsha !== 'function') {
      throw new OptionError('RedisStore client', client, 'a client of ioredis')
    }
    this.#client = client
    this.#prefix = options.prefix ?? 'fasterapi:rate:'
  }

  take(key: string, cost: number, policy: RatePolicy): Future<RateDecision> {
    return Future.from(this.#run(`${this.#prefix}${key}`, cost, policy))
  }

  async #run(key: string, cost: number, policy: RatePolicy): Promise<RateDecision> {
    const { algorithm, limit, windowMs, burst } = policy
    const args = [key, algorithm, cost, limit, windowMs, burst] as const
    try {
      return toDecision(await this.#client.evalsha(HASH, 1, ...args))
    } catch (error) {
      if (!(error as Error).message.startsWith('NOSCRIPT')) throw error
      return toDecision(await this.#client.eval(SCRIPT, 1, ...args))
    }
  }
}

function toDecision(reply: unknown): RateDecision {
  const [allowed, remaining, resetMs, retryAfterMs] = (reply as unknown[]).map(Number)
  return {
    isAllowed: allowed === 1,
    remaining: remaining ?? 0,
    resetMs: resetMs ?? 0,
    retryAfterMs: retryAfterMs ?? 0,
  }
}
