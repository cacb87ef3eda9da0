import type { Eventual } from '../../future/index.ts'
import type { RateDecision, RatePolicy } from './policy.ts'

/** Keeps what has been used of quotas. */
export interface RateLimitStore {
  /**
   * Takes from the quota of a key, if there is enough; at once, for two requests must not both get the
   * last of it.
   *
   * @param key - starts with the name of the limit
   */
  take(key: string, cost: number, policy: RatePolicy): Eventual<RateDecision>
}
