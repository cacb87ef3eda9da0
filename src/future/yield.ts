import { isQuotaSpent, schedule, type Task } from '../core/run-queue.ts'
import { Future, pendingFuture } from './future.ts'
import { READY } from './state.ts'

/**
 * Lets everything run that is in the run queue now.
 *
 * Input and timers get their turn only when the quota of the run queue is used up, so that a loop
 * may yield in each step and cannot keep them waiting longer than that.
 *
 * @returns ready when the run queue has reached it, never before
 * @see seastar `yield`
 */
export function yieldNow(): Future<void> {
  const turn = new Turn()
  schedule(turn)
  return turn.future
}

/**
 * Lets others run if the quota of the run queue is used up, and costs next to nothing if not: for
 * each step of a long loop.
 *
 * @returns ready already unless the quota is used up
 * @see seastar `maybe_yield`
 */
export function maybeYield(): Future<void> {
  return isQuotaSpent() ? yieldNow() : NOW
}

const NOW = Future.ready()

/** A place in the run queue. */
class Turn implements Task {
  readonly future: Future<void> = pendingFuture<void>()

  run(): void {
    this.future.store(READY, undefined)
    // In this very task: settling would send the continuations to the back of the queue once more.
    this.future.run()
  }
}
