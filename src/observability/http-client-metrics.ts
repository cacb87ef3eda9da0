import type { HttpClientStats, OriginStats } from '../http-client/index.ts'
import { CLIENT_LATENCY_BOUNDS_S } from '../http-client/stats.ts'
import type { CircuitState } from '../resilience/index.ts'
import { type ByLabel, byLabel, families, type MetricRow } from './families.ts'
import type { MetricFamily } from './prometheus.ts'

const PREFIX = 'fasterapi_http_client'

const STATES: Readonly<Record<CircuitState, number>> = { closed: 0, 'half-open': 1, open: 2 }

/** @returns the metrics of an HTTP client, from {@link HttpClientStats} */
export function httpClientMetrics(stats: HttpClientStats): MetricFamily[] {
  const { calls, requests, responses, failures, latency } = stats
  return [
    ...families(PREFIX, [
      ['calls_total', 'Calls of the program.', calls.total],
      ['calls_in_flight', 'Calls under way.', calls.inFlight],
      ['requests_total', 'Requests sent.', requests.total],
      ['retries_total', 'Requests sent again.', requests.retries],
      ['redirects_total', 'Redirects followed.', requests.redirects],
      [
        'responses_total',
        'Responses received, by class of status.',
        byLabel('status', { ...responses }),
      ],
      ['failures_total', 'Failed calls, by code.', byLabel('code', failures)],
      ['received_bytes_total', 'Bytes of response bodies.', stats.receivedBytes],
    ]),
    {
      name: `${PREFIX}_request_duration_seconds`,
      help: 'From the start of a request to the head of its response.',
      type: 'histogram',
      samples: [
        { bounds: CLIENT_LATENCY_BOUNDS_S, counts: latency.buckets, sum: latency.sumSeconds },
      ],
    },
    ...families(PREFIX, originRows(stats.origins)),
  ]
}

type ReadOrigin = (stats: OriginStats) => number | undefined

function originRows(origins: HttpClientStats['origins']): MetricRow[] {
  const byOrigin = (read: ReadOrigin): ByLabel => byLabel('origin', valuesOf(origins, read))
  return [
    ['origin_running', 'Calls at work, by origin.', byOrigin(({ bulkhead }) => bulkhead.running)],
    ['origin_queued', 'Calls that wait for a place.', byOrigin(({ bulkhead }) => bulkhead.queued)],
    [
      'origin_refused_total',
      'Calls refused because the queue was full.',
      byOrigin(({ bulkhead }) => bulkhead.refused),
    ],
    [
      'circuit_state',
      'State of the circuit breaker: 0 closed, 1 half-open, 2 open.',
      byOrigin(({ circuit }) => circuit && STATES[circuit.state]),
    ],
    [
      'circuit_refused_total',
      'Calls not made because the circuit was open.',
      byOrigin(({ circuit }) => circuit?.refused),
    ],
    [
      'circuit_opened_total',
      'How often the circuit opened.',
      byOrigin(({ circuit }) => circuit?.opened),
    ],
  ]
}

/** Origins of which there is nothing to read, such as those without a breaker, are left out. */
function valuesOf(origins: HttpClientStats['origins'], read: ReadOrigin): Record<string, number> {
  const values: Record<string, number> = {}
  for (const [origin, stats] of Object.entries(origins)) {
    const value = read(stats)
    if (value !== undefined) values[origin] = value
  }
  return values
}
