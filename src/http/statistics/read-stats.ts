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
  LIMITS,
  TIMEOUTS,
} from './cells.ts'
import type { HttpServerStats } from './server-stats.ts'

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

/** What the cells say. */
export function statsOf(cells: Float64Array): HttpServerStats {
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
