import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { OptionError, whenAll } from '../../src/future/index.ts'
import { RemoteNameError, ServiceStoppedError, sharded, submitTo } from '../../src/reactor/index.ts'
import { MeshWorkers } from '../support/mesh-workers.ts'
import { counter, fragile, localAdd, neighbour, takeLog } from './fixtures/services.ts'

const CORES = [0, 1, 2]
const NOWHERE = -1

describe('sharded', () => {
  let workers: MeshWorkers

  before(async () => {
    const module = new URL('./fixtures/services.ts', import.meta.url)
    workers = await MeshWorkers.start({ count: CORES.length, module })
  })
  after(() => workers.stop())

  /** What each core's services have done since the last call. */
  async function logs(): Promise<string[][]> {
    return await whenAll(CORES.map((core) => submitTo(core, takeLog)))
  }

  it('gives every core an instance of its own', async () => {
    await counter.start(10)
    assert.equal(await counter.invokeOn(0, 'add', 1), 11)
    assert.equal(await counter.invokeOn(0, 'add', 1), 12)
    assert.equal(await counter.invokeOn(2, 'add', 5), 15)
    assert.equal(await submitTo(2, localAdd, 1), 16)
    await counter.stop()
  })

  it('starts each instance with its own arguments', async () => {
    await counter.startWith((core) => [100 * core, core])
    assert.deepEqual(await counter.map('add', 1), [0, 101, 202])
    await counter.stop()
  })

  it('calls all, or all others, and gives results in the order of the cores', async () => {
    await counter.start(0)
    assert.deepEqual(await counter.map('square', 3), [9, 18, 27])
    await counter.invokeOnAll('add', 2)
    // This thread is the supervisor: every reactor is another one.
    await counter.invokeOnOthers('add', 1)
    assert.deepEqual(await counter.map('add', 0), [3, 3, 3])
    assert.equal(await counter.mapReduce('square', [2], 0, (sum, value) => sum + value), 4 + 8 + 12)
    await counter.stop()
  })

  it('fails with the failure of the lowest core, after all have ended', async () => {
    await counter.start(0)
    await assert.rejects(counter.map('fail').toPromise(), { name: 'RangeError', message: 'core 0' })
    await assert.rejects(counter.map('failOn', 1).toPromise(), { message: 'core 1' })
    await counter.stop()
  })

  it('stops those that have started when one fails, and can be started again', async () => {
    await logs()
    await assert.rejects(fragile.start(1, NOWHERE).toPromise(), /no start on core 1/)
    assert.deepEqual(await logs(), [['start', 'stop'], [], ['start', 'stop']])
    await fragile.start(NOWHERE, NOWHERE)
    await fragile.stop()
    assert.deepEqual(
      await logs(),
      CORES.map(() => ['start', 'stop']),
    )
  })

  it('stops all instances though one of them fails to', async () => {
    await fragile.start(NOWHERE, 2)
    await assert.rejects(fragile.stop().toPromise(), /no stop on core 2/)
    assert.deepEqual(
      await logs(),
      CORES.map(() => ['start', 'stop']),
    )
    assert.equal(fragile.isRunning, false)
  })

  it('waits at the stop for calls that run, and refuses those that come then', async () => {
    await counter.start(0)
    const running = counter.map('slow', 20)
    const stopped = counter.stop()
    const late = counter.invokeOn(1, 'add', 1)
    await assert.rejects(late.toPromise(), ServiceStoppedError)
    await stopped
    assert.deepEqual(await running, ['core 0', 'core 1', 'core 2'])
    assert.deepEqual(
      await logs(),
      CORES.map(() => ['slow', 'stop']),
    )
  })

  it('does not hang when a call that runs at the stop calls another core', async () => {
    await counter.start(0)
    await neighbour.start()
    const asking = neighbour.map('ask', 1)
    const stopped = counter.stop()
    await assert.rejects(asking.toPromise(), ServiceStoppedError)
    await stopped
    await neighbour.stop()
  })

  it('stops a second time at once', async () => {
    await counter.start(0)
    await counter.stop()
    await counter.stop()
  })

  it('refuses to start twice on a core, and leaves nothing running behind', async () => {
    await counter.start(0)
    await assert.rejects(counter.start(0).toPromise(), OptionError)
    assert.deepEqual(await counter.map('add', 1), [1, 1, 1])
    await counter.stop()
  })

  it('has no instance before the start and after the stop', async () => {
    assert.throws(() => counter.local, ServiceStoppedError)
    await assert.rejects(counter.invokeOn(0, 'add', 1).toPromise(), ServiceStoppedError)
  })

  it('starts and stops the instance of one core alone', async () => {
    await counter.startLocal(7)
    assert.equal(counter.local.add(1), 8)
    assert.equal(counter.isRunning, true)
    await counter.stopLocal()
    assert.throws(() => counter.local, ServiceStoppedError)
  })

  it('refuses what is no method', async () => {
    await counter.start(0)
    for (const method of ['nothing', 'constructor']) {
      await assert.rejects(counter.invokeOn(0, method as 'add', 1).toPromise(), OptionError)
    }
    await counter.stop()
  })

  it('refuses a name that is taken, and what is no class', () => {
    class Other {
      get = (): number => 1
    }
    assert.throws(() => sharded('counter', Other), RemoteNameError)
    assert.throws(() => sharded('', Other), OptionError)
    assert.throws(() => sharded('other', {} as never), OptionError)
    assert.throws(() => counter.startWith([] as never), OptionError)
  })
})
