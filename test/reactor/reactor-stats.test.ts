import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { enterCallback, leaveCallback, schedule } from '../../src/core/run-queue.ts'
import {
  createStatsMemory,
  readStats,
  StatsCells,
  setServing,
} from '../../src/reactor/sight/reactor-stats.ts'
import { StatsPublisher } from '../../src/reactor/sight/stats-publisher.ts'

describe('StatsCells', () => {
  it('keep the numbers of each core apart', () => {
    const memory = createStatsMemory(3)
    for (const core of [0, 1, 2]) {
      new StatsCells(memory, core, 0).write({ stalls: core + 10 })
      setServing(memory, core, 0)
    }
    new StatsCells(memory, 1, 0).write({ gcLongestMs: 2.5 })
    const read = readStats(memory)
    assert.deepEqual(
      read.map(({ core, stalls, gcLongestMs }) => ({ core, stalls, gcLongestMs })),
      [
        { core: 0, stalls: 10, gcLongestMs: 0 },
        { core: 1, stalls: 11, gcLongestMs: 2.5 },
        { core: 2, stalls: 12, gcLongestMs: 0 },
      ],
    )
  })

  it('are those of the reactor that serves while it is replaced', () => {
    const memory = createStatsMemory(2)
    assert.deepEqual(readStats(memory), [])
    new StatsCells(memory, 1, 4).write({ uptimeMs: 400 })
    setServing(memory, 1, 4)
    new StatsCells(memory, 1, 5).write({ uptimeMs: 5 })
    assert.deepEqual(
      readStats(memory).map(({ core, uptimeMs }) => ({ core, uptimeMs })),
      [{ core: 1, uptimeMs: 400 }],
    )
    setServing(memory, 1, 5)
    assert.equal(readStats(memory)[0]?.uptimeMs, 5)
    setServing(memory, 1, undefined)
    assert.deepEqual(readStats(memory), [])
  })

  it('start from zero for another reactor of the core', () => {
    const cells = new StatsCells(createStatsMemory(1), 0, 0)
    cells.write({ stalls: 3, tasksExecuted: 7 })
    cells.clear()
    assert.equal(cells.read().stalls, 0)
    assert.equal(cells.read().tasksExecuted, 0)
  })
})

describe('StatsPublisher', () => {
  it('measures the reactor of this thread', async () => {
    const memory = createStatsMemory(1)
    const cells = new StatsCells(memory, 0, 0)
    const publisher = new StatsPublisher(cells)
    const before = publisher.publish()
    enterCallback()
    schedule({ run() {} })
    leaveCallback()
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
    const after = publisher.publish()
    publisher.close()
    assert.ok(after.turns > before.turns)
    assert.ok(after.tasksExecuted > before.tasksExecuted)
    assert.ok(after.uptimeMs > before.uptimeMs)
    assert.ok(after.idleMs > before.idleMs)
    assert.ok(after.heapUsedBytes > 1e6 && after.heapUsedBytes <= after.heapTotalBytes)
    assert.ok(after.utilization >= 0 && after.utilization <= 1)
    assert.deepEqual(new StatsCells(memory, 0, 0).read(), after)
  })

  it('counts garbage collections', async () => {
    const publisher = new StatsPublisher(new StatsCells(createStatsMemory(1), 0, 0))
    const before = publisher.publish().gcCount
    let garbage: unknown[] = []
    for (let round = 0; round < 200 && publisher.publish().gcCount === before; round++) {
      garbage = Array.from({ length: 100_000 }, (_, index) => ({ index }))
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    }
    const { gcCount, gcTotalMs, gcLongestMs } = publisher.publish()
    publisher.close()
    assert.equal(garbage.length, 100_000)
    assert.ok(gcCount > before)
    assert.ok(gcTotalMs > 0 && gcLongestMs > 0 && gcLongestMs <= gcTotalMs)
  })
})
