import { systemClock, type Timer } from '../core/clock.ts'
import { ClosedError, LimitError, TimeoutError } from '../core/errors.ts'
import { Deferred, type Future } from '../future/index.ts'
import { type ConnectionOwner, PgConnection } from './connection.ts'
import { PgConnectionError } from './errors.ts'
import { type Linked, LinkedQueue } from './linked-queue.ts'
import type { PoolSettings } from './pool-options.ts'
import type { Query } from './query.ts'

/** Queries of one turn that go to one connection before the next is looked for. */
const BATCH = 32
/** A connection this loaded is reason to open another one. */
const GROW_LOAD = 8
/** Deeper than this, queries wait in the pool, where any connection may take them. */
const MAX_DEPTH = 256
/** A connection whose oldest query has run longer takes no more: what is behind it would wait, too. */
const SLOW_MS = 15
const MIN_BACKOFF_MS = 50
const MAX_BACKOFF_MS = 2000

/** Somebody who waits for a connection of their own. */
class Lease implements Linked {
  next: Linked | undefined = undefined
  isSettled = false
  readonly deferred = new Deferred<PgConnection>()
  readonly acquireDeadlineMs: number

  constructor(acquireDeadlineMs: number) {
    this.acquireDeadlineMs = acquireDeadlineMs
  }

  reject(error: unknown): void {
    this.isSettled = true
    this.deferred.reject(error)
  }
}

/**
 * Decides which connection a query goes to, and when connections are opened.
 *
 * All queries of one turn go to one connection, the least loaded one, so that they leave in one
 * write and their answers come in one read: that, and not the encoding, is where the time goes.
 */
export class Dispatcher implements ConnectionOwner {
  readonly connections: PgConnection[] = []
  readonly counters = { total: 0, failed: 0, cancelled: 0, pending: 0 }
  readonly waitingQueries: LinkedQueue<Query> = new LinkedQueue()
  readonly waitingLeases: LinkedQueue<Lease> = new LinkedQueue()
  acquired = 0
  opened = 0
  lost = 0
  isClosed = false
  readonly #settings: PoolSettings
  #opening = 0
  #turn: PgConnection | undefined
  #turnLeft = 0
  #backoffMs = 0
  #retryAtMs = 0
  #lastRefusal: unknown
  #idleTimer: Timer | undefined
  #acquireTimer: Timer | undefined
  #closing: Deferred<void> | undefined

  constructor(settings: PoolSettings) {
    this.#settings = settings
  }

  get opening(): number {
    return this.#opening
  }

  /** Sends the query, or lets it wait; it is settled whatever happens. */
  dispatch(query: Query): void {
    const connection = this.#turn
    if (connection !== undefined && this.#turnLeft > 0 && connection.isShared) {
      this.#turnLeft--
      connection.pipeline.submit(query)
    } else this.#dispatchAnew(query)
  }

