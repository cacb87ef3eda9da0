import {
  CELL_COUNT,
  CELLS,
  ENTRANCE_EVENTS,
  type EntranceEvent,
  FIRST_BUCKET,
  FIRST_ENTRANCE,
  FIRST_LIMIT,
  FIRST_RESPONSE,
  FIRST_TIMEOUT,
  HTTP_STATS_BYTES,
  LATENCY_BOUNDS_S,
  LIMITS,
  type LimitKind,
  TIMEOUTS,
  type TimeoutKind,
} from './cells.ts'
import { statsOf } from './read-stats.ts'
import type { HttpServerStats } from './server-stats.ts'

/**
 * The counters behind {@link HttpServerStats}: cells of one typed array, bumped on the hot path.
 *
 * In shared memory they can be read by any thread, at any time, even while their own one is stuck
 * and after it has died.
 */
export class ServerCounters {
  readonly #cells: Float64Array
  readonly responses: Float64Array
  readonly #latencyBuckets: Float64Array
  /** Bytes sent over connections that are closed. */
  sentByClosed = 0
  /** Responses answered at once in turns that were not timed, and the time of the last that was. */
  #untimed = 0
  #lastElapsedMs = 0

  /** @param memory - {@link HTTP_STATS_BYTES} long; by default of this thread alone */
  constructor(memory: ArrayBufferLike = new ArrayBuffer(HTTP_STATS_BYTES)) {
    this.#cells = new Float64Array(memory, 0, CELL_COUNT)
    this.responses = this.#cells.subarray(FIRST_RESPONSE, FIRST_BUCKET)
    this.#latencyBuckets = this.#cells.subarray(FIRST_BUCKET, FIRST_ENTRANCE)
  }

  get openConnections(): number {
    return this.#cells[CELLS.openConnections]!
  }

  set openConnections(value: number) {
    this.#cells[CELLS.openConnections] = value
  }

  get totalConnections(): number {
    return this.#cells[CELLS.totalConnections]!
  }

  set totalConnections(value: number) {
    this.#cells[CELLS.totalConnections] = value
  }

  get refusedConnections(): number {
    return this.#cells[CELLS.refusedConnections]!
  }

  set refusedConnections(value: number) {
    this.#cells[CELLS.refusedConnections] = value
  }

  get requests(): number {
    return this.#cells[CELLS.requests]!
  }

  set requests(value: number) {
    this.#cells[CELLS.requests] = value
  }

  get inFlight(): number {
    return this.#cells[CELLS.inFlight]!
  }

  set inFlight(value: number) {
    this.#cells[CELLS.inFlight] = value
  }

  get receivedBytes(): number {
    return this.#cells[CELLS.receivedBytes]!
  }

  set receivedBytes(value: number) {
    this.#cells[CELLS.receivedBytes] = value
  }

  get parseErrors(): number {
    return this.#cells[CELLS.parseErrors]!
  }

  set parseErrors(value: number) {
    this.#cells[CELLS.parseErrors] = value
  }

  get aborted(): number {
    return this.#cells[CELLS.aborted]!
  }

  set aborted(value: number) {
    this.#cells[CELLS.aborted] = value
  }

  countTimeout(kind: TimeoutKind): void {
    this.#cells[FIRST_TIMEOUT + TIMEOUTS.indexOf(kind)]!++
  }

  /** @param status - of the answer to what could not be parsed */
  countParseError(status: number): void {
    this.#cells[CELLS.parseErrors]!++
    if (status === 414) this.countLimit('requestLine')
    else if (status === 431) this.countLimit('header')
  }

  countEntrance(event: EntranceEvent): void {
    this.#cells[FIRST_ENTRANCE + ENTRANCE_EVENTS.indexOf(event)]!++
  }

  countLimit(kind: LimitKind): void {
    this.#cells[FIRST_LIMIT + LIMITS.indexOf(kind)]!++
  }

  /** Counts `count` responses that took `elapsedMs` milliseconds each. */
  addLatency(elapsedMs: number, count: number): void {
    this.#cells[CELLS.latencySumMs]! += elapsedMs * count
    const seconds = elapsedMs / 1000
    let bucket = 0
    while (bucket < LATENCY_BOUNDS_S.length && seconds > LATENCY_BOUNDS_S[bucket]!) bucket++
    this.#latencyBuckets[bucket]! += count
  }

  /** Counts responses of a turn whose time is not read: they took as long as those of the next. */
  addUntimed(count: number): void {
    this.#untimed += count
  }

  /** Counts the responses of a timed turn, and those that waited for one. */
  addTurn(elapsedMs: number, count: number): void {
    this.#lastElapsedMs = elapsedMs
    this.addLatency(elapsedMs, count + this.#untimed)
    this.#untimed = 0
  }

  /**
   * Brings the cells up to date, for this thread and others.
   *
   * @param sentByOpen - bytes sent over the connections that are open now
   */
  publish(sentByOpen: number): void {
    this.#cells[CELLS.sentBytes] = this.sentByClosed + sentByOpen
    this.addTurn(this.#lastElapsedMs, 0)
  }

  snapshot(): HttpServerStats {
    return statsOf(this.#cells)
  }
}
