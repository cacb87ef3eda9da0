import { isQuotaSpent, schedule, type Task } from '../../core/run-queue.ts'

/** Steps taken at once, in the caller's stack: about 0.1 ms of settling futures. */
const MAX_AT_ONCE = 4096

/** What was left, as far as the quota of the run queue goes each time. */
class Rest implements Task {
  readonly #step: () => boolean

  constructor(step: () => boolean) {
    this.#step = step
  }

  run(): void {
    do {
      if (!this.#step()) return
    } while (!isQuotaSpent())
    schedule(this)
  }
}

/**
 * Takes steps until one says that there is no more to do.
 *
 * The first few thousand are taken before this returns, the rest from the run queue: waking a million
 * who wait holds up neither input nor timers.
 *
 * @param step - must bear that others do the same meanwhile
 */
export function inTurns(step: () => boolean): void {
  for (let taken = 0; taken < MAX_AT_ONCE; taken++) if (!step()) return
  schedule(new Rest(step))
}
