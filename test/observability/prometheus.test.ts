import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { formatPrometheus, MetricError, processMetrics } from '../../src/observability/index.ts'

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
