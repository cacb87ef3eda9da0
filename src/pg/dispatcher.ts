import { systemClock, type Timer } from '../core/clock.ts'
import { ClosedError, LimitError } from '../core/errors.ts'
import { Deferred, type Future } from '../future/index.ts'
import { type ConnectionOwner, PgConnection } from './connection.ts'
import { PgConnectionError } from './errors.ts'
import type { PoolSettings } from './pool-options.ts'
import type { Query } from './query.ts'
import { SlowStatements } from './slow-statements.ts'
import { Lease, WaitingRoom } from './waiting-room.ts'

/** Queries of one turn that go to one connection before the next is looked for. */
const BATCH = 32
/** A connection this loaded is reason to open another one. */
const GROW_LOAD = 8
/** Deeper than this, queries wait in the pool, where any connection may take them. */
const MAX_DEPTH = 256
/** A connection whose oldest query has run longer takes no more: what is behind it would wait, too. */
const STUCK_MS = 15
const MIN_BACKOFF_MS = 50
const MAX_BACKOFF_MS = 2000

/**
 * Decides which connection a query goes to, and when connections are opened.
 *
 * All queries of one turn go to one connection, the least loaded one, so that they leave in one
 * write and their answers come in one read: that, and not the encoding, is where the time goes.
 */
export class Dispatcher implements ConnectionOwner {
  readonly connections: PgConnection[] = []
  readonly counters = { total: 0, failed: 0, cancelled: 0, pending: 0 }
  readonly waiting: WaitingRoom
  acquired = 0
  opened = 0
  lost = 0
  isClosed = false
  readonly #settings: PoolSettings
  #opening = 0
  readonly #slow = new SlowStatements()
  #turn: PgConnection | undefined
  #turnLeft = 0
  #backoffMs = 0
  #retryAtMs = 0
  #lastRefusal: unknown
  #idleTimer: Timer | undefined
  #closing: Deferred<void> | undefined

  constructor(settings: PoolSettings) {
    this.#settings = settings
    this.waiting = new WaitingRoom(settings.acquireTimeoutMs, () => this.#describeShortage())
  }

  get opening(): number {
    return this.#opening
  }

  /** Sends the query, or lets it wait; it is settled whatever happens. */
  dispatch(query: Query): void {
    const connection = this.#turn
    if (this.#slow.has(query.sql)) this.#dispatchAlone(query)
    else if (connection !== undefined && this.#turnLeft > 0 && connection.isShared) {
      this.#turnLeft--
      connection.pipeline.submit(query)
    } else this.#dispatchAnew(query)
  }

  #dispatchAnew(query: Query): void {
    if (this.isClosed) return query.reject(new ClosedError('The pool'))
    const connection = this.waiting.queries.length === 0 ? this.#choose(GROW_LOAD) : undefined
    if (connection === undefined) return this.#enqueue(query)
    this.#turn = connection
    this.#turnLeft = BATCH - 1
    connection.pipeline.submit(query)
  }

  /** Slow queries are spread, whatever the turn: behind one another they would add up. */
  #dispatchAlone(query: Query): void {
    if (this.isClosed) return query.reject(new ClosedError('The pool'))
    const connection = this.waiting.queries.length === 0 ? this.#choose(1) : undefined
    if (connection === undefined) return this.#enqueue(query)
    connection.hasSlowQuery = true
    connection.pipeline.submit(query)
  }

  onAnswered(sql: string, tookMs: number): void {
    this.#slow.note(sql, tookMs)
  }

  /** The least loaded connection with room; opens another one when even that has `growLoad` to do. */
  #choose(growLoad: number): PgConnection | undefined {
    const nowMs = performance.now()
    let best: PgConnection | undefined
    let bestLoad = MAX_DEPTH
    for (const connection of this.connections) {
      const load = connection.load + (connection.hasSlowQuery ? BATCH : 0)
      if (
        load < bestLoad &&
        connection.isShared &&
        !connection.isCongested &&
        !isStuck(connection, nowMs)
      ) {
        best = connection
        bestLoad = load
      }
    }
    if (bestLoad >= growLoad * (1 + this.#opening)) this.#open(nowMs)
    return best
  }

  #enqueue(query: Query): void {
    const nowMs = performance.now()
    const refusal = this.#refusal(nowMs)
    if (refusal !== undefined) return query.reject(refusal)
    this.waiting.addQuery(query, nowMs)
    this.#grow(nowMs)
  }

  /** A connection for one borrower alone; given back through {@link release}. */
  acquire(): Future<PgConnection> {
    const nowMs = performance.now()
    const lease = new Lease()
    const refusal = this.isClosed ? new ClosedError('The pool') : this.#refusal(nowMs)
    if (refusal !== undefined) {
      lease.reject(refusal)
      return lease.deferred.future
    }
    this.waiting.addLease(lease, nowMs)
    const idle = this.connections.find((connection) => connection.isShared && connection.load === 0)
    if (idle !== undefined) this.onRoom(idle)
    if (!lease.isSettled) {
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
    if (this.waiting.length === 0) {
      connection.isReserved = false
      return
    }
    this.waiting.dropSettled()
    if (!connection.isOpen || connection.isExclusive || connection.isQuarantined) return
    const lease = connection.isReserved ? this.waiting.leases.head : this.waiting.firstLease()
    if (lease !== undefined) {
      if (connection.load === 0) this.#grant(connection)
      else connection.isReserved = true
      return
    }
    connection.isReserved = false
    while (this.waiting.queries.length > 0 && connection.isShared && connection.load < BATCH) {
      const query = this.waiting.queries.shift() as Query
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
    const lease = this.waiting.leases.shift() as Lease
    connection.isReserved = false
    connection.isExclusive = true
    connection.pipeline.isOrdered = true
    lease.isSettled = true
    this.acquired++
    lease.deferred.resolve(connection)
  }

  /** Lets the least loaded connections run empty, one for each lease that waits. */
  #reserve(): void {
    let missing = this.waiting.leases.length - this.#opening
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
    const wanted = this.waiting.leases.length + Math.ceil(this.waiting.queries.length / BATCH)
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
    this.waiting.failAll(() => copyOf(error))
  }

  /** Why nobody may wait now: the server has just refused, or too many wait already. */
  #refusal(nowMs: number): Error | undefined {
    if (this.connections.length === 0 && this.#opening === 0 && nowMs < this.#retryAtMs) {
      return copyOf(this.#lastRefusal)
    }
    const { maxQueue } = this.#settings
    return this.waiting.length < maxQueue
      ? undefined
      : new LimitError('The queue of the pool', maxQueue)
  }

  #forget(connection: PgConnection): void {
    const index = this.connections.indexOf(connection)
    if (index !== -1) this.connections.splice(index, 1)
    if (this.#turn === connection) this.#turn = undefined
  }

  #describeShortage(): string {
    const { length } = this.connections
    const exclusive = this.connections.filter((connection) => connection.isExclusive).length
    return `Waiting for one of ${this.#settings.max} connections (${length} open, ${this.#opening} opening, ${exclusive} in transactions, ${this.waiting.length} waiting)`
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
    const closed = new ClosedError('The pool')
    this.waiting.failAll(() => closed)
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

function isStuck(connection: PgConnection, nowMs: number): boolean {
  return connection.load > 0 && nowMs - connection.activeAtMs > STUCK_MS
}

/** One error object for each who gets it: they add their own stacks. */
function copyOf(error: unknown): Error {
  return error instanceof PgConnectionError
    ? new PgConnectionError(error.message, error.cause)
    : new PgConnectionError('No connection could be opened', error)
}
