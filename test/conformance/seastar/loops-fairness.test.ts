import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Deferred, Future, maybeYield, sleep, yieldNow } from '../../../src/future/index.ts'
import { nextTurn } from './support.ts'

/** Ends a loop that never lets others in: such a test fails, and does not hang. */
const MAX_STEPS = 5_000_000

/** An endless loop of `step`, until a task that was scheduled in its first iteration has run. */
async function endsLoopOf(step: () => Future<void>): Promise<number> {
  let isStopped = false
  let steps = 0
  const loop = (): Future<void> => {
    if (steps++ === 0) void yieldNow().then(() => void (isStopped = true))
    return isStopped || steps > MAX_STEPS ? Future.ready() : step().then(loop)
  }
  await loop()
  return steps
}

describe('Seastar: loops let other tasks in', () => {
  it('57 a task scheduled in iteration 0 runs before an endless loop of maybeYield ends', async () => {
    assert.ok((await endsLoopOf(() => maybeYield())) < MAX_STEPS)
  })

  it('57 a task scheduled in iteration 0 runs before an endless loop of yieldNow ends', async () => {
    assert.ok((await endsLoopOf(() => yieldNow())) < MAX_STEPS)
  })

  it('57 a task scheduled in iteration 0 runs before an endless loop of ready futures ends', async () => {
    assert.ok((await endsLoopOf(() => Future.ready())) < MAX_STEPS)
  })

  it('57 timers and input have their turn while 100,000 links of chains run', async () => {
    const start = new Deferred<number>()
    const done = Array.from({ length: 1000 }, () => {
      let end = start.future
      for (let link = 0; link < 100; link++) end = end.then((value) => value + 1)
      return end
    })
    let turns = 0
    let isOver = false
    const count = (): void => {
      turns++
      if (!isOver) setImmediate(count)
    }
    setImmediate(count)
    start.resolve(0)
    for (const end of done) assert.equal(await end, 100)
    isOver = true
    assert.ok(turns > 1)
    await nextTurn()
  })

  it('57 a timer ends an endless loop of an async function', async () => {
    const loop = { isOver: false }
    const timer = sleep(1).then(() => void (loop.isOver = true))
    let steps = 0
    while (!loop.isOver && steps < MAX_STEPS) {
      await yieldNow()
      steps++
    }
    await timer
    assert.ok(steps < MAX_STEPS)
  })
})
