import { systemClock, type Timer } from '../core/clock.ts'
import { TimeoutError } from '../core/errors.ts'
import { Deferred } from '../future/index.ts'
import type { PgConnection } from './connection.ts'
import { type Linked, LinkedQueue } from './linked-queue.ts'
import type { Query } from './query.ts'

/** Somebody who waits for a connection of their own. */
export class Lease implements Linked {
  next: Linked | undefined = undefined
  isSettled = false
  acquireDeadlineMs = 0
  readonly deferred: Deferred<PgConnection> = new Deferred()

  reject(error: unknown): void {
    this.isSettled = true
    this.deferred.reject(error)
  }
}

/**
 * Those who wait for a connection, queries and leases, each in the order of their coming.
 *
 * All wait equally long, so one timer for the oldest is enough.
 */
export class WaitingRoom {
  readonly queries: LinkedQueue<Query> = new LinkedQueue()
  readonly leases: LinkedQueue<Lease> = new LinkedQueue()
  readonly #timeoutMs: number
  readonly #describe: () => string
  #timer: Timer | undefined

  /** @param describe - what was waited for, for the message of the `TimeoutError` */
  constructor(timeoutMs: number, describe: () => string) {
    this.#timeoutMs = timeoutMs
    this.#describe = describe
  }

  get length(): number {
    return this.queries.length + this.leases.length
  }

  addQuery(query: Query, nowMs: number): void {
    query.acquireDeadlineMs = nowMs + this.#timeoutMs
    this.queries.push(query)
    this.#arm(this.#timeoutMs)
  }

  addLease(lease: Lease, nowMs: number): void {
    lease.acquireDeadlineMs = nowMs + this.#timeoutMs
    this.leases.push(lease)
    this.#arm(this.#timeoutMs)
  }

  /** The oldest lease, if it has waited longer than the oldest query. */
  firstLease(): Lease | undefined {
    const lease = this.leases.head
    const query = this.queries.head
    const isFirst =
      query === undefined || (lease?.acquireDeadlineMs ?? 0) <= query.acquireDeadlineMs
    return isFirst ? lease : undefined
  }

  /** Lets those go who were settled while they waited. */
  dropSettled(): void {
    while (this.queries.head?.isSettled === true) this.queries.shift()
    while (this.leases.head?.isSettled === true) this.leases.shift()
  }

  /** Fails everybody, each with an error of their own. */
  failAll(createError: () => Error): void {
    for (const lease of this.leases.takeAll()) if (!lease.isSettled) lease.reject(createError())
    for (const query of this.queries.takeAll()) query.reject(createError())
    this.#timer?.cancel()
    this.#timer = undefined
  }

  #arm(delayMs: number): void {
    this.#timer ??= systemClock.setTimer(delayMs, () => {
      this.#timer = undefined
      this.#expire()
    })
  }

  #expire(): void {
    const nowMs = performance.now()
    let nextMs = Number.POSITIVE_INFINITY
    for (const queue of [this.leases, this.queries] as LinkedQueue<Lease | Query>[]) {
      for (let head = queue.head; head !== undefined; head = queue.head) {
        if (!head.isSettled) {
          if (head.acquireDeadlineMs > nowMs) {
            nextMs = Math.min(nextMs, head.acquireDeadlineMs - nowMs)
            break
          }
          head.reject(new TimeoutError(this.#timeoutMs, this.#describe()))
        }
        queue.shift()
      }
    }
    if (nextMs !== Number.POSITIVE_INFINITY) this.#arm(nextMs)
  }
}
