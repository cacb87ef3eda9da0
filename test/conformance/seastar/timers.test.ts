import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { currentGroup, enterGroup, isQuotaSpent, schedule } from '../../../src/core/run-queue.ts'
import { TaskGroup } from '../../../src/core/task-group.ts'
import { ManualClock, systemClock } from '../../../src/future/index.ts'

describe('timers, as the timertest of Seastar has them', () => {
  it('89 a callback cancels and arms its timer again; a cancelled one never fires', () => {
    const clock = new ManualClock()
    const timesMs: number[] = []
    const timer = clock.setTimer(10, () => {
      timesMs.push(clock.nowMs())
      timer.cancel()
      timer.rearm(5)
      if (timesMs.length === 3) timer.cancel()
    })
    clock.setTimer(12, () => assert.fail('fired')).cancel()
    clock.advance(100)
    assert.deepEqual(timesMs, [10, 15, 20])
  })

  it('89 a periodic timer cancelled in its callback stays so when another timer fires', () => {
    const clock = new ManualClock()
    const seen: string[] = []
    const periodic = clock.setPeriodicTimer(10, () => {
      seen.push(`periodic at ${clock.nowMs()}`)
      periodic.cancel()
    })
    clock.setTimer(10, () => seen.push(`other at ${clock.nowMs()}`))
    clock.setTimer(25, () => seen.push(`last at ${clock.nowMs()}`))
    clock.advance(100)
    assert.deepEqual(seen, ['periodic at 10', 'other at 10', 'last at 25'])
  })

  it('90 a callback runs in the group of whoever set the timer, armed again by whomever', () => {
    const clock = new ManualClock()
    const group = new TaskGroup('creator of timers')
    const groups: TaskGroup[] = []
    const timer = enterGroup(group, () => clock.setTimer(1, () => groups.push(currentGroup())))
    clock.advance(1)
    timer.rearm(1)
    clock.advance(1)
    assert.deepEqual(groups, [group, group])
  })

  it('91 the coarse clock advances within one long drain', async () => {
    const readings: number[] = []
    const done = Promise.withResolvers<void>()
    const startMs = systemClock.nowMs()
    schedule({
      run: () => {
        do readings.push(systemClock.nowMs())
        while (!isQuotaSpent() && systemClock.nowMs() - startMs < 20)
        done.resolve()
      },
    })
    await done.promise
    assert.ok(new Set(readings).size > 2)
    assert.deepEqual(
      readings,
      readings.toSorted((a, b) => a - b),
    )
  })
})
