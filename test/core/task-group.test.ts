import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { areContextsInUse } from '../../src/core/async-context.ts'
import { dbGroup, mainGroup, taskGroups } from '../../src/core/built-in-groups.ts'
import { debug } from '../../src/core/debug.ts'
import { OptionError } from '../../src/core/errors.ts'
import {
  chargeInput,
  currentGroup,
  enterCallback,
  enterGroup,
  leaveCallback,
  schedule,
  scheduleUrgent,
  taskGroupStats,
} from '../../src/core/run-queue.ts'
import { TaskGroup } from '../../src/core/task-group.ts'

const fifo = { skip: debug.enabled ? 'debug mode shuffles' : false }

function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

function spin(ms: number): void {
  const end = performance.now() + ms
  while (performance.now() < end);
}

/** Keeps a group busy until told to stop: each task takes some time and schedules the next. */
function busy(group: TaskGroup, taskMs: number): () => void {
  let isOver = false
  const task = {
    run() {
      spin(taskMs)
      if (!isOver) schedule(task)
    },
  }
  schedule(task, group)
  return () => {
    isOver = true
  }
}

describe('TaskGroup', () => {
  it('gives run time in proportion to shares, however long and many the tasks are', async () => {
    const small = new TaskGroup('small', { shares: 100 })
    const large = new TaskGroup('large', { shares: 300 })
    const stops = [busy(small, 0.05), busy(small, 0.05), busy(small, 0.05), busy(large, 0.01)]
    const ratio = (): number => large.stats().runMs / small.stats().runMs
    const isFair = (): boolean => ratio() > 2.7 && ratio() < 3.3
    const startMs = performance.now()
    const elapsedMs = (): number => performance.now() - startMs
    // A neighbour that takes the processor away in the middle of a slice is made up for in the next ones.
    while (elapsedMs() < 300 || (!isFair() && elapsedMs() < 5_000)) await nextTurn()
    for (const stop of stops) stop()
    assert.ok(isFair(), `3 is expected, is ${ratio()}`)
    await nextTurn()
  })

  it('lets the main group have its turn between theirs', async () => {
    const stop = busy(new TaskGroup('hog', { shares: 1000 }), 0.05)
    for (let round = 0; round < 20; round++) {
      let turns = 0
      const { executed } = mainGroup.stats()
      schedule({ run() {} }, mainGroup)
      while (mainGroup.stats().executed === executed && turns < 50) {
        await nextTurn()
        turns++
      }
      assert.ok(turns < 50, `round ${round}`)
    }
    stop()
    await nextTurn()
  })

  it('leaves the main group, whose work comes as input, its share', async () => {
    const main = mainGroup.stats().runMs
    const hog = new TaskGroup('hog of input', { shares: 100 })
    const stop = busy(hog, 0.02)
    // As a server under load: there is input in every turn of the event loop.
    const startMs = performance.now()
    const ratio = (): number => (mainGroup.stats().runMs - main) / hog.stats().runMs
    const isFair = (): boolean => ratio() > 0.8 && ratio() < 1.25
    while (
      performance.now() - startMs < 300 ||
      (!isFair() && performance.now() - startMs < 5_000)
    ) {
      await nextTurn()
      for (let callback = 0; callback < 3; callback++) {
        enterCallback()
        spin(0.1)
        leaveCallback()
      }
    }
    stop()
    assert.ok(isFair(), `1 is expected, is ${ratio()}`)
    await nextTurn()
  })

  it('has all the time the main group does not need', async () => {
    const lone = new TaskGroup('lone')
    const stop = busy(lone, 0.02)
    const startMs = performance.now()
    const elapsedMs = (): number => performance.now() - startMs
    const share = (): number => lone.stats().runMs / elapsedMs()
    while (elapsedMs() < 100 || (share() <= 0.6 && elapsedMs() < 5_000)) {
      enterCallback()
      leaveCallback()
      for (let turn = 0; turn < 20; turn++) await nextTurn()
    }
    stop()
    assert.ok(share() > 0.6, `nearly all is expected, is ${share()}`)
    await nextTurn()
  })

  it('does not save up what it did not use', async () => {
    const measure = async (): Promise<number> => {
      const first = new TaskGroup('first')
      const stopFirst = busy(first, 0.05)
      const until = performance.now() + 50
      while (performance.now() < until) await nextTurn()
      const late = new TaskGroup('late')
      const before = first.stats().runMs
      const stopLate = busy(late, 0.05)
      const end = performance.now() + 60
      while (performance.now() < end) await nextTurn()
      stopFirst()
      stopLate()
      await nextTurn()
      return (first.stats().runMs - before) / late.stats().runMs
    }
    // Had it saved up, it would run alone for 50 ms each time; a neighbour disturbs one time, not all.
    const isFair = (alike: number): boolean => alike > 0.4 && alike < 2.5
    let alike = await measure()
    for (let again = 0; again < 4 && !isFair(alike); again++) alike = await measure()
    assert.ok(isFair(alike), `1 is expected, is ${alike}`)
  })

  it('is inherited by what its tasks schedule', async () => {
    const group = new TaskGroup('family')
    const seen: string[] = []
    schedule({ run: () => schedule({ run: () => seen.push(currentGroup().name) }) }, group)
    await nextTurn()
    assert.deepEqual(seen, ['family'])
    assert.equal(currentGroup(), mainGroup)
    assert.equal(group.stats().executed, 2)
    assert.ok(taskGroupStats().some(({ name }) => name === 'family'))
  })

  it('is entered for a call and left when that throws', () => {
    const group = new TaskGroup('entered')
    assert.equal(enterGroup(group, currentGroup), group)
    assert.throws(() =>
      enterGroup(group, () => {
        throw new Error('inside')
      }),
    )
    assert.equal(currentGroup(), mainGroup)
  })

  it('goes on with the other tasks when one throws', () => {
    const core = new URL('../../src/core/', import.meta.url).href
    const program = `
      import { currentGroup, schedule } from '${core}run-queue.ts'
      import { TaskGroup } from '${core}task-group.ts'
      const group = new TaskGroup('throwing')
      process.on('uncaughtException', (reason) => console.log(reason.message, currentGroup().name))
      schedule({ run() { throw new Error('defect') } }, group)
      schedule({ run() { console.log('next', currentGroup().name) } }, group)`
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    })
    assert.deepEqual(stdout.trim().split('\n').toSorted(), ['defect http', 'next throwing'])
  })

  it('costs the main group nothing any more when it has had no tasks for a while', async () => {
    const isMeasured = (): boolean => {
      const before = mainGroup.stats().runMs
      enterCallback()
      spin(0.1)
      leaveCallback()
      return mainGroup.stats().runMs > before
    }
    schedule({ run() {} }, new TaskGroup('guest'))
    assert.ok(isMeasured())
    const startMs = performance.now()
    while (isMeasured() && performance.now() - startMs < 5_000) await nextTurn()
    assert.ok(!isMeasured())
    assert.ok(performance.now() - startMs > 50, 'a short pause is none')
  })

  it('has continuations note their group only while it runs', async () => {
    const seen: boolean[] = []
    const group = new TaskGroup('noted')
    schedule({ run: () => seen.push(areContextsInUse()) }, group)
    seen.push(areContextsInUse())
    await nextTurn()
    enterGroup(group, () => seen.push(areContextsInUse()))
    seen.push(areContextsInUse())
    assert.deepEqual(seen, [false, true, true, false])
  })

  it('is charged for a part of a callback, which the main group is not', async () => {
    const stop = busy(new TaskGroup('rival'), 0.05)
    await nextTurn()
    const before = { main: mainGroup.stats().runMs, db: dbGroup.stats().runMs }
    enterCallback()
    spin(5)
    chargeInput(dbGroup, 4)
    leaveCallback()
    stop()
    assert.equal(dbGroup.stats().runMs - before.db, 4)
    assert.ok(mainGroup.stats().runMs - before.main >= 0.9)
    await nextTurn()
  })

  for (const shares of [0, -1, 1.5, Number.NaN, 1001]) {
    it(`refuses ${shares} shares`, () => {
      assert.throws(() => new TaskGroup('bad', { shares }), OptionError)
    })
  }

  it('refuses an empty name and unknown options', () => {
    assert.throws(() => new TaskGroup(''), OptionError)
    assert.throws(() => new TaskGroup('bad', { weight: 1 } as never), OptionError)
  })
})

