/** Upper bounds of the latency buckets, in seconds; the last bucket has none. */
export const LATENCY_BOUNDS_S: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

/** Numbers of a server since it was created. */
export interface HttpServerStats {
  readonly connections: {
    readonly open: number
    readonly total: number
    /** Closed at once, because `maxConnections` were open. */
    readonly refused: number
  }
  readonly requests: { readonly total: number; readonly inFlight: number }
  /** Responses sent, by the first digit of their status. */
  readonly responses: {
    readonly '2xx': number
    readonly '3xx': number
    readonly '4xx': number
    readonly '5xx': number
  }
  readonly bytes: { readonly received: number; readonly sent: number }
  /** Requests refused because they were malformed or beyond a limit. */
  readonly parseErrors: number
  readonly timeouts: {
    readonly header: number
    readonly body: number
    readonly idle: number
    readonly handler: number
    readonly write: number
  }
  /** Requests whose client went away before its response. */
  readonly aborted: number
  /**
   * From the arrival of a request's head to its response.
   *
   * Handlers that answer at once are timed by the read: each one up to 1000 reads in half a second,
   * then one in eight, whose time counts for the seven between.
   */
  readonly latency: {
    readonly count: number
    readonly sumSeconds: number
    /** Responses per bucket; bounds in {@link LATENCY_BOUNDS_S}, one more bucket for the rest. */
    readonly buckets: readonly number[]
  }
}

/** What can expire. */
export type TimeoutKind = keyof HttpServerStats['timeouts']

/** The counters behind {@link HttpServerStats}: plain fields, bumped on the hot path. */
export class ServerCounters {
  openConnections = 0
  totalConnections = 0
  refusedConnections = 0
  requests = 0
  inFlight = 0
  /** Indexed by the first digit of the status. */
  readonly responses: number[] = [0, 0, 0, 0, 0, 0]
  receivedBytes = 0
  /** Of closed connections. */
  sentBytes = 0
  parseErrors = 0
  aborted = 0
  readonly timeouts: Record<TimeoutKind, number> = {
    header: 0,
    body: 0,
    idle: 0,
    handler: 0,
    write: 0,
  }
  latencySumMs = 0
  /** Responses answered at once in turns that were not timed, and the time of the last that was. */
  #untimed = 0
  #lastElapsedMs = 0
  readonly latencyBuckets: number[] = new Array<number>(LATENCY_BOUNDS_S.length + 1).fill(0)

  /** Counts `count` responses that took `elapsedMs` milliseconds each. */
  addLatency(elapsedMs: number, count: number): void {
    this.latencySumMs += elapsedMs * count
    const seconds = elapsedMs / 1000
    let bucket = 0
    while (bucket < LATENCY_BOUNDS_S.length && seconds > LATENCY_BOUNDS_S[bucket]!) bucket++
    this.latencyBuckets[bucket]! += count
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

  /** @param sentBytes - of open and closed connections */
  snapshot(sentBytes: number): HttpServerStats {
    this.addTurn(this.#lastElapsedMs, 0)
    return {
      connections: {
        open: this.openConnections,
        total: this.totalConnections,
        refused: this.refusedConnections,
      },
      requests: { total: this.requests, inFlight: this.inFlight },
      responses: {
        '2xx': this.responses[2]!,
        '3xx': this.responses[3]!,
        '4xx': this.responses[4]!,
        '5xx': this.responses[5]!,
      },
      bytes: { received: this.receivedBytes, sent: sentBytes },
      parseErrors: this.parseErrors,
      timeouts: { ...this.timeouts },
      aborted: this.aborted,
      latency: {
        count: this.latencyBuckets.reduce((sum, count) => sum + count, 0),
        sumSeconds: this.latencySumMs / 1000,
        buckets: [...this.latencyBuckets],
      },
    }
  }
}
