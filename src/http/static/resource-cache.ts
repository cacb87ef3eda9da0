import type { Representation } from './representation.ts'

/** What a path leads to. */
export interface Resource {
  readonly original: Representation
  /** Compressed files beside it, the preferred first. */
  readonly coded: readonly Representation[]
}

interface Entry {
  readonly resource: Resource
  readonly cost: number
  /** When it was found to be as it is; milliseconds on the clock of the caller. */
  readonly checkedMs: number
  /** Since its place in the queue came up last. */
  isUsed: boolean
}

/** Of an entry without content. */
const ENTRY_BYTES = 2048

/**
 * Remembers what paths lead to, up to a number of bytes.
 *
 * What was not used since its turn came last is forgotten first (second chance): unlike exact
 * least-recently-used order, a hit then costs one store.
 */
export class ResourceCache {
  readonly #entries = new Map<string, Entry>()
  readonly #maxBytes: number
  #bytes = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /** Bytes that count against the limit. */
  get bytes(): number {
    return this.#bytes
  }

  /** Undefined if it was not looked at since `sinceMs`. */
  fresh(key: string, sinceMs: number): Resource | undefined {
    const entry = this.#entries.get(key)
    if (entry === undefined || entry.checkedMs < sinceMs) return undefined
    entry.isUsed = true
    return entry.resource
  }

  /** Whether it is still the same or not. */
  last(key: string): Resource | undefined {
    return this.#entries.get(key)?.resource
  }

  set(key: string, resource: Resource, checkedMs: number): void {
    const old = this.#entries.get(key)
    if (old !== undefined) this.#bytes -= old.cost
    const cost = costOf(key, resource)
    if (cost > this.#maxBytes) {
      this.#entries.delete(key)
      return
    }
    this.#bytes += cost
    this.#entries.set(key, { resource, cost, checkedMs, isUsed: old?.isUsed ?? false })
    this.#shrink(key)
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (entry === undefined) return
    this.#entries.delete(key)
    this.#bytes -= entry.cost
  }

  #shrink(newest: string): void {
    while (this.#bytes > this.#maxBytes) {
      for (const [key, entry] of this.#entries) {
        if (key !== newest && !entry.isUsed) {
          this.delete(key)
          break
        }
        // To the end of the queue, with no credit left.
        entry.isUsed = false
        this.#entries.delete(key)
        this.#entries.set(key, entry)
        if (this.#bytes <= this.#maxBytes) break
      }
    }
  }
}

function costOf(key: string, { original, coded }: Resource): number {
  let cost = ENTRY_BYTES + key.length
  for (const { bytes } of [original, ...coded]) cost += bytes?.length ?? 0
  return cost
}
