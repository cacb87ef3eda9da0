import { OptionError } from '../../core/errors.ts'
import {
  functionOption,
  integerOption,
  numberOption,
  rejectUnknownOptions,
} from '../../core/options.ts'
import type { Eventual } from '../../future/index.ts'
import { choiceOption } from '../options.ts'
import type { AppRequest } from '../request.ts'
import { clientKey } from './client-key.ts'
import { MemoryStore } from './memory-store.ts'
import type { RateAlgorithm, RatePolicy } from './policy.ts'
import { SharedStore } from './shared-store.ts'
import type { RateLimitStore } from './store.ts'

/**
 * `standard`: `RateLimit` and `RateLimit-Policy` as the Internet-Draft has them since its version 8;
 * `separate`: `RateLimit-Limit`, `-Remaining` and `-Reset` as up to version 6; `legacy`: the same with
 * `X-` in front, and the time of day as reset.
 */
export type RateLimitHeaders = 'standard' | 'separate' | 'legacy' | false

export interface RateLimitOptions {
  /** Requests in each window. */
  readonly limit: number
  readonly windowSeconds: number
  /** Default `sliding-window`. */
  readonly algorithm?: RateAlgorithm
  /** Requests at once after a quiet time, for a token bucket; default `limit`. */
  readonly burst?: number
  /**
   * Whose quota it is: each key has its own, undefined is not limited. Default: the address of the
   * client, of IPv6 its network of 64 bits.
   */
  readonly key?: (request: AppRequest) => Eventual<string | undefined>
  /** How much a request takes; default 1, and 0 only looks. */
  readonly cost?: (request: AppRequest) => number
  /** In headers, and in front of keys in the store; default `default`. Two limits need two names. */
  readonly name?: string
  /** `memory` (default) for each reactor, `shared` for all reactors of the process, or one's own. */
  readonly store?: 'memory' | 'shared' | RateLimitStore
  /** Default `standard`. */
  readonly headers?: RateLimitHeaders
  /** Whether requests are answered while the store fails, or refused with 503; default `allow`. */
  readonly onStoreFailure?: 'allow' | 'refuse'
}

/** @internal */
export interface RateLimitSettings {
  readonly policy: RatePolicy
  readonly key: NonNullable<RateLimitOptions['key']>
  readonly cost: RateLimitOptions['cost']
  readonly name: string
  readonly store: RateLimitStore
  readonly headers: RateLimitHeaders
  readonly isOpen: boolean
}

const NAMES = [
  'limit',
  'windowSeconds',
  'algorithm',
  'burst',
  'key',
  'cost',
  'name',
  'store',
  'headers',
  'onStoreFailure',
]

/** @throws {OptionError} on unknown, missing or impossible options */
export function rateLimitSettings(options: RateLimitOptions): RateLimitSettings {
  rejectUnknownOptions('rateLimit()', options, NAMES)
  for (const name of ['limit', 'windowSeconds'] as const) {
    if (options?.[name] === undefined)
      throw new OptionError(`rateLimit().${name}`, undefined, 'given')
  }
  const { name = 'default' } = options
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name)) {
    throw new OptionError('rateLimit().name', name, 'letters, digits, dots and dashes')
  }
  const algorithm = choiceOption('rateLimit().algorithm', options.algorithm, [
    'sliding-window',
    'token-bucket',
  ])
  if (options.burst !== undefined && algorithm !== 'token-bucket') {
    throw new OptionError('rateLimit().burst', options.burst, 'absent without a token bucket')
  }
  const limit = integerOption('rateLimit().limit', options.limit, 1, 1)
  const seconds = numberOption('rateLimit().windowSeconds', options.windowSeconds, 1, 0.001)
  return {
    policy: {
      algorithm,
      limit,
      windowMs: seconds * 1000,
      burst: integerOption('rateLimit().burst', options.burst, limit, 1),
    },
    key: functionOption('rateLimit().key', options.key) ?? clientKey,
    cost: functionOption('rateLimit().cost', options.cost),
    name,
    store: storeOption(options.store),
    headers: choiceOption('rateLimit().headers', options.headers, [
      'standard',
      'separate',
      'legacy',
      false,
    ]),
    isOpen:
      choiceOption('rateLimit().onStoreFailure', options.onStoreFailure, ['allow', 'refuse']) ===
      'allow',
  }
}

function storeOption(store: RateLimitOptions['store'] = 'memory'): RateLimitStore {
  if (store === 'memory') return new MemoryStore()
  if (store === 'shared') return new SharedStore()
  if (typeof store === 'object' && typeof store?.take === 'function') return store
  throw new OptionError('rateLimit().store', store, "'memory', 'shared' or a store with take()")
}
