import type { HttpClientStats, OriginStats } from '../http-client/index.ts'
import { CLIENT_LATENCY_BOUNDS_S } from '../http-client/stats.ts'
import type { CircuitState } from '../resilience/index.ts'
import { byLabel, counter, gauge } from './collect.ts'
import type { MetricFamily, Sample } from './prometheus.ts'

const STATES: Readonly<Record<CircuitState, number>> = { closed: 0, 'half-open': 1, open: 2 }

/** @returns the metrics of an HTTP client, from {@link HttpClientStats} */
export function httpClientMetrics(stats: HttpClientStats): MetricFamily[] {
  const { calls, requests, responses, failures, latency } = stats
  return [
    counter('fasterapi_http_client_calls_total', 'Calls of the program.', calls.total),
    gauge('fasterapi_http_client_calls_in_flight', 'Calls under way.', calls.inFlight),
    counter('fasterapi_http_client_requests_total', 'Requests sent.', requests.total),
    counter('fasterapi_http_client_retries_total', 'Requests sent again.', requests.retries),
    counter('fasterapi_http_client_redirects_total', 'Redirects followed.', requests.redirects),
    byLabel(
      'fasterapi_http_client_responses_total',
      'Responses received, by class of status.',
      'status',
      responses,
    ),
    byLabel('fasterapi_http_client_failures_total', 'Failed calls, by code.', 'code', failures),
    counter(
      'fasterapi_http_client_received_bytes_total',
      'Bytes of response bodies.',
      stats.receivedBytes,
    ),
    {
      name: 'fasterapi_http_client_request_duration_seconds',
      help: 'From the start of a request to the head of its response.',
      type: 'histogram',
      samples: [
        { bounds: CLIENT_LATENCY_BOUNDS_S, counts: latency.buckets, sum: latency.sumSeconds },
      ],
    },
    ...originMetrics(stats.origins),
  ]
}

type ReadOrigin = (stats: OriginStats) => number | undefined

function originMetrics(origins: HttpClientStats['origins']): MetricFamily[] {
  const family = (name: string, help: string, read: ReadOrigin): MetricFamily => ({
    name: `fasterapi_http_client_${name}`,
    help,
    type: name.endsWith('_total') ? 'counter' : 'gauge',
    samples: samplesOf(origins, read),
  })
  return [
    family('origin_running', 'Calls at work, by origin.', ({ bulkhead }) => bulkhead.running),
    family('origin_queued', 'Calls that wait for a place.', ({ bulkhead }) => bulkhead.queued),
    family(
      'origin_refused_total',
      'Calls refused because the queue was full.',
      ({ bulkhead }) => bulkhead.refused,
    ),
    family(
      'circuit_state',
      'State of the circuit breaker: 0 closed, 1 half-open, 2 open.',
      ({ circuit }) => circuit && STATES[circuit.state],
    ),
    family(
      'circuit_refused_total',
      'Calls not made because the circuit was open.',
      ({ circuit }) => circuit?.refused,
    ),
    family(
      'circuit_opened_total',
      'How often the circuit opened.',
      ({ circuit }) => circuit?.opened,
    ),
  ]
}

/** Origins of which there is nothing to read, such as those without a breaker, are left out. */
function samplesOf(origins: HttpClientStats['origins'], read: ReadOrigin): Sample[] {
  const samples: Sample[] = []
  for (const [origin, stats] of Object.entries(origins)) {
    const value = read(stats)
    if (value !== undefined) samples.push({ value, labels: { origin } })
  }
  return samples
}
