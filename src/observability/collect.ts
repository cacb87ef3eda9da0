import { runQueueStats } from '../core/run-queue.ts'
import { abandonedFailures, type TaskGroupStats, taskGroupStats } from '../future/index.ts'
import { type HttpServerStats, LATENCY_BOUNDS_S } from '../http/index.ts'
import type { PgPoolStats } from '../pg/index.ts'
import { Reactor } from '../reactor/index.ts'
import type { TopicBridgeStats, WebSocketStats } from '../websocket/index.ts'
import { type ByLabel, byLabel, families } from './families.ts'
import type { MetricFamily } from './prometheus.ts'

/** Prometheus wants base units. */
const MS_PER_S = 1_000

/** @returns the metrics of a server, from {@link HttpServerStats} */
export function httpMetrics(stats: HttpServerStats): MetricFamily[] {
  const { connections, requests, responses, bytes, timeouts, latency } = stats
  return [
    ...families('fasterapi_http', [
      ['connections', 'Open connections.', connections.open],
      ['connections_total', 'Connections accepted.', connections.total],
      [
        'connections_refused_total',
        'Connections not let in, because too many were open.',
        connections.refused,
      ],
      ['requests_total', 'Requests received.', requests.total],
      ['requests_in_flight', 'Requests at work.', requests.inFlight],
      ['responses_total', 'Responses sent, by class of status.', byLabel('status', responses)],
      ['received_bytes_total', 'Bytes received.', bytes.received],
      ['sent_bytes_total', 'Bytes sent.', bytes.sent],
      [
        'parse_errors_total',
        'Requests refused because they were malformed or beyond a limit.',
        stats.parseErrors,
      ],
      ['timeouts_total', 'Timeouts, by what expired.', byLabel('kind', timeouts)],
      [
        'limits_total',
        'What was refused or cut off, by the limit it was beyond.',
        byLabel('reason', stats.limits),
      ],
      ['aborted_total', 'Requests whose client left before the response.', stats.aborted],
    ]),
    ...families('fasterapi', [
      [
        'tls_handshakes_total',
        'Handshakes of TLS, by result.',
        byLabel('result', {
          full: stats.tls.handshakes - stats.tls.resumed,
          resumed: stats.tls.resumed,
          failed: stats.tls.failed,
        }),
      ],
      ['http2_sessions_total', 'Sessions of HTTP/2.', stats.http2.sessions],
      ['http2_resets_total', 'Requests that clients took back.', stats.http2.resets],
      [
        'http2_calmed_total',
        'Sessions ended because the client reset or pinged too often.',
        stats.http2.calmed,
      ],
      [
        'proxy_errors_total',
        'Connections closed for want of a PROXY protocol header.',
        stats.proxyErrors,
      ],
    ]),
    {
      name: 'fasterapi_http_request_duration_seconds',
      help: 'From the arrival of the head to the response.',
      type: 'histogram',
      samples: [{ bounds: LATENCY_BOUNDS_S, counts: latency.buckets, sum: latency.sumSeconds }],
    },
  ]
}

/** @returns the metrics of the WebSockets of this core, from {@link WebSocketStats} */
export function webSocketMetrics(stats: WebSocketStats): MetricFamily[] {
  const { sockets, messages, bytes, pings, timeouts, closes } = stats
  const dropped = 'Messages not sent, because the peer did not read.'
  const published = 'Messages published to topics with subscribers.'
  return families('fasterapi_websocket', [
    ['open', 'Open WebSockets.', sockets.open],
    ['opened_total', 'WebSockets opened.', sockets.total],
    ['refused_total', 'Handshakes refused.', sockets.refused],
    ['closes_total', 'WebSockets closed, by code.', byLabel('code', closes)],
    ['received_messages_total', 'Messages received.', messages.received],
    ['sent_messages_total', 'Messages sent.', messages.sent],
    ['dropped_messages_total', dropped, messages.dropped],
    ['published_messages_total', published, messages.published],
    ['received_bytes_total', 'Bytes received.', bytes.received],
    ['sent_bytes_total', 'Bytes of frames sent.', bytes.sent],
    ['pings_total', 'Pings sent.', pings],
    ['timeouts_total', 'WebSockets ended by a timeout, by kind.', byLabel('kind', timeouts)],
  ])
}

