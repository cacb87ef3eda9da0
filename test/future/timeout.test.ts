import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { debug } from '../../src/core/debug.ts'
import {
  Deferred,
  Future,
  ManualClock,
  TimeoutError,
  timeoutAsync,
} from '../../src/future/index.ts'
import { settle, untilAborted } from './support.ts'

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
})
