import { systemClock, type Timer } from '../core/clock.ts'
import { AbortedError, TimeoutError } from '../core/errors.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { Query } from './query.ts'

const UNARMED = Number.POSITIVE_INFINITY

/**
 * Ends queries whose time is over or whose caller has gone.
 *
 * One timer serves all queries of a pool: it is armed for the earliest deadline known, and then looks
 * through those under way. A query that is answered in time costs one comparison.
 */
export class Deadlines {
  readonly #dispatcher: Dispatcher
  #armedForMs = UNARMED
  #timer: Timer | undefined

  constructor(dispatcher: Dispatcher) {
    this.#dispatcher = dispatcher
  }

  /** @param timeoutMs - 0 for none */
  limit(query: Query, timeoutMs: number): void {
    if (timeoutMs === 0) return
    query.timeoutMs = timeoutMs
    query.deadlineMs = performance.now() + timeoutMs
    if (query.deadlineMs < this.#armedForMs) this.#arm(query.deadlineMs)
  }

  /** Listens for the time of the query only: signals often outlive thousands of them. */
  follow(query: Query, signal: AbortSignal): void {
    const onAbort = (): void => this.#abandon(query, new AbortedError(signal.reason, 'The query'))
    signal.addEventListener('abort', onAbort, { once: true })
    query.detach = () => signal.removeEventListener('abort', onAbort)
  }

  stop(): void {
    this.#timer?.cancel()
    this.#armedForMs = UNARMED
  }

  #arm(deadlineMs: number): void {
    this.#timer?.cancel()
    this.#armedForMs = deadlineMs
    this.#timer = systemClock.setTimer(Math.max(0, deadlineMs - performance.now()), () =>
      this.#sweep(),
    )
  }

  #sweep(): void {
    this.#armedForMs = UNARMED
    const nowMs = performance.now()
    let nextMs = UNARMED
    // Abandoning changes the queues: collect first.
    const expired: Query[] = []
    for (const query of this.#underWay()) {
      if (query.isSettled) continue
      if (query.deadlineMs <= nowMs) expired.push(query)
      else nextMs = Math.min(nextMs, query.deadlineMs)
    }
    for (const query of expired)
      this.#abandon(query, new TimeoutError(query.timeoutMs, 'The query'))
    if (nextMs < this.#armedForMs) this.#arm(nextMs)
  }

  *#underWay(): Generator<Query> {
    yield* this.#dispatcher.waiting.queries
    for (const { pipeline } of this.#dispatcher.connections) {
      for (const entry of pipeline.wire) if (!entry.isLearning) yield entry
      yield* pipeline.held
    }
  }

  #abandon(query: Query, error: Error): void {
    if (query.isSettled) return
    this.#dispatcher.counters.cancelled++
    query.reject(error)
    query.pipeline?.abandon(query)
  }
}
