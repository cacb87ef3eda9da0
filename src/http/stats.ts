/** Upper bounds of the latency buckets, in seconds; the last bucket has none. */
export const LATENCY_BOUNDS_S: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

/** Numbers of a server since it was created. */
export interface HttpServerStats {
  readonly connections: {
    readonly open: number
    readonly total: number
    /** Beyond `maxConnections` or `maxConnectionsPerAddress`. */
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
  /** What was refused or cut off because of a limit that is not a timeout. */
  readonly limits: {
    /** `maxRequestLineBytes`: 414. */
    readonly requestLine: number
    /** `maxHeaderBytes`, `maxHeaderCount`: 431. */
    readonly header: number
    /** `maxBodyBytes`: 413. */
    readonly body: number
    /** `maxBufferedBodyBytes`: 503. */
    readonly bodyMemory: number
    /** `minBodyBytesPerSecond`: 408. */
    readonly bodyRate: number
    /** `maxBufferedBytes`: cut off. */
    readonly unreadResponses: number
    /** `maxConnections`: 503, or closed at once; also counted as refused. */
    readonly connections: number
    /** `maxConnectionsPerAddress`: 429, or closed at once; also counted as refused. */
    readonly connectionsPerAddress: number
  }
  /** Requests whose client went away before its response. */
  readonly aborted: number
  readonly tls: {
    /** Completed, resumed ones included. */
    readonly handshakes: number
    readonly resumed: number
    /** Not completed, those that took too long included. */
    readonly failed: number
    readonly timedOut: number
  }
  readonly http2: {
    readonly sessions: number
    /** Streams that clients have reset before the end of the response. */
    readonly resets: number
    /** Sessions ended because the client reset, pinged or changed settings too often. */
    readonly calmed: number
  }
  /** Connections closed for what stood in place of a PROXY protocol header. */
  readonly proxyErrors: number
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

/** What happens before a request is read. */
export type EntranceEvent = (typeof ENTRANCE_EVENTS)[number]

/** What can expire. */
export type TimeoutKind = keyof HttpServerStats['timeouts']

/** What can be beyond a limit. */
export type LimitKind = keyof HttpServerStats['limits']

/** Where each number of a server stands among its cells. */
const CELLS = {
  openConnections: 0,
  totalConnections: 1,
  refusedConnections: 2,
  requests: 3,
  inFlight: 4,
  receivedBytes: 5,
  sentBytes: 6,
  parseErrors: 7,
  aborted: 8,
  latencySumMs: 9,
} as const

const TIMEOUTS: readonly TimeoutKind[] = ['header', 'body', 'idle', 'handler', 'write']
const LIMITS: readonly LimitKind[] = [
  'requestLine',
  'header',
  'body',
  'bodyMemory',
  'bodyRate',
  'unreadResponses',
  'connections',
  'connectionsPerAddress',
]
const FIRST_TIMEOUT = 10
const FIRST_LIMIT = FIRST_TIMEOUT + TIMEOUTS.length
/** Indexed by the first digit of the status. */
const FIRST_RESPONSE = FIRST_LIMIT + LIMITS.length
const FIRST_BUCKET = FIRST_RESPONSE + 6
const ENTRANCE_EVENTS = [
  'tlsHandshake',
  'tlsResumption',
  'tlsFailure',
  'tlsTimeout',
  'http2Session',
  'http2Reset',
  'http2Calm',
  'proxyError',
] as const
const FIRST_ENTRANCE = FIRST_BUCKET + LATENCY_BOUNDS_S.length + 1
const CELL_COUNT = FIRST_ENTRANCE + ENTRANCE_EVENTS.length

/** Bytes of the memory a server's numbers take; see {@link readHttpStats}. */
export const HTTP_STATS_BYTES: number = CELL_COUNT * Float64Array.BYTES_PER_ELEMENT

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

/**
 * The numbers of one or several servers together, read on any thread from the memories that the
 * servers were created with.
 *
 * Bytes sent and the latency are those of the last sweep, at most half a second ago.
 */
export function readHttpStats(...memories: readonly ArrayBufferLike[]): HttpServerStats {
  const sum = new Float64Array(CELL_COUNT)
  for (const memory of memories) {
    const cells = new Float64Array(memory, 0, CELL_COUNT)
    for (let at = 0; at < CELL_COUNT; at++) sum[at]! += cells[at]!
  }
  return statsOf(sum)
}

/**
 * Adds what a server that is gone has counted to a total: not its open connections and requests in
 * flight, for they are gone, too.
 *
 * @param total - `HTTP_STATS_BYTES` long
 */
export function retireHttpStats(memory: ArrayBufferLike, total: ArrayBufferLike): void {
  const cells = new Float64Array(memory, 0, CELL_COUNT)
  const sum = new Float64Array(total, 0, CELL_COUNT)
  for (let at = 0; at < CELL_COUNT; at++) {
    if (at !== CELLS.openConnections && at !== CELLS.inFlight) sum[at]! += cells[at]!
  }
}

function statsOf(cells: Float64Array): HttpServerStats {
  const count = (name: keyof typeof CELLS): number => cells[CELLS[name]]!
  const timeouts = TIMEOUTS.map((kind, at) => [kind, cells[FIRST_TIMEOUT + at]!] as const)
  const limits = LIMITS.map((kind, at) => [kind, cells[FIRST_LIMIT + at]!] as const)
  const buckets = [...cells.subarray(FIRST_BUCKET, FIRST_ENTRANCE)]
  const entrance = (event: EntranceEvent): number =>
    cells[FIRST_ENTRANCE + ENTRANCE_EVENTS.indexOf(event)]!
  return {
    connections: {
      open: count('openConnections'),
      total: count('totalConnections'),
      refused: count('refusedConnections'),
    },
    requests: { total: count('requests'), inFlight: count('inFlight') },
    responses: {
      '2xx': cells[FIRST_RESPONSE + 2]!,
      '3xx': cells[FIRST_RESPONSE + 3]!,
      '4xx': cells[FIRST_RESPONSE + 4]!,
      '5xx': cells[FIRST_RESPONSE + 5]!,
    },
    bytes: {
      received: count('receivedBytes'),
      sent: count('sentBytes'),
    },
    parseErrors: count('parseErrors'),
    timeouts: Object.fromEntries(timeouts) as HttpServerStats['timeouts'],
    limits: Object.fromEntries(limits) as HttpServerStats['limits'],
    aborted: count('aborted'),
    tls: {
      handshakes: entrance('tlsHandshake'),
      resumed: entrance('tlsResumption'),
      failed: entrance('tlsFailure'),
      timedOut: entrance('tlsTimeout'),
    },
    http2: {
      sessions: entrance('http2Session'),
      resets: entrance('http2Reset'),
      calmed: entrance('http2Calm'),
    },
    proxyErrors: entrance('proxyError'),
    latency: {
      count: buckets.reduce((sum, each) => sum + each, 0),
      sumSeconds: count('latencySumMs') / 1000,
      buckets,
    },
  }
}
