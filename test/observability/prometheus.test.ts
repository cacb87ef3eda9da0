import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  formatPrometheus,
  MetricError,
  type MetricFamily,
  metricsByReactor,
  processMetrics,
} from '../../src/observability/index.ts'

describe('formatPrometheus', () => {
  it('writes counters with escaped labels and help', () => {
    const text = formatPrometheus([
      {
        name: 'requests_total',
        help: 'All\nrequests \\ here',
        type: 'counter',
        samples: [{ value: 3, labels: { path: 'a"b\\c\nd' } }, { value: 0.5 }],
      },
    ])
    assert.equal(
      text,
      '# HELP requests_total All\\nrequests \\\\ here\n' +
        '# TYPE requests_total counter\n' +
        'requests_total{path="a\\"b\\\\c\\nd"} 3\n' +
        'requests_total 0.5\n',
    )
  })

  it('counts histogram buckets cumulatively', () => {
    const text = formatPrometheus([
      {
        name: 'latency_seconds',
        help: 'Latency.',
        type: 'histogram',
        samples: [{ bounds: [0.1, 1], counts: [2, 3, 1], sum: 4.5 }],
      },
    ])
    assert.deepEqual(text.trim().split('\n').slice(2), [
      'latency_seconds_bucket{le="0.1"} 2',
      'latency_seconds_bucket{le="1"} 5',
      'latency_seconds_bucket{le="+Inf"} 6',
      'latency_seconds_sum 4.5',
      'latency_seconds_count 6',
    ])
  })

  it('refuses names Prometheus would not read, and histograms with holes', () => {
    const samples = [{ value: 1 }]
    const named = (name: string) => formatPrometheus([{ name, help: '', type: 'gauge', samples }])
    assert.throws(() => named('2xx'), MetricError)
    assert.throws(() => named('with space'), MetricError)
    const labelled = [{ value: 1, labels: { 'a-b': 'x' } }]
    assert.throws(
      () => formatPrometheus([{ name: 'a', help: '', type: 'gauge', samples: labelled }]),
      /"a-b"/,
    )
    const histogram = [{ bounds: [1], counts: [1], sum: 1 }]
    assert.throws(
      () => formatPrometheus([{ name: 'a', help: '', type: 'histogram', samples: histogram }]),
      MetricError,
    )
  })

  it('reports the process it runs in', () => {
    const text = formatPrometheus(processMetrics())
    const rss = /^process_resident_memory_bytes (\d+)$/m.exec(text)?.[1]
    assert.ok(Number(rss) > 1e6)
  })
})

describe('metricsByReactor', () => {
  it('labels the samples of each reactor, and says which did not answer', () => {
    const tasks = (value: number): MetricFamily[] => [
      { name: 'tasks_total', help: 'Tasks.', type: 'counter', samples: [{ value }] },
      {
        name: 'wait_seconds',
        help: 'Wait.',
        type: 'histogram',
        samples: [{ bounds: [1], counts: [value, 0], sum: 1, labels: { kind: 'x' } }],
      },
    ]
    const text = formatPrometheus(
      metricsByReactor([
        { reactor: 0, value: tasks(3) },
        { reactor: 1, failure: 'it is being restarted' },
        { reactor: 2, value: tasks(5) },
      ]),
    )
    const values = text.split('\n').filter((line) => !line.startsWith('#') && line !== '')
    assert.deepEqual(values, [
      'fasterapi_reactor_up{reactor="0"} 1',
      'fasterapi_reactor_up{reactor="1"} 0',
      'fasterapi_reactor_up{reactor="2"} 1',
      'tasks_total{reactor="0"} 3',
      'tasks_total{reactor="2"} 5',
      'wait_seconds_bucket{kind="x",reactor="0",le="1"} 3',
      'wait_seconds_bucket{kind="x",reactor="0",le="+Inf"} 3',
      'wait_seconds_sum{kind="x",reactor="0"} 1',
      'wait_seconds_count{kind="x",reactor="0"} 3',
      'wait_seconds_bucket{kind="x",reactor="2",le="1"} 5',
      'wait_seconds_bucket{kind="x",reactor="2",le="+Inf"} 5',
      'wait_seconds_sum{kind="x",reactor="2"} 1',
      'wait_seconds_count{kind="x",reactor="2"} 5',
    ])
    assert.equal(text.match(/^# TYPE tasks_total counter$/gm)?.length, 1)
  })
})
