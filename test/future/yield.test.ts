import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { debug } from '../../src/core/debug.ts'
import { configureRunQueue, maybeYield, runQueueStats, yieldNow } from '../../src/future/index.ts'

const fifo = { skip: debug.enabled ? 'debug mode shuffles' : false }

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

describe('yieldNow', () => {
  it('is pending, and ready when the run queue has reached it', async () => {
    const yielded = yieldNow()
    assert.ok(yielded.isPending)
    assert.equal(await yielded, undefined)
  })

  it('goes to the back of the run queue', fifo, async () => {
    const seen: string[] = []
    await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        yieldNow()
          .then(() => seen.push(`${name}1`))
          .then(() => yieldNow())
          .then(() => seen.push(`${name}2`)),
      ),
    )
    assert.deepEqual(seen, ['a1', 'b1', 'c1', 'a2', 'b2', 'c2'])
  })

  it('costs one task', fifo, async () => {
    const before = runQueueStats().executed
    await yieldNow().then(() => {})
    assert.equal(runQueueStats().executed, before + 1)
  })

  it('lets input in even in an endless loop of an async function', async () => {
    const input = { isServed: false }
    setImmediate(() => {
      input.isServed = true
    })
    let steps = 0
    while (!input.isServed && steps < 1_000_000) {
      await yieldNow()
      steps++
    }
    assert.ok(input.isServed, 'the event loop had no turn')
  })
})

describe('maybeYield', () => {
  it('is ready while the quota lasts', async () => {
    await nextTurn()
    const { quotaMs } = runQueueStats()
    configureRunQueue({ quotaMs: 1000 })
    for (let step = 0; step < 1000; step++) assert.ok(maybeYield().isReady)
    configureRunQueue({ quotaMs })
    await nextTurn()
  })

  it('is pending once the quota is used up, until input had its turn', async () => {
    const input = { isServed: false }
    setImmediate(() => {
      input.isServed = true
    })
    const deadlineMs = performance.now() + 5000
    while (maybeYield().isReady) assert.ok(performance.now() < deadlineMs)
    await maybeYield()
    assert.ok(input.isServed)
  })

  it('lets input in during an endless loop of an async function', async () => {
    const input = { isServed: false }
    setImmediate(() => {
      input.isServed = true
    })
    let steps = 0
    while (!input.isServed && steps < 10_000_000) {
      await maybeYield()
      steps++
    }
    assert.ok(input.isServed, 'the event loop had no turn')
  })
})
