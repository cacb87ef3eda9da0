import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import type { SessionStore } from './session-store.ts'

export interface MemorySessionStoreOptions {
  /** The oldest go when there are more; default 10,000. */
  readonly maxSessions?: number
  /** The time in milliseconds since 1970; default `Date.now`. */
  readonly now?: () => number
}

interface Kept {
  readonly record: string
  readonly expiresAtMs: number
}

/**
 * Sessions in the memory of one thread: for tests and development. Each reactor would have its own.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function memorySessionStore(options: MemorySessionStoreOptions = {}): SessionStore {
  rejectUnknownOptions('memorySessionStore()', options, ['maxSessions', 'now'])
  const max = integerOption('memorySessionStore().maxSessions', options.maxSessions, 10_000, 1)
  const { now = Date.now } = options
  const kept = new Map<string, Kept>()
  const load = (key: string): string | undefined => {
    const found = kept.get(key)
    if (found !== undefined && found.expiresAtMs > now()) return found.record
    kept.delete(key)
    return undefined
  }
  return {
    load,
    create(key, record, expiresAtMs) {
      const [oldest] = kept.keys()
      if (kept.size >= max && oldest !== undefined) kept.delete(oldest)
      kept.set(key, { record, expiresAtMs })
    },
    update(key, record, expiresAtMs) {
      if (load(key) === undefined) return false
      kept.set(key, { record, expiresAtMs })
      return true
    },
    delete: (key) => kept.delete(key),
  }
}
