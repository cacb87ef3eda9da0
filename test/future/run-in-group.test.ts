import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { currentGroup, enterCallback, leaveCallback, mainGroup } from '../../src/core/run-queue.ts'
import { TaskGroup } from '../../src/core/task-group.ts'
import {
  Batch,
  Deferred,
  doUntil,
  Future,
  forEachAsync,
  mapAsync,
  mapReduce,
  OptionError,
  Pipeline,
  reduceAsync,
  repeatUntilValue,
  runInGroup,
  yieldNow,
} from '../../src/future/index.ts'

const group = new TaskGroup('reports')
const here = (): string => currentGroup().name

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

describe('runInGroup', () => {
  it('runs the work, and what is chained in it, in the group', async () => {
    const outside = new Deferred<void>()
    const seen: string[] = []
    const note = (): void => void seen.push(here())
    const done = runInGroup(group, () => {
      note()
      return yieldNow()
        .then(note)
        .then(() => outside.future)
        .then(note)
        .then(() => yieldNow())
        .then(note)
    })
    await yieldNow()
    outside.resolve()
    await done
    assert.deepEqual(seen, ['reports', 'reports', 'reports', 'reports'])
  })

  const loops: Readonly<Record<string, (wait: () => Future<void>) => Future<unknown>>> = {
    repeatUntilValue: (wait) => {
      let left = 3
      return repeatUntilValue(() => wait().then(() => (--left === 0 ? true : undefined)))
    },
    doUntil: (wait) => {
      let left = 3
      return doUntil(() => --left === 0, wait)
    },
    mapAsync: (wait) => mapAsync([1, 2, 3], wait, { concurrency: 1 }),
    forEachAsync: (wait) => forEachAsync([1, 2, 3], wait, { concurrency: 2 }),
    reduceAsync: (wait) => reduceAsync([1, 2, 3], () => wait(), undefined),
    mapReduce: (wait) =>
      mapReduce(
        [1, 2, 3],
        () => wait(),
        undefined,
        () => wait(),
      ),
    'the load function of a Batch': (wait) => {
      const batch = new Batch<number, number>((keys) => wait().then(() => [...keys]))
      return batch.load(1)
    },
    'the source and stages of executeMany': (wait) => {
      const results = new Pipeline().stage('wait', () => wait()).executeMany([1, 2, 3])
      return Future.from(Array.fromAsync(results))
    },
  }
  for (const [name, loop] of Object.entries(loops)) {
    it(`keeps ${name} in the group, whoever settles what it waits for`, async () => {
      const seen: string[] = []
      const waits: Deferred<void>[] = []
      const done = runInGroup(group, () =>
        loop(() => {
          seen.push(here())
          const wait = new Deferred<void>()
          waits.push(wait)
          return wait.future
        }),
      )
      while (done.isPending) {
        await nextTurn()
        enterCallback()
        for (const wait of waits.splice(0)) wait.resolve()
        leaveCallback()
      }
      await done
      assert.ok(seen.length > 0)
      assert.deepEqual(new Set(seen), new Set(['reports']))
    })
  }

  it('keeps a loop of the main group there when something of another group settles it', async () => {
    const gate = new Deferred<number>()
    const inside: Future<number>[] = []
    const done = runInGroup(group, () => {
      inside.push(gate.future.then((value) => value + 1))
      return yieldNow()
    })
    await done
    const looped = mapAsync(inside, here)
    gate.resolve(1)
    assert.deepEqual(await looped, ['http'])
  })

  it("runs the caller's continuations in the caller's group", async () => {
    const other = new TaskGroup('other')
    const seen: string[] = []
    await runInGroup(group, () => yieldNow()).then(() => void seen.push(here()))
    await runInGroup(other, () =>
      runInGroup(group, () => yieldNow()).then(() => void seen.push(here())),
    )
    assert.deepEqual(seen, ['http', 'other'])
    assert.equal(currentGroup(), mainGroup)
  })

  it('gives value and failure of the work', async () => {
    assert.equal(await runInGroup(group, () => 7), 7)
    assert.equal(await runInGroup(group, async () => 'async'), 'async')
    await assert.rejects(
      runInGroup(group, () => Future.failed(new RangeError('late'))).toPromise(),
      /late/,
    )
    await assert.rejects(
      runInGroup(group, () => {
        throw new RangeError('at once')
      }).toPromise(),
      /at once/,
    )
  })

  it('refuses what is no group or no function', () => {
    assert.throws(() => runInGroup('reports' as never, () => 1), OptionError)
    assert.throws(() => runInGroup(group, 7 as never), OptionError)
  })
})