/** @returns the metrics of the bridge of this core, from {@link TopicBridgeStats}; none without a bridge */
export function topicBridgeMetrics(stats: TopicBridgeStats | undefined): MetricFamily[] {
  if (stats === undefined) return []
  const { dropped, queued } = stats
  const { queueFull: queue_full, tooBig: too_big, failed } = dropped
  const reasons = byLabel('reason', { queue_full, too_big, failed })
  return families('fasterapi_topic_bridge', [
    ['connected', 'Whether messages of other processes arrive.', Number(stats.isConnected)],
    ['published_messages_total', 'Messages for other processes.', stats.published],
    ['sent_messages_total', 'Messages that were accepted.', stats.sent],
    ['dropped_messages_total', 'Messages given up, by reason.', reasons],
    ['received_messages_total', 'Messages of other processes.', stats.received],
    ['duplicate_payloads_total', 'What came twice, and was ignored.', stats.duplicates],
    ['gaps_total', 'Times that messages of others were missing.', stats.gaps],
    ['retries_total', 'Times that sending was tried again.', stats.retries],
    ['queued_messages', 'Messages that wait to be sent.', queued.messages],
    ['queued_bytes', 'Their size.', queued.bytes],
  ])
}

/** @returns the metrics of a database pool, from {@link PgPoolStats} */
export function pgMetrics(stats: PgPoolStats): MetricFamily[] {
  const { connections, queries, waiting, listener } = stats
  const { max, idle, busy, opening } = connections
  return families('fasterapi_pg', [
    ['connections_max', 'Most connections the pool may open.', max],
    [
      'connections',
      'Connections of the pool, by state.',
      byLabel('state', { idle, busy, opening }),
    ],
    ['connections_opened_total', 'Connections opened.', connections.opened],
    ['connections_lost_total', 'Connections lost.', connections.lost],
    ['queries_total', 'Queries begun.', queries.total],
    ['queries_failed_total', 'Queries that failed.', queries.failed],
    ['queries_cancelled_total', 'Queries given up.', queries.cancelled],
    ['queries_in_flight', 'Queries not answered yet.', queries.inFlight],
    ['waiting', 'Queries and transactions without a connection.', waiting],
    ['listening', 'Whether notifications arrive.', Number(listener.isListening)],
    ['listened_channels', 'Channels with listeners.', listener.channels],
    ['notifications_total', 'Notifications received.', listener.received],
    ['listeners_lost_total', 'Times that the connection that listens was lost.', listener.lost],
  ])
}

/** @returns the metrics of this thread: run queue, task groups, abandoned failures, event loop, heap and stalls */
export function reactorMetrics(): MetricFamily[] {
  const { executed, pending } = runQueueStats()
  const stats = Reactor.current.stats()
  const groups = taskGroupStats()
  return families('fasterapi_reactor', [
    ['tasks_processed_total', 'Tasks run by the run queue.', executed],
    ['tasks_pending', 'Tasks waiting in the run queue.', pending],
    ['group_tasks_total', 'Tasks run, by group.', byGroup(groups, ({ executed }) => executed)],
    ['group_tasks_pending', 'Tasks waiting, by group.', byGroup(groups, ({ pending }) => pending)],
    [
      'group_run_seconds_total',
      'Time of the tasks of each group; of the group http only while another has work, too.',
      byGroup(groups, ({ runMs }) => runMs / MS_PER_S),
    ],
    ['abandoned_failed_futures_total', 'Failures that nobody consumed.', abandonedFailures()],
    ['heap_bytes', 'JavaScript heap in use.', stats.heapUsedBytes],
    [
      'utilization',
      'Share of its time the event loop was working lately, 0 to 1.',
      stats.utilization,
    ],
    ['busy_seconds_total', 'Time the event loop was working.', stats.activeMs / MS_PER_S],
    ['gc_total', 'Garbage collections.', stats.gcCount],
    ['gc_seconds_total', 'Time of garbage collections.', stats.gcTotalMs / MS_PER_S],
    ['gc_longest_seconds', 'The longest garbage collection.', stats.gcLongestMs / MS_PER_S],
    ['stalls_total', 'Stalls that were detected.', stats.stalls],
    ['stall_seconds_total', 'Time of stalls.', stats.stallTotalMs / MS_PER_S],
    ['stall_longest_seconds', 'The longest stall.', stats.stallLongestMs / MS_PER_S],
  ])
}

/** @returns the metrics of the whole process, all of its reactors included: CPU and memory */
export function processMetrics(): MetricFamily[] {
  const { user, system } = process.cpuUsage()
  return families('process', [
    ['cpu_seconds_total', 'CPU time.', byLabel('mode', { user: user / 1e6, system: system / 1e6 })],
    ['resident_memory_bytes', 'Resident memory.', process.memoryUsage.rss()],
  ])
}

/** Groups of one name are one to Prometheus. */
function byGroup(
  groups: readonly TaskGroupStats[],
  valueOf: (stats: TaskGroupStats) => number,
): ByLabel {
  const values: Record<string, number> = {}
  for (const stats of groups) values[stats.name] = (values[stats.name] ?? 0) + valueOf(stats)
  return byLabel('group', values)
}
