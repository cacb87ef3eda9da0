import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  AbortedError,
  abandonedFailures,
  Deferred,
  Future,
  ManualClock,
  OptionError,
  runQueueStats,
  sleep,
  TimeoutError,
  timeoutAsync,
} from '../../../src/future/index.ts'
import { failureOf, settle } from '../../future/support.ts'

const boom = new Error('boom')

describe('timeouts, as the futures_test of Seastar has them', () => {
  it('58 a timeout fires when its time has come, not before', async () => {
    const clock = new ManualClock()
    const limited = timeoutAsync(new Deferred().future, 100, { clock })
    clock.advance(99)
    await settle()
    assert.ok(limited.isPending)
    clock.advance(1)
    assert.ok((await failureOf(limited)) instanceof TimeoutError)
  })

  it('59 the failure is made by a factory of the caller', async () => {
    const clock = new ManualClock()
    const limited = timeoutAsync(new Deferred().future, 100, { clock, error: () => boom })
    clock.advance(100)
    assert.equal(await failureOf(limited), boom)
  })

  it('60 a result in time cancels the timer, of success and failure', async () => {
    const clock = new ManualClock()
    for (const settleWork of [
      (work: Deferred<number>) => work.resolve(1),
      (work: Deferred<number>) => work.reject(boom),
    ]) {
      const work = new Deferred<number>()
      const limited = timeoutAsync(work.future, 100, { clock })
      assert.equal(clock.pendingTimers, 1)
      settleWork(work)
      await limited.thenWrapped((settled) => settled.ignore())
      assert.equal(clock.pendingTimers, 0)
    }
  })

  it('61 a late failure after the timeout is not reported', async () => {
    const before = abandonedFailures()
    const clock = new ManualClock()
    const work = new Deferred<number>()
    const limited = timeoutAsync(work.future, 100, { clock })
    clock.advance(100)
    assert.ok((await failureOf(limited)) instanceof TimeoutError)
    work.reject(boom)
    await settle()
    assert.equal(abandonedFailures(), before)
  })

  it('88 sleep: can be aborted, passes without an abort, refuses negative times (our difference)', async () => {
    const clock = new ManualClock()
    const controller = new AbortController()
    const aborted = sleep(100, { clock, signal: controller.signal })
    const passing = sleep(100, { clock, signal: new AbortController().signal })
    controller.abort()
    assert.ok((await failureOf(aborted)) instanceof AbortedError)
    clock.advance(100)
    assert.equal(await passing, undefined)
    assert.throws(() => sleep(-1), OptionError)
  })
})

describe('shared_future, as any future is one', () => {
  it('62 gives the value to all, the failure to all, also to those who come later', async () => {
    const shared = new Deferred<number>()
    const early = [
      shared.future.then((value) => value + 1),
      shared.future.then((value) => value + 2),
    ]
    shared.resolve(1)
    assert.deepEqual(await Promise.all(early), [2, 3])
    assert.equal(await shared.future, 1)
    const failing = new Deferred<number>()
    const waiters = [failureOf(failing.future), failureOf(failing.future.discard())]
    failing.reject(boom)
    assert.deepEqual(await Promise.all(waiters), [boom, boom])
    assert.equal(await failureOf(failing.future), boom)
  })

  it('63 a timeout or abort of one waiter leaves the others intact', async () => {
    const clock = new ManualClock()
    const controller = new AbortController()
    const shared = new Deferred<string>()
    const patient = timeoutAsync(shared.future, 100, { clock })
    const hasty = timeoutAsync(shared.future, 10, { clock })
    const aborted = timeoutAsync(shared.future, 100, { clock, signal: controller.signal })
    clock.advance(10)
    controller.abort(boom)
    assert.ok((await failureOf(hasty)) instanceof TimeoutError)
    assert.equal(await failureOf(aborted), boom)
    shared.resolve('value')
    assert.equal(await patient, 'value')
  })

  it('64 a new waiter works after all earlier ones have timed out', async () => {
    const clock = new ManualClock()
    const shared = new Deferred<string>()
    const first = timeoutAsync(shared.future, 10, { clock })
    const second = timeoutAsync(shared.future, 10, { clock })
    clock.advance(10)
    await failureOf(first)
    await failureOf(second)
    const third = timeoutAsync(shared.future, 10, { clock })
    shared.resolve('value')
    assert.equal(await third, 'value')
  })

  it('65 a failure given up on purpose is silent, and without waiters no task is scheduled', async () => {
    const before = abandonedFailures()
    const { executed } = runQueueStats()
    const silent = new Deferred<number>()
    new Deferred<number>().resolve(1)
    const after = runQueueStats()
    assert.deepEqual([after.executed, after.pending], [executed, 0])
    silent.future.ignore()
    silent.reject(boom)
    Future.failed(boom).ignore()
    await settle()
    assert.equal(abandonedFailures(), before)
  })
})
