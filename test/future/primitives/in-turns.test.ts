import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { debug } from '../../../src/core/debug.ts'
import {
  BrokenError,
  ConditionVariable,
  type Future,
  ManualClock,
  RwLock,
  Semaphore,
  TimeoutError,
} from '../../../src/future/index.ts'
import { inTurns } from '../../../src/future/primitives/in-turns.ts'

/** Debug mode keeps a stack for each future, which takes a while. */
const MANY = debug.enabled ? 20_000 : 1_000_000

/** Turns of the event loop until `isDone`. */
async function turnsUntil(isDone: () => boolean): Promise<number> {
  let turns = 0
  for (; !isDone(); turns++) await new Promise((resolve) => setImmediate(resolve))
  return turns
}

function countReady(waits: readonly Future<unknown>[]): number {
  return waits.filter(({ isReady }) => isReady).length
}

describe('inTurns', () => {
  it('takes some thousands of steps at once', () => {
    let steps = 0
    inTurns(() => ++steps < 4096)
    assert.equal(steps, 4096)
  })

  it('takes the rest from the run queue, and lets the event loop turn meanwhile', async () => {
    let steps = 0
    inTurns(() => {
      for (const untilMs = performance.now() + 0.01; performance.now() < untilMs; );
      return ++steps < 6000
    })
    assert.equal(steps, 4096)
    const turns = await turnsUntil(() => steps === 6000)
    assert.ok(turns > 3, `19 ms of steps in ${turns} turns`)
  })

  it(`wakes ${MANY} waiters of a semaphore, in order, without a stall`, async () => {
    const semaphore = new Semaphore(0)
    const waits = Array.from({ length: MANY }, () => semaphore.wait())
    semaphore.signal(MANY)
    const servedAtOnce = countReady(waits)
    assert.ok(servedAtOnce < 10_000)
    assert.equal(semaphore.tryWait(), false, 'not even while the rest is being served')
    await turnsUntil(() => semaphore.waiters === 0)
    assert.equal(countReady(waits), MANY)
    assert.equal(semaphore.available, 0)
  })

  it('serves all readers of a lock that was written to', async () => {
    const lock = new RwLock()
    const writer = await lock.write()
    const waits = Array.from({ length: 10_000 }, () => lock.read())
    const writing = lock.write()
    writer.unlock()
    await turnsUntil(() => lock.waiters === 1)
    assert.equal(countReady(waits), 10_000)
    assert.ok(writing.isPending)
  })

  it('means those who wait at a broadcast, not those who come before it is through', async () => {
    const changed = new ConditionVariable()
    const waits = Array.from({ length: 10_000 }, () => changed.wait())
    changed.broadcast()
    assert.equal(changed.waiters, 0)
    const late = changed.wait()
    await turnsUntil(() => countReady(waits) === waits.length)
    assert.ok(late.isPending)
  })

  it('lets those give up who have not been told yet', async () => {
    const clock = new ManualClock()
    const semaphore = new Semaphore(0)
    const waits = Array.from({ length: 9999 }, () =>
      assert.rejects(semaphore.wait().toPromise(), BrokenError),
    )
    const last = semaphore.wait(1, { timeoutMs: 5, clock })
    semaphore.broken()
    clock.advance(5)
    await assert.rejects(last.toPromise(), TimeoutError)
    await Promise.all(waits)
    assert.equal(clock.pendingTimers, 0)
  })
})
