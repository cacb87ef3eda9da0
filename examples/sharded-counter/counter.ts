import { type Sharded, sharded } from '../../src/reactor/index.ts'

/** Counts on its own core only: no lock, no message, a few nanoseconds a hit. */
export class HitCounter {
  readonly #hits = new Map<string, number>()

  hit(page: string): void {
    this.#hits.set(page, this.hits(page) + 1)
  }

  hits(page: string): number {
    return this.#hits.get(page) ?? 0
  }
}

/** One counter a core. Who wants the sum asks all of them, which is rare. */
export const hitCounter: Sharded<HitCounter, []> = sharded(import.meta, HitCounter)
