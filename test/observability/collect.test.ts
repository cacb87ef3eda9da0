import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setTimeout } from 'node:timers/promises'
import { runInGroup, TaskGroup, yieldNow } from '../../src/future/index.ts'
import { HttpServer } from '../../src/http/index.ts'
import {
  formatPrometheus,
  httpMetrics,
  type MetricFamily,
  pgMetrics,
  processMetrics,
  reactorMetrics,
  topicBridgeMetrics,
  webSocketMetrics,
} from '../../src/observability/index.ts'
import { PgPool } from '../../src/pg/index.ts'
import { Reactor } from '../../src/reactor/index.ts'
import { relayBridge, webSocketStats } from '../../src/websocket/index.ts'
import { MemoryHub } from '../websocket/support/memory-transport.ts'

function valueOf(families: readonly MetricFamily[], name: string): number {
  const sample = families.find((family) => family.name === name)?.samples[0]
  assert.ok(sample !== undefined && 'value' in sample, `${name} has a value`)
  return sample.value
}

describe('metrics of every part', () => {
  const all = [
    ...httpMetrics(new HttpServer(() => assert.fail('no request comes')).stats()),
    ...reactorMetrics(),
    ...processMetrics(),
    ...pgMetrics(new PgPool('postgres://localhost/none').stats()),
    ...topicBridgeMetrics(relayBridge(new MemoryHub().transport()).stats()),
    ...webSocketMetrics(webSocketStats()),
  ]

  it('count in counters that end in _total, and in nothing else that does', () => {
    for (const { name, type } of all) {
      assert.equal(name.endsWith('_total'), type === 'counter', name)
    }
  })

  it('have times in seconds and sizes in bytes', () => {
    for (const { name } of all) assert.doesNotMatch(name, /_(ms|us|ns|minutes|kb|mb|mib)(_|$)/)
  })

  it('have each name once, with a help that is a sentence', () => {
    assert.equal(new Set(all.map(({ name }) => name)).size, all.length)
    for (const { help, name } of all) assert.match(help, /^[A-Z].*\.$/, name)
    assert.match(formatPrometheus(all), /^# TYPE fasterapi_http_requests_total counter$/m)
  })
})

describe('reactorMetrics', () => {
  it('tell what each task group has done, groups of one name together', async () => {
    const pair = [new TaskGroup('twin'), new TaskGroup('twin')] as const
    await Promise.all(pair.map((group) => runInGroup(group, () => yieldNow())))
    const text = formatPrometheus(reactorMetrics())
    const executed = pair[0].stats().executed + pair[1].stats().executed
    assert.ok(executed >= 4)
    assert.match(
      text,
      new RegExp(`^fasterapi_reactor_group_tasks_total{group="twin"} ${executed}$`, 'm'),
    )
    for (const group of ['http', 'db', 'background']) {
      assert.match(
        text,
        new RegExp(`^fasterapi_reactor_group_run_seconds_total{group="${group}"} `, 'm'),
      )
    }
  })

  it('tell the milliseconds of the reactor in seconds', async () => {
    // The event loop has not worked before its first turns.
    await setTimeout(2)
    const before = Reactor.current.stats()
    const metrics = reactorMetrics()
    const after = Reactor.current.stats()
    for (const [name, key] of [
      ['busy_seconds_total', 'activeMs'],
      ['gc_seconds_total', 'gcTotalMs'],
      ['gc_longest_seconds', 'gcLongestMs'],
      ['stall_seconds_total', 'stallTotalMs'],
      ['stall_longest_seconds', 'stallLongestMs'],
    ] as const) {
      const seconds = valueOf(metrics, `fasterapi_reactor_${name}`)
      assert.ok(seconds >= before[key] / 1_000 && seconds <= after[key] / 1_000, name)
    }
    assert.ok(before.activeMs > 0)
  })
})
