import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { debug } from '../../../src/core/debug.ts'
import {
  abandonedFailures,
  Deferred,
  Future,
  ManualClock,
  OptionError,
  TimeoutError,
  timeoutAsync,
} from '../../../src/future/index.ts'
import { failureOf, settle, untilAborted } from '../support.ts'

const boom = new Error('boom')

const INLINE_ONLY = {
  skip: debug.enabled ? 'debug mode never runs a continuation inline' : false,
}

describe('timeoutAsync', () => {
  it('passes a result that comes in time and cancels the timer', async () => {
    const clock = new ManualClock()
    const work = new Deferred<string>()
    const limited = timeoutAsync(work.future, 50, { clock })
    clock.advance(49)
    work.resolve('done')
    assert.equal(await limited, 'done')
    assert.equal(clock.pendingTimers, 0)
  })

  it('returns a ready result as it is', INLINE_ONLY, () => {
    assert.equal(timeoutAsync(Future.ready(1), 10).get(), 1)
  })

  it('fails when time is up, and tells the work', async () => {
    const clock = new ManualClock()
    let reason: unknown
    const limited = timeoutAsync(
      (signal) =>
        untilAborted(signal).catch((seen) => {
          reason = seen
        }),
      50,
      { clock, what: 'The report' },
    )
    clock.advance(50)
    await assert.rejects(limited.toPromise(), /The report did not finish within 50 ms/)
    await settle()
    assert.ok(reason instanceof TimeoutError)
  })

  it('drops a late failure', async () => {
    const clock = new ManualClock()
    const work = new Deferred<string>()
    const limited = timeoutAsync(work.future, 50, { clock })
    clock.advance(50)
    await assert.rejects(limited.toPromise(), TimeoutError)
    work.reject(boom)
    await settle()
  })

  it('gives up when the signal fires', async () => {
    const controller = new AbortController()
    const clock = new ManualClock()
    const limited = timeoutAsync(new Deferred().future, 50, { clock, signal: controller.signal })
    controller.abort(boom)
    await assert.rejects(limited.toPromise(), boom)
    assert.equal(clock.pendingTimers, 0)
  })

  it('makes the failure by the error option, and takes what that throws', async () => {
    const clock = new ManualClock()
    const made = timeoutAsync(new Deferred().future, 50, { clock, error: (ms) => `late: ${ms}` })
    const thrown = timeoutAsync(new Deferred().future, 50, {
      clock,
      error: () => {
        throw boom
      },
    })
    clock.advance(50)
    assert.equal(await failureOf(made), 'late: 50')
    assert.equal(await failureOf(thrown), boom)
  })

  it('starts nothing when the signal has fired before, and drops what the work fails with', async () => {
    const abandoned = abandonedFailures()
    const options = { signal: AbortSignal.abort(boom) }
    let isStarted = false
    const refused = timeoutAsync(
      () => {
        isStarted = true
      },
      50,
      options,
    )
    assert.equal(await failureOf(refused), boom)
    assert.equal(isStarted, false)
    const late = timeoutAsync(Promise.reject(new Error('dropped')), 50, options)
    assert.equal(await failureOf(late), boom)
    await settle()
    assert.equal(abandonedFailures(), abandoned)
  })

  it('leaves nothing behind on a future that lives long', async () => {
    const clock = new ManualClock()
    const { future } = new Deferred<void>()
    for (let wait = 0; wait < 100; wait++) timeoutAsync(future, 1, { clock }).ignore()
    clock.advance(1)
    await settle()
    assert.equal([future.consumer].flat().length, 1)
  })

  it('refuses what it does not understand', () => {
    for (const timeoutMs of [-1, Number.NaN, '5' as unknown as number]) {
      assert.throws(() => timeoutAsync(1, timeoutMs), OptionError)
    }
    const wrong: object[] = [{ error: 'late' }, { signal: 1 }, { timeoutMs: 1 }]
    for (const options of wrong) assert.throws(() => timeoutAsync(1, 1, options), OptionError)
  })
})
