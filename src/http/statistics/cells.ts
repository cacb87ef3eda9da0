import type { HttpServerStats } from './server-stats.ts'

/** Upper bounds of the latency buckets, in seconds; the last bucket has none. */
export const LATENCY_BOUNDS_S: readonly number[] = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
]

/** What happens before a request is read. */
export type EntranceEvent = (typeof ENTRANCE_EVENTS)[number]

/** What can expire. */
export type TimeoutKind = keyof HttpServerStats['timeouts']

/** What can be beyond a limit. */
export type LimitKind = keyof HttpServerStats['limits']

/** Where each number of a server stands among its cells. */
export const CELLS = {
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

export const TIMEOUTS: readonly TimeoutKind[] = ['header', 'body', 'idle', 'handler', 'write']
export const LIMITS: readonly LimitKind[] = [
  'requestLine',
  'header',
  'body',
  'bodyMemory',
  'bodyRate',
  'unreadResponses',
  'connections',
  'connectionsPerAddress',
]
export const FIRST_TIMEOUT: number = 10
export const FIRST_LIMIT: number = FIRST_TIMEOUT + TIMEOUTS.length
/** Indexed by the first digit of the status. */
export const FIRST_RESPONSE: number = FIRST_LIMIT + LIMITS.length
export const FIRST_BUCKET: number = FIRST_RESPONSE + 6
export const ENTRANCE_EVENTS = [
  'tlsHandshake',
  'tlsResumption',
  'tlsFailure',
  'tlsTimeout',
  'http2Session',
  'http2Reset',
  'http2Calm',
  'proxyError',
] as const
export const FIRST_ENTRANCE: number = FIRST_BUCKET + LATENCY_BOUNDS_S.length + 1
export const CELL_COUNT: number = FIRST_ENTRANCE + ENTRANCE_EVENTS.length

/** Bytes of the memory a server's numbers take; see {@link readHttpStats}. */
export const HTTP_STATS_BYTES: number = CELL_COUNT * Float64Array.BYTES_PER_ELEMENT