describe('taskGroups', () => {
  it('are there in every thread, with their shares', () => {
    const known = taskGroupStats().slice(0, 3)
    assert.deepEqual(
      known.map(({ name, shares }) => ({ name, shares })),
      [
        { name: 'http', shares: 100 },
        { name: 'db', shares: 100 },
        { name: 'background', shares: 20 },
      ],
    )
    assert.equal(taskGroups.http, currentGroup())
  })

  it('leave background work a sixth of the time while requests want it all', async () => {
    const { background } = taskGroups
    const stop = busy(background, 0.02)
    const before = { main: mainGroup.stats().runMs, background: background.stats().runMs }
    const ratio = (): number =>
      (mainGroup.stats().runMs - before.main) / (background.stats().runMs - before.background)
    const isFair = (): boolean => ratio() > 4 && ratio() < 6.25
    const startMs = performance.now()
    const elapsedMs = (): number => performance.now() - startMs
    while (elapsedMs() < 300 || (!isFair() && elapsedMs() < 5_000)) {
      await nextTurn()
      for (let callback = 0; callback < 5; callback++) {
        enterCallback()
        spin(0.1)
        leaveCallback()
      }
    }
    stop()
    assert.ok(isFair(), `5 is expected, is ${ratio()}`)
    await nextTurn()
  })
})

describe('scheduleUrgent', () => {
  it('runs before everything that is scheduled, whatever its group', fifo, async () => {
    const seen: string[] = []
    schedule({ run: () => seen.push('first') })
    schedule({ run: () => seen.push('grouped') }, new TaskGroup('any'))
    scheduleUrgent({ run: () => seen.push('urgent') })
    await nextTurn()
    await nextTurn()
    assert.deepEqual(seen, ['urgent', 'first', 'grouped'])
  })
})
