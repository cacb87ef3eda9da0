import { type Clock, systemClock } from '../../core/clock.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import {
  isNeeded,
  newState,
  type RateDecision,
  type RatePolicy,
  type RateState,
  take,
} from './policy.ts'
import type { RateLimitStore } from './store.ts'

export interface MemoryStoreOptions {
  /** Of those beyond, the one that was not seen for longest is forgotten; default 100000. */
  readonly maxKeys?: number
  /** For tests; default the system's. */
  readonly clock?: Clock
}

/** Old keys that are looked at for each new one: what is over goes faster than it comes. */
const SWEPT = 2

interface Entry {
  readonly state: RateState
  readonly policy: RatePolicy
}

/**
 * Keeps quotas in the memory of this reactor: each reactor has its own, so that the whole server allows
 * up to as many times the limit as it has reactors.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export class MemoryStore implements RateLimitStore {
  readonly #maxKeys: number
  readonly #clock: Clock
  /** In the order in which keys were last seen. */
  readonly #entries = new Map<string, Entry>()

  constructor(options: MemoryStoreOptions = {}) {
    rejectUnknownOptions('MemoryStore options', options, ['maxKeys', 'clock'])
    this.#maxKeys = integerOption('MemoryStore options.maxKeys', options.maxKeys, 100_000, 1)
    this.#clock = options.clock ?? systemClock
  }

  /** How many keys are kept. */
  get size(): number {
    return this.#entries.size
  }

  take(key: string, cost: number, policy: RatePolicy): RateDecision {
    const nowMs = this.#clock.nowMs()
    let entry = this.#entries.get(key)
    if (entry === undefined) {
      this.#sweep(nowMs)
      entry = { state: newState(), policy }
    } else this.#entries.delete(key)
    this.#entries.set(key, entry)
    return take(entry.state, cost, nowMs, policy)
  }

  #sweep(nowMs: number): void {
    let left = SWEPT
    for (const [key, { state, policy }] of this.#entries) {
      const isFull = this.#entries.size >= this.#maxKeys
      if (left-- === 0 || !(isFull || !isNeeded(state, nowMs, policy))) return
      this.#entries.delete(key)
    }
  }
}