  #dispatchAnew(query: Query): void {
    if (this.isClosed) return query.reject(new ClosedError('The pool'))
    const connection = this.waitingQueries.length === 0 ? this.#choose() : undefined
    if (connection === undefined) return this.#enqueue(query)
    this.#turn = connection
    this.#turnLeft = BATCH - 1
    connection.pipeline.submit(query)
  }

  /** The least loaded connection with room; opens another one when even that has much to do. */
  #choose(): PgConnection | undefined {
    const nowMs = performance.now()
    let best: PgConnection | undefined
    let bestLoad = MAX_DEPTH
    for (const connection of this.connections) {
      const { load } = connection
      if (
        load < bestLoad &&
        connection.isShared &&
        !connection.isCongested &&
        !isSlow(connection, nowMs)
      ) {
        best = connection
        bestLoad = load
      }
    }
    if (bestLoad >= GROW_LOAD && this.#opening === 0) this.#open(nowMs)
    return best
  }

  #enqueue(query: Query): void {
    const nowMs = performance.now()
    const refusal = this.#refusal(nowMs)
    if (refusal !== undefined) return query.reject(refusal)
    query.acquireDeadlineMs = nowMs + this.#settings.acquireTimeoutMs
    this.waitingQueries.push(query)
    this.#armAcquireTimer(this.#settings.acquireTimeoutMs)
    this.#grow(nowMs)
  }

  /** A connection for one borrower alone; given back through {@link release}. */
  acquire(): Future<PgConnection> {
    const nowMs = performance.now()
    const lease = new Lease(nowMs + this.#settings.acquireTimeoutMs)
    const refusal = this.isClosed ? new ClosedError('The pool') : this.#refusal(nowMs)
    if (refusal !== undefined) {
      lease.reject(refusal)
      return lease.deferred.future
    }
    this.waitingLeases.push(lease)
    const idle = this.connections.find((connection) => connection.isShared && connection.load === 0)
    if (idle !== undefined) this.onRoom(idle)
    if (!lease.isSettled) {
      this.#armAcquireTimer(this.#settings.acquireTimeoutMs)
      this.#grow(nowMs)
      this.#reserve()
    }
    return lease.deferred.future
  }

  release(connection: PgConnection): void {
    connection.isExclusive = false
    connection.pipeline.isOrdered = false
    if (connection.isOpen) this.onRoom(connection)
  }

  resend(query: Query): void {
    this.dispatch(query)
  }

  onFlushed(connection: PgConnection): void {
    if (this.#turn === connection) this.#turn = undefined
  }

  /** Serves those who wait, oldest first. */
  onRoom(connection: PgConnection): void {
    if (this.#closing !== undefined) return this.#closeIfIdle(connection)
    if (this.waitingQueries.length === 0 && this.waitingLeases.length === 0) {
      connection.isReserved = false
      return
    }
    this.#dropSettled()
    if (!connection.isOpen || connection.isExclusive || connection.isQuarantined) return
    const lease = this.waitingLeases.head
    if (
      lease !== undefined &&
      (connection.isReserved || isBefore(lease, this.waitingQueries.head))
    ) {
      if (connection.load === 0) this.#grant(connection)
      else connection.isReserved = true
      return
    }
    connection.isReserved = false
    while (this.waitingQueries.length > 0 && connection.isShared && connection.load < BATCH) {
      const query = this.waitingQueries.shift() as Query
      if (!query.isSettled) connection.pipeline.submit(query)
    }
  }

  onLost(connection: PgConnection, _cause: unknown, neverRan: Query[]): void {
    this.#forget(connection)
    this.lost++
    // The last refusal was another situation.
    if (this.connections.length === 0) this.#retryAtMs = 0
    for (const query of neverRan) this.dispatch(query)
    if (this.#closing === undefined) this.#grow(performance.now())
    else this.#finishClosing()
  }

  #grant(connection: PgConnection): void {
    const lease = this.waitingLeases.shift() as Lease
    connection.isReserved = false
    connection.isExclusive = true
    connection.pipeline.isOrdered = true
    lease.isSettled = true
    this.acquired++
    lease.deferred.resolve(connection)
  }

  /** Lets the least loaded connections run empty, one for each lease that waits. */
  #reserve(): void {
    let missing = this.waitingLeases.length - this.#opening
    for (const connection of this.connections) if (connection.isReserved) missing--
    while (missing-- > 0) {
      let best: PgConnection | undefined
      for (const connection of this.connections) {
        if (connection.isShared && (best === undefined || connection.load < best.load))
          best = connection
      }
      if (best === undefined) return
      best.isReserved = true
    }
  }

  /** Opens what those who wait can use. */
  #grow(nowMs: number): void {
    const wanted = this.waitingLeases.length + Math.ceil(this.waitingQueries.length / BATCH)
    while (this.#opening < wanted && this.#open(nowMs)) continue
  }

  /** @returns false when no further connection may be opened now */
  #open(nowMs: number): boolean {
    if (this.connections.length + this.#opening >= this.#settings.max) return false
    if (nowMs < this.#retryAtMs || this.isClosed) return false
    this.#opening++
    new PgConnection(this.#settings.connection, this)
      .open()
      .then(
        (connection) => this.#onOpened(connection),
        (error) => this.#onRefused(error),
      )
      .ignore()
    return true
  }

  #onOpened(connection: PgConnection): void {
    this.#opening--
    this.#backoffMs = 0
    this.opened++
    // It may have been lost between its opening and this moment.
    if (!connection.isOpen) return this.#finishClosing()
    this.connections.push(connection)
    this.#armIdleTimer()
    this.onRoom(connection)
  }

  #onRefused(error: unknown): void {
    this.#opening--
    this.#lastRefusal = error
    this.#backoffMs = Math.min(Math.max(this.#backoffMs * 2, MIN_BACKOFF_MS), MAX_BACKOFF_MS)
    this.#retryAtMs = performance.now() + this.#backoffMs
    this.#finishClosing()
    if (this.connections.length > 0) this.#reserve()
    if (this.connections.length > 0 || this.#opening > 0) return
    // Nobody is left to serve them: they fail now instead of waiting for their deadlines.
    for (const lease of this.waitingLeases.takeAll())
      if (!lease.isSettled) lease.reject(copyOf(error))
    for (const query of this.waitingQueries.takeAll()) query.reject(copyOf(error))
  }

  /** Why nobody may wait now: the server has just refused, or too many wait already. */
  #refusal(nowMs: number): Error | undefined {
    if (this.connections.length === 0 && this.#opening === 0 && nowMs < this.#retryAtMs) {
      return copyOf(this.#lastRefusal)
    }
    const waiting = this.waitingQueries.length + this.waitingLeases.length
    const { maxQueue } = this.#settings
    return waiting < maxQueue ? undefined : new LimitError('The queue of the pool', maxQueue)
  }

  #dropSettled(): void {
    while (this.waitingQueries.head?.isSettled === true) this.waitingQueries.shift()
    while (this.waitingLeases.head?.isSettled === true) this.waitingLeases.shift()
  }

  #forget(connection: PgConnection): void {
    const index = this.connections.indexOf(connection)
    if (index !== -1) this.connections.splice(index, 1)
    if (this.#turn === connection) this.#turn = undefined
  }

  #armAcquireTimer(delayMs: number): void {
    this.#acquireTimer ??= systemClock.setTimer(delayMs, () => {
      this.#acquireTimer = undefined
      this.#expireWaiting()
    })
  }

  /** All wait equally long, so the oldest expire first. */
  #expireWaiting(): void {
    const nowMs = performance.now()
    const { acquireTimeoutMs, max } = this.#settings
    const expired = (): TimeoutError =>
      new TimeoutError(
        acquireTimeoutMs,
        `Waiting for one of ${max} connections (${this.connections.length} open, ${this.#opening} opening, ` +
          `${this.connections.filter((connection) => connection.isExclusive).length} in transactions, ` +
          `${this.waitingQueries.length + this.waitingLeases.length} waiting)`,
      )
    let nextMs = Number.POSITIVE_INFINITY
    for (const queue of [this.waitingLeases, this.waitingQueries] as LinkedQueue<Lease | Query>[]) {
      for (let head = queue.head; head !== undefined; head = queue.head) {
        if (!head.isSettled) {
          if (head.acquireDeadlineMs > nowMs) {
            nextMs = Math.min(nextMs, head.acquireDeadlineMs - nowMs)
            break
          }
          head.reject(expired())
        }
        queue.shift()
      }
    }
    if (nextMs !== Number.POSITIVE_INFINITY) this.#armAcquireTimer(nextMs)
  }

  #armIdleTimer(): void {
    const { idleTimeoutMs } = this.#settings
    if (idleTimeoutMs === 0) return
    this.#idleTimer ??= systemClock.setTimer(idleTimeoutMs, () => {
      this.#idleTimer = undefined
      const untilMs = performance.now() - idleTimeoutMs
      for (const connection of this.connections.slice()) {
        const isIdle = connection.isShared && connection.load === 0
        if (isIdle && connection.activeAtMs <= untilMs) this.#retire(connection)
      }
      if (this.connections.length > 0) this.#armIdleTimer()
    })
  }

  #retire(connection: PgConnection): void {
    this.#forget(connection)
    connection.end()
  }

  /** Refuses new work, lets what is under way finish, and closes everything. */
  close(timeoutMs: number): Future<void> {
    if (this.#closing !== undefined) return this.#closing.future
    this.isClosed = true
    this.#turn = undefined
    const closing = new Deferred<void>()
    this.#closing = closing
    this.#idleTimer?.cancel()
    this.#acquireTimer?.cancel()
    const closed = new ClosedError('The pool')
    for (const lease of this.waitingLeases.takeAll()) if (!lease.isSettled) lease.reject(closed)
    for (const query of this.waitingQueries.takeAll()) query.reject(closed)
    for (const connection of this.connections.slice()) this.#closeIfIdle(connection)
    const timer = systemClock.setTimer(timeoutMs, () => {
      for (const connection of this.connections.slice()) connection.destroy(closed)
    })
    this.#finishClosing()
    return closing.future.finally(() => timer.cancel())
  }

  #closeIfIdle(connection: PgConnection): void {
    if (connection.load > 0 || connection.isExclusive) return
    this.#retire(connection)
    this.#finishClosing()
  }

  #finishClosing(): void {
    if (this.connections.length === 0 && this.#opening === 0) this.#closing?.resolve()
  }
}

function isSlow(connection: PgConnection, nowMs: number): boolean {
  return connection.load > 0 && nowMs - connection.activeAtMs > SLOW_MS
}

function isBefore(lease: Lease, query: Query | undefined): boolean {
  return query === undefined || lease.acquireDeadlineMs <= query.acquireDeadlineMs
}

/** One error object for each who gets it: they add their own stacks. */
function copyOf(error: unknown): Error {
  return error instanceof PgConnectionError
    ? new PgConnectionError(error.message, error.cause)
    : new PgConnectionError('No connection could be opened', error)
}
