import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AbortedError, ManualClock, OptionError, sleep } from '../../../src/future/index.ts'
import { settle } from '../support.ts'

const boom = new Error('boom')

describe('sleep', () => {
  it('wakes when the time has passed, and not before', async () => {
    const clock = new ManualClock()
    const nap = sleep(100, { clock })
    clock.advance(99.9)
    await settle()
    assert.ok(nap.isPending)
    clock.advance(0.1)
    await nap
  })

  it('never wakes early on the system clock', async () => {
    for (const delayMs of [1, 1.4, 3.7, 5]) {
      const start = performance.now()
      await sleep(delayMs)
      assert.ok(performance.now() - start >= delayMs)
    }
  })

  it('ends with a failure when the signal fires, and leaves no timer', async () => {
    const clock = new ManualClock()
    const controller = new AbortController()
    const nap = sleep(100, { clock, signal: controller.signal })
    controller.abort()
    await assert.rejects(nap.toPromise(), AbortedError)
    assert.equal(clock.pendingTimers, 0)
    await assert.rejects(sleep(1, { signal: AbortSignal.abort(boom) }).toPromise(), boom)
  })

  it('refuses delays that are no delays', () => {
    for (const wrong of [-1, Number.NaN, '5' as unknown as number]) {
      assert.throws(() => sleep(wrong), OptionError)
    }
    assert.throws(() => sleep(1, { singal: 1 } as object), /singal/)
  })
})
