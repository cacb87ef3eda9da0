import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { getEventListeners } from 'node:events'
import { describe, it } from 'node:test'
import {
  BrokenError,
  ConditionVariable,
  type Future,
  ManualClock,
  OptionError,
} from '../../../src/future/index.ts'

const boom = new Error('boom')

/** Lets everything that is scheduled run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

function woken(waits: readonly Future<void>[]): boolean[] {
  return waits.map(({ isReady }) => isReady)
}

describe('ConditionVariable', () => {
  it('wakes one waiter a signal, in the order they came', () => {
    const changed = new ConditionVariable()
    const waits = [changed.wait(), changed.wait(), changed.wait()]
    assert.equal(changed.waiters, 3)
    changed.signal()
    assert.deepEqual(woken(waits), [true, false, false])
    changed.signal()
    assert.deepEqual(woken(waits), [true, true, false])
  })

  it('remembers one signal, not two, that finds nobody waiting', () => {
    const changed = new ConditionVariable()
    changed.signal()
    changed.signal()
    assert.ok(changed.wait().isReady)
    assert.ok(changed.wait().isPending)
  })

  it('wakes everybody with a broadcast, which is not remembered', () => {
    const changed = new ConditionVariable()
    const waits = [changed.wait(), changed.wait()]
    changed.broadcast()
    assert.deepEqual(woken(waits), [true, true])
    changed.broadcast()
    assert.ok(changed.wait().isPending)
  })

  it('gives up a wait by timeout and by signal, and wakes the others as before', async () => {
    const clock = new ManualClock()
    const controller = new AbortController()
    const changed = new ConditionVariable({ name: 'rows' })
    const hurried = changed.wait({ timeoutMs: 5, clock })
    const aborted = changed.wait({ signal: controller.signal })
    const patient = changed.wait()
    clock.advance(5)
    controller.abort(boom)
    await assert.rejects(hurried.toPromise(), {
      code: 'CORE_TIMEOUT',
      message: 'The wait for condition variable "rows" did not finish within 5 ms',
    })
    await assert.rejects(aborted.toPromise(), boom)
    changed.signal()
    assert.ok(patient.isReady)
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
  })

  it('keeps the remembered signal for somebody who has not given up', async () => {
    const changed = new ConditionVariable()
    changed.signal()
    await assert.rejects(changed.wait({ signal: AbortSignal.abort(boom) }).toPromise(), boom)
    assert.ok(changed.wait().isReady)
  })

  it('rejects waits, now and later, when it is broken or disposed of', async () => {
    const changed = new ConditionVariable()
    changed.signal()
    const other = new ConditionVariable()
    const waits = [other.wait(), other.wait(() => false)]
    changed.broken(boom)
    changed.broken(new Error('too late'))
    changed.signal()
    await assert.rejects(changed.wait().toPromise(), boom)
    other[Symbol.dispose]()
    for (const wait of waits) await assert.rejects(wait.toPromise(), BrokenError)
  })

  it('refuses what is neither options nor a function', () => {
    const changed = new ConditionVariable()
    for (const wrong of [5, 'x', null, { timeoutMs: -1 }, { until: 1 }]) {
      assert.throws(() => changed.wait(wrong as object), OptionError)
    }
    assert.throws(() => changed.wait(undefined as unknown as () => boolean, {}), OptionError)
    assert.throws(() => changed.wait(() => true, { timeoutMs: Number.NaN }), OptionError)
    assert.equal(changed.waiters, 0)
  })
})

describe('ConditionVariable.wait with a predicate', () => {
  it('is ready at once when the predicate is true, and leaves a remembered signal alone', () => {
    const changed = new ConditionVariable()
    changed.signal()
    assert.ok(changed.wait(() => true).isReady)
    assert.ok(changed.wait().isReady)
  })

  it('goes on waiting until the predicate is true', async () => {
    const changed = new ConditionVariable()
    let rows = 0
    const enough = changed.wait(() => rows >= 3)
    for (; rows < 2; rows++) {
      changed.signal()
      await settle()
      assert.ok(enough.isPending)
    }
    rows = 3
    changed.signal()
    await enough
    assert.equal(changed.waiters, 0)
  })

  it('asks again after a remembered signal, and waits if the answer is still no', async () => {
    const changed = new ConditionVariable()
    changed.signal()
    let asked = 0
    const waiting = changed.wait(() => ++asked === 3)
    await settle()
    assert.equal(asked, 2)
    changed.broadcast()
    await waiting
  })

  it('never asks inside signal', async () => {
    const changed = new ConditionVariable()
    let asked = 0
    const waiting = changed.wait(() => ++asked > 1)
    changed.signal()
    assert.equal(asked, 1)
    await waiting
  })

  it('asks in the async context of whoever waits', async () => {
    const storage = new AsyncLocalStorage<string>()
    const changed = new ConditionVariable()
    const seen: unknown[] = []
    const waiting = storage.run('mine', () =>
      changed.wait(() => {
        seen.push(storage.getStore())
        return seen.length === 3
      }),
    )
    for (let round = 0; round < 2; round++) {
      storage.run('theirs', () => changed.signal())
      await settle()
    }
    await waiting
    assert.deepEqual(seen, ['mine', 'mine', 'mine'])
  })

  it('has one limit for all rounds, however often it is woken', async () => {
    const clock = new ManualClock()
    const changed = new ConditionVariable({ name: 'rows' })
    const waiting = changed.wait(() => false, { timeoutMs: 100, clock })
    for (let round = 0; round < 9; round++) {
      clock.advance(11)
      changed.signal()
      await settle()
    }
    assert.ok(waiting.isPending)
    clock.advance(1)
    await assert.rejects(waiting.toPromise(), {
      message: 'The wait for condition variable "rows" did not finish within 100 ms',
    })
    await settle()
    assert.deepEqual([changed.waiters, clock.pendingTimers], [0, 0])
  })

  it('ends with the reason of its signal', async () => {
    const controller = new AbortController()
    const changed = new ConditionVariable()
    const waiting = changed.wait(() => false, { signal: controller.signal })
    controller.abort(boom)
    await assert.rejects(waiting.toPromise(), boom)
    const refused = changed.wait(assert.fail, { signal: controller.signal, timeoutMs: 5 })
    await assert.rejects(refused.toPromise(), boom)
    assert.equal(changed.waiters, 0)
  })

  it('fails with what the predicate throws, at once and later', async () => {
    const changed = new ConditionVariable()
    let asked = 0
    const now = changed.wait(() => {
      throw boom
    })
    const later = changed.wait(() => {
      if (++asked === 2) throw boom
      return false
    })
    changed.signal()
    await assert.rejects(now.toPromise(), boom)
    await assert.rejects(later.toPromise(), boom)
  })

  it('refuses a predicate that gives a promise, which would always count as true', async () => {
    const changed = new ConditionVariable()
    const waiting = changed.wait((() => Promise.resolve(false)) as unknown as () => boolean)
    await assert.rejects(waiting.toPromise(), OptionError)
  })
})
