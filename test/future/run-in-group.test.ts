import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { currentGroup, mainGroup } from '../../src/core/run-queue.ts'
import { TaskGroup } from '../../src/core/task-group.ts'
import { Deferred, Future, OptionError, runInGroup, yieldNow } from '../../src/future/index.ts'

const group = new TaskGroup('reports')
const here = (): string => currentGroup().name

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

  it("runs the caller's continuations in the caller's group", async () => {
    const other = new TaskGroup('other')
    const seen: string[] = []
    await runInGroup(group, () => yieldNow()).then(() => void seen.push(here()))
    await runInGroup(other, () =>
      runInGroup(group, () => yieldNow()).then(() => void seen.push(here())),
    )
    assert.deepEqual(seen, ['main', 'other'])
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
