import type { Future } from '../../src/future/index.ts'
import { coreCount, type Sharded, sharded } from '../../src/reactor/index.ts'

/** What one core keeps: the keys that belong to it, the least recently used leave first. */
export class CachePart {
  readonly #maxEntries: number
  readonly #entries = new Map<string, string>()

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  get(key: string): string | undefined {
    const value = this.#entries.get(key)
    if (value !== undefined) this.set(key, value)
    return value
  }

  set(key: string, value: string): void {
    // A map keeps the order of insertion: who is written anew is the youngest.
    this.#entries.delete(key)
    this.#entries.set(key, value)
    const [oldest] = this.#entries.keys()
    if (this.#entries.size > this.#maxEntries && oldest !== undefined) this.#entries.delete(oldest)
  }

  size(): number {
    return this.#entries.size
  }
}

/** The parts of a cache in which each entry is kept once in the process, and not once a core. */
export const cache: Sharded<CachePart, [maxEntries: number]> = sharded(import.meta, CachePart)

/** The core that keeps a key: the same one whoever asks. */
function ownerOf(key: string): number {
  let sum = 0
  for (let i = 0; i < key.length; i++) sum = (Math.imul(sum, 31) + key.charCodeAt(i)) | 0
  return (sum >>> 0) % coreCount()
}

/** @returns the value from whichever core keeps the key */
export function cacheGet(key: string): Future<string | undefined> {
  return cache.invokeOn(ownerOf(key), 'get', key)
}

/** Keeps a value on the core that keeps the key. */
export function cacheSet(key: string, value: string): Future<void> {
  return cache.invokeOn(ownerOf(key), 'set', key, value)
}
