import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AbortedError, LimitError, OptionError, TimeoutError } from '../../src/core/errors.ts'
import { ManualClock } from '../../src/core/manual-clock.ts'
import { Future } from '../../src/future/index.ts'
import { Bulkhead } from '../../src/resilience/index.ts'

describe('Bulkhead', () => {
  it('runs work at once while there is room', () => {
    const outcome = new Bulkhead({ maxConcurrent: 1 }).run(() => Future.ready(1))
    assert.equal(outcome.isReady && outcome.get(), 1)
  })

  it('refuses whom there is no room for', async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, name: 'stock' })
    const slow = Future.withResolvers<number>()
    const running = bulkhead.run(() => slow.future)
    await assert.rejects(async () => bulkhead.run(() => assert.fail('was called')), {
      code: 'CORE_LIMIT',
      message: 'The bulkhead "stock" reached its limit of 1',
    })
    assert.deepEqual(bulkhead.stats(), { running: 1, queued: 0, refused: 1 })
    slow.resolve(1)
    await running
    assert.equal(await bulkhead.run(() => 2), 2)
  })

  it('lets so many wait, first come first served', async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 2 })
    const slow = Future.withResolvers<void>()
    const order: number[] = []
    const calls = [0, 1, 2].map((index) =>
      bulkhead.run(() => {
        order.push(index)
        return index === 0 ? slow.future : undefined
      }),
    )
    await assert.rejects(async () => bulkhead.run(() => 1), LimitError)
    assert.deepEqual(bulkhead.stats(), { running: 1, queued: 2, refused: 1 })
    slow.resolve(undefined)
    await Promise.all(calls)
    assert.deepEqual(order, [0, 1, 2])
    assert.deepEqual(bulkhead.stats(), { running: 0, queued: 0, refused: 1 })
  })

  it('gives its place back when work fails or throws', async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1 })
    await assert.rejects(async () => bulkhead.run(() => Future.failed(new Error('x'))), /x/)
    const thrown = bulkhead.run(() => {
      throw new Error('y')
    })
    await assert.rejects(async () => thrown, /y/)
    assert.equal(bulkhead.stats().running, 0)
  })

  it('ends a wait that takes too long, or whose signal fires', async () => {
    const clock = new ManualClock()
    const bulkhead = new Bulkhead({ maxConcurrent: 1, maxQueue: 5, queueTimeoutMs: 100, clock })
    const place = await bulkhead.enter()
    const late = bulkhead.enter()
    const abort = new AbortController()
    const aborted = bulkhead.enter({ signal: abort.signal })
    abort.abort()
    clock.advance(100)
    await assert.rejects(async () => late, TimeoutError)
    await assert.rejects(async () => aborted, AbortedError)
    assert.deepEqual(bulkhead.stats(), { running: 1, queued: 0, refused: 0 })
    place[Symbol.dispose]()
    assert.equal(bulkhead.stats().running, 0)
  })

  it('does not start for a signal that has fired', async () => {
    const bulkhead = new Bulkhead({ maxConcurrent: 1 })
    const call = bulkhead.run(() => assert.fail('was called'), { signal: AbortSignal.abort() })
    await assert.rejects(async () => call, AbortedError)
    assert.equal(bulkhead.stats().running, 0)
  })

  it('refuses wrong options', () => {
    assert.throws(() => new Bulkhead({ maxConcurrent: 0 }), OptionError)
    assert.throws(() => new Bulkhead({} as never), OptionError)
    assert.throws(() => new Bulkhead({ maxConcurrent: 1, maxQueue: -1 }), OptionError)
    assert.throws(() => new Bulkhead({ maxConcurrent: 1, maxqueue: 1 } as never), OptionError)
  })
})
