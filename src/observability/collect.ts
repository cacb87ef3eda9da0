import { runQueueStats } from '../core/run-queue.ts'
import { abandonedFailures } from '../future/index.ts'
import { type HttpServerStats, LATENCY_BOUNDS_S } from '../http/index.ts'
import type { PgPoolStats } from '../pg/index.ts'
import { Reactor } from '../reactor/index.ts'
import type { MetricFamily, Sample } from './prometheus.ts'

/** @returns the metrics of a server, from {@link HttpServerStats} */
export function httpMetrics(stats: HttpServerStats): MetricFamily[] {
  const { connections, requests, responses, bytes, timeouts, latency } = stats
  return [
    gauge('fasterapi_http_connections', 'Open connections.', connections.open),
    counter('fasterapi_http_connections_total', 'Connections accepted.', connections.total),
    counter(
      'fasterapi_http_connections_refused_total',
      'Connections closed at once, because too many were open.',
      connections.refused,
    ),
    counter('fasterapi_http_requests_total', 'Requests received.', requests.total),
    gauge('fasterapi_http_requests_in_flight', 'Requests at work.', requests.inFlight),
    byLabel(
      'fasterapi_http_responses_total',
      'Responses sent, by class of status.',
      'status',
      responses,
    ),
    counter('fasterapi_http_received_bytes_total', 'Bytes received.', bytes.received),
    counter('fasterapi_http_sent_bytes_total', 'Bytes sent.', bytes.sent),
    counter(
      'fasterapi_http_parse_errors_total',
      'Requests refused because they were malformed or beyond a limit.',
      stats.parseErrors,
    ),
    byLabel('fasterapi_http_timeouts_total', 'Timeouts, by what expired.', 'kind', timeouts),
    byLabel(
      'fasterapi_http_limits_total',
      'What was refused or cut off, by the limit it was beyond.',
      'reason',
      stats.limits,
    ),
    counter(
      'fasterapi_http_aborted_total',
      'Requests whose client left before the response.',
      stats.aborted,
    ),
    byLabel('fasterapi_tls_handshakes_total', 'Handshakes of TLS, by result.', 'result', {
      full: stats.tls.handshakes - stats.tls.resumed,
      resumed: stats.tls.resumed,
      failed: stats.tls.failed,
    }),
    counter('fasterapi_http2_sessions_total', 'Sessions of HTTP/2.', stats.http2.sessions),
    counter('fasterapi_http2_resets_total', 'Requests that clients took back.', stats.http2.resets),
    counter(
      'fasterapi_http2_calmed_total',
      'Sessions ended because the client reset or pinged too often.',
      stats.http2.calmed,
    ),
    counter(
      'fasterapi_proxy_errors_total',
      'Connections closed for want of a PROXY protocol header.',
      stats.proxyErrors,
    ),
    {
      name: 'fasterapi_http_request_duration_seconds',
      help: 'From the arrival of the head to the response.',
      type: 'histogram',
      samples: [{ bounds: LATENCY_BOUNDS_S, counts: latency.buckets, sum: latency.sumSeconds }],
    },
  ]
}

/** @returns the metrics of a database pool, from {@link PgPoolStats} */
export function pgMetrics(stats: PgPoolStats): MetricFamily[] {
  const { connections, queries } = stats
  const { max, idle, busy, opening } = connections
  return [
    gauge('fasterapi_pg_connections_max', 'Most connections the pool may open.', max),
    byLabel('fasterapi_pg_connections', 'Connections of the pool, by state.', 'state', {
      idle,
      busy,
      opening,
    }),
    counter('fasterapi_pg_connections_opened_total', 'Connections opened.', connections.opened),
    counter('fasterapi_pg_connections_lost_total', 'Connections lost.', connections.lost),
    counter('fasterapi_pg_queries_total', 'Queries begun.', queries.total),
    counter('fasterapi_pg_queries_failed_total', 'Queries that failed.', queries.failed),
    counter('fasterapi_pg_queries_cancelled_total', 'Queries given up.', queries.cancelled),
    gauge('fasterapi_pg_queries_in_flight', 'Queries not answered yet.', queries.inFlight),
    gauge('fasterapi_pg_waiting', 'Queries and transactions without a connection.', stats.waiting),
  ]
}

/** @returns the metrics of this thread: run queue, abandoned failures and heap */
export function reactorMetrics(): MetricFamily[] {
  const { executed, pending } = runQueueStats()
  const stats = Reactor.current.stats()
  return [
    counter('fasterapi_reactor_tasks_processed_total', 'Tasks run by the run queue.', executed),
    gauge('fasterapi_reactor_tasks_pending', 'Tasks waiting in the run queue.', pending),
    counter(
      'fasterapi_reactor_abandoned_failed_futures_total',
      'Failures that nobody consumed.',
      abandonedFailures(),
    ),
    gauge('fasterapi_reactor_heap_bytes', 'JavaScript heap in use.', stats.heapUsedBytes),
    gauge(
      'fasterapi_reactor_utilization',
      'Share of its time the event loop was working lately, 0 to 1.',
      stats.utilization,
    ),
    counter('fasterapi_reactor_busy_ms_total', 'Time the event loop was working.', stats.activeMs),
    counter('fasterapi_reactor_gc_total', 'Garbage collections.', stats.gcCount),
    counter('fasterapi_reactor_gc_ms_total', 'Time of garbage collections.', stats.gcTotalMs),
    gauge('fasterapi_reactor_gc_longest_ms', 'The longest garbage collection.', stats.gcLongestMs),
    counter('fasterapi_reactor_stalls_total', 'Stalls that were detected.', stats.stalls),
    counter('fasterapi_reactor_stall_ms_total', 'Time of stalls.', stats.stallTotalMs),
    gauge('fasterapi_reactor_stall_longest_ms', 'The longest stall.', stats.stallLongestMs),
  ]
}

/** @returns the metrics of the whole process, all of its reactors included: CPU and memory */
export function processMetrics(): MetricFamily[] {
  const { user, system } = process.cpuUsage()
  return [
    byLabel('process_cpu_seconds_total', 'CPU time.', 'mode', {
      user: user / 1e6,
      system: system / 1e6,
    }),
    gauge('process_resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()),
  ]
}

function counter(name: string, help: string, value: number): MetricFamily {
  return { name, help, type: 'counter', samples: [{ value }] }
}

function gauge(name: string, help: string, value: number): MetricFamily {
  return { name, help, type: 'gauge', samples: [{ value }] }
}

function byLabel(
  name: string,
  help: string,
  label: string,
  values: Readonly<Record<string, number>>,
): MetricFamily {
  const samples: Sample[] = Object.entries(values).map(([key, value]) => ({
    value,
    labels: { [label]: key },
  }))
  return { name, help, type: name.endsWith('_total') ? 'counter' : 'gauge', samples }
}
