/**
 * When each request of an open loop is due: a Poisson process, as of many clients that know nothing of
 * each other. The same seed gives the same times, scaled by the rate.
 *
 * @param rate - requests a second
 * @param seconds - how long to send
 * @returns milliseconds from the start, ascending
 */
export function poissonSchedule(rate: number, seconds: number, seed: number): Float64Array {
  const times = new Float64Array(Math.round(rate * seconds))
  const random = mulberry32(seed)
  let at = 0
  for (let index = 0; index < times.length; index++) {
    at -= (Math.log(1 - random()) * 1_000) / rate
    times[index] = at
  }
  return times
}

/** Uniform in [0, 1), 32 bits of state: Tommy Ettinger's mulberry32. */
function mulberry32(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/**
 * The books of an open loop: which request goes over which connection, and how long each took from the
 * time it was **due**.
 *
 * A request that is late because the server was slow with those before it waits in its client's eyes,
 * too: to count from when it was sent would leave out just the slow moments (coordinated omission).
 * One request at a time goes over a connection; those that find none free wait for the next that is.
 */
export class OpenLoop {
  readonly #schedule: Float64Array
  /** From the due time to the answer, milliseconds; by request. */
  readonly #latencies: Float64Array
  /** From the due time to the send. */
  readonly #delays: Float64Array
  /** A ring of the connections that wait for work: who has waited longest is next. */
  readonly #free: Int32Array
  readonly #requestOf: Int32Array
  #firstFree = 0
  #freeCount: number
  #sent = 0
  #answered = 0

  /** @param schedule - due times in milliseconds, ascending */
  constructor(schedule: Float64Array, connections: number) {
    this.#schedule = schedule
    this.#latencies = new Float64Array(schedule.length)
    this.#delays = new Float64Array(schedule.length)
    this.#free = Int32Array.from({ length: connections }, (_, index) => index)
    this.#requestOf = new Int32Array(connections)
    this.#freeCount = connections
  }

  /**
   * The connection to send the next request over, or -1 if none is due or no connection is free.
   *
   * @param nowMs - milliseconds from the start, as the schedule's
   */
  send(nowMs: number): number {
    const request = this.#sent
    if (request === this.#schedule.length || this.#freeCount === 0) return -1
    const dueMs = this.#schedule[request]!
    if (dueMs > nowMs) return -1
    const connection = this.#free[this.#firstFree]!
    this.#firstFree = (this.#firstFree + 1) % this.#free.length
    this.#freeCount--
    this.#requestOf[connection] = request
    this.#delays[request] = nowMs - dueMs
    this.#sent++
    return connection
  }

  /** The whole answer has arrived: the connection is free. */
  answer(connection: number, nowMs: number): void {
    const request = this.#requestOf[connection]!
    this.#latencies[request] = nowMs - this.#schedule[request]!
    this.#free[(this.#firstFree + this.#freeCount) % this.#free.length] = connection
    this.#freeCount++
    this.#answered++
  }

  get isDone(): boolean {
    return this.#answered === this.#schedule.length
  }

  /** From due to answered, milliseconds, ascending. Only when all are. */
  sortedLatencies(): Float64Array {
    return this.#latencies.toSorted()
  }

  /** From due to sent, milliseconds, ascending: what the generator and full connections add. */
  sortedDelays(): Float64Array {
    return this.#delays.toSorted()
  }
}
