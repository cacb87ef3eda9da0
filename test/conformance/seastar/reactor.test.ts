import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { Future, sleep, TimeoutError, whenAll } from '../../../src/future/index.ts'
import { ServiceGroup, sendTo, submitTo } from '../../../src/reactor/index.ts'
import { bounce, functions } from '../../reactor/fixtures/remotes.ts'
import { counter, fragile, neighbour, takeLog } from '../../reactor/fixtures/services.ts'
import { MeshWorkers } from '../../support/mesh-workers.ts'

const CORES = [0, 1, 2]
const NOWHERE = -1

describe('calls between cores', () => {
  let workers: MeshWorkers

  before(async () => {
    const module = new URL('../../reactor/fixtures/all.ts', import.meta.url)
    const memory = { ringBytes: 4_096 }
    workers = await MeshWorkers.start({ count: CORES.length, module, memory })
  })
  after(() => workers.stop())

  it('94 submitTo gives the value', async () => {
    assert.equal(await submitTo(1, functions.add, 2, 3), 5)
  })

  it('94 submitTo keeps the type of a failure', async () => {
    await assert.rejects(submitTo(1, functions.failWithTimeout).toPromise(), TimeoutError)
  })

  it('94 submitTo runs inline on the own core', () => {
    assert.equal(submitTo(CORES.length, functions.add, 2, 3).get(), 5)
  })

  // The longer ones last until all have come, however busy the machine is.
  for (const [concurrency, calls, most, delayMs] of [
    [1, 20, 1, 1],
    [1_000, 200, 200, 300],
  ] as const) {
    it(`95 a service group lets ${concurrency} of its calls to a core run at once`, async () => {
      const group = new ServiceGroup({ concurrency })
      await submitTo(0, functions.mostAtOnce)
      await whenAll(
        Array.from({ length: calls }, () => submitTo({ core: 0, group }, functions.crowd, delayMs)),
      )
      assert.equal(await submitTo(0, functions.mostAtOnce), most)
    })
  }

  it('95 the timeout of the queue covers the wait for the group only', async () => {
    const group = new ServiceGroup({ concurrency: 1 })
    const call = { core: 0, group, queueTimeoutMs: 20 }
    const running = submitTo(call, functions.later, 120, 'has begun')
    const waiting = submitTo(call, functions.later, 1, 'has not')
    await assert.rejects(waiting.toPromise(), TimeoutError)
    assert.equal(await running, 'has begun')
    assert.equal(await submitTo(call, functions.later, 1, 'free again'), 'free again')
  })

  it('96 nested submits A to B to A, more in flight than a ring holds, do not deadlock', async () => {
    const nested = Array.from({ length: 1_000 }, () => submitTo(0, bounce, 6, [0, 1]))
    const [first, ...others] = await whenAll(nested)
    assert.equal(first, 6)
    assert.ok(others.every((hops) => hops === 6))
  })

  it('97 a service that fails to start on a core is stopped on the others, and does not hang', async () => {
    await assert.rejects(fragile.start(2, NOWHERE).toPromise(), /no start on core 2/)
    const logs = await whenAll(CORES.map((core) => submitTo(core, takeLog)))
    assert.deepEqual(logs, [['start', 'stop'], ['start', 'stop'], []])
  })

  it('97 a service may be stopped while calls run in it, which call others', async () => {
    await counter.start(0)
    await neighbour.start()
    const asking = neighbour.map('ask', 1)
    await sleep(4)
    await neighbour.stop()
    await counter.stop()
    assert.deepEqual(await asking, ['core 1', 'core 1', 'core 1'])
  })

  it('97 map gives the results in the order of the cores', async () => {
    await counter.start(0)
    assert.deepEqual(await counter.map('square', 2), [4, 8, 12])
    await counter.stop()
  })

  it('97 mapReduce folds them, from an initial value', async () => {
    await counter.start(0)
    const sum = await counter.mapReduce('square', [2], 100, (total, value) => total + value)
    assert.equal(sum, 124)
    await counter.stop()
  })

  it('97 each core is started with parameters of its own', async () => {
    await counter.startWith((core) => [core * 10])
    assert.deepEqual(await counter.map('add', 1), [1, 11, 21])
    await counter.stop()
  })

  it('98 messages keep their order through a ring that wraps around and overflows', async () => {
    await submitTo(0, functions.noted)
    const count = 20_000
    const sent = Array.from({ length: count }, (_, i) =>
      sendTo(0, functions.note, i % 100 === 0 ? `${i}`.repeat(i % 300) : i),
    )
    assert.ok(sent.some((each) => each.isPending))
    await whenAll(sent)
    const noted = await submitTo(0, functions.noted)
    assert.deepEqual(
      noted,
      Array.from({ length: count }, (_, i) => (i % 100 === 0 ? `${i}`.repeat(i % 300) : i)),
    )
  })

  it('98 no wake-up is lost, whenever a core goes to sleep', async () => {
    for (let i = 0; i < 3_000; i++) {
      const replies = CORES.map((core) => submitTo(core, functions.add, i, core))
      // At the edge of sleep: sometimes before it, sometimes after.
      if (i % 3 === 0) await Future.ready()
      if (i % 5 === 0) await new Promise((resolve) => setImmediate(resolve))
      assert.deepEqual(await whenAll(replies), [i, i + 1, i + 2])
    }
  })
})
