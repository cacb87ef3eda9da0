import type { Eventual } from '../../future/index.ts'
import { coreCount, ownCore, remote, submitTo } from '../../reactor/index.ts'
import { MemoryStore } from './memory-store.ts'
import type { RateDecision, RatePolicy } from './policy.ts'
import type { RateLimitStore } from './store.ts'

/** One for the whole reactor: keys begin with the name of their limit. */
const own = new MemoryStore()

const takeHere = remote(
  'fasterapi/rate-limit/take',
  (key: string, cost: number, policy: RatePolicy): RateDecision => own.take(key, cost, policy),
)

/**
 * Keeps quotas in memory, for all reactors of this process together: each key belongs to one of them,
 * which the others ask. Limits of the same name share their quotas.
 */
export class SharedStore implements RateLimitStore {
  take(key: string, cost: number, policy: RatePolicy): Eventual<RateDecision> {
    const core = hash(key) % coreCount()
    return core === ownCore()
      ? own.take(key, cost, policy)
      : submitTo(core, takeHere, key, cost, policy)
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) {
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  }
  return value >>> 0
}
