import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OptionError } from '../../src/core/errors.ts'
import { type DeadlineOptions, nowNs, Reactor, timerAt } from '../../src/reactor/index.ts'
import { passRealTime } from '../support/pass-time.ts'

describe('nowNs', () => {
  it('counts whole nanoseconds on the clock of process.hrtime, and never goes back', () => {
    for (let i = 0; i < 1_000; i++) {
      const first = nowNs()
      const bigintNs = Number(process.hrtime.bigint())
      const second = nowNs()
      assert.ok(Number.isInteger(first) && first <= second)
      // The calibration is exact to a few microseconds.
      assert.ok(first - 20_000 <= bigintNs && bigintNs <= second + 20_000)
    }
  })
})

describe('timerAt', () => {
  for (const highResolution of [false, true]) {
    it(`fires at a deadline of nowNs, not before, with highResolution ${highResolution}`, async () => {
      const errors: number[] = []
      const startNs = nowNs()
      for (const afterNs of [250_000, 1_000_000, 3_300_000]) {
        const note = (): void => void errors.push(nowNs() - startNs - afterNs)
        timerAt(startNs + afterNs, note, { highResolution })
        timerAt(BigInt(startNs + afterNs), note, { highResolution })
      }
      await passRealTime(20, () => errors.length === 6)
      assert.equal(errors.length, 6)
      assert.ok(
        errors.every((error) => error >= 0),
        errors.join(),
      )
    })
  }

  it('fires at once when the deadline has passed, and never when it is infinite', async () => {
    let fired = 0
    timerAt(nowNs() - 1e9, () => fired++)
    timerAt(Number.NEGATIVE_INFINITY, () => fired++, { highResolution: true })
    assert.equal(timerAt(Number.POSITIVE_INFINITY, () => {}).isPending, false)
    await passRealTime(10, () => fired === 2)
    assert.equal(fired, 2)
  })

  it('can be cancelled and armed again', async () => {
    let fired = 0
    const timer = timerAt(nowNs() + 1_000_000, () => fired++)
    timer.cancel()
    await passRealTime(5)
    assert.equal(fired, 0)
    timer.rearm(1)
    await passRealTime(5, () => fired === 1)
    assert.equal(fired, 1)
  })

  it('refuses deadlines, callbacks and options that are none', () => {
    const call = (): void => {}
    for (const bad of [Number.NaN, '1', undefined, null] as number[]) {
      assert.throws(() => timerAt(bad, call), /deadlineNs must be a number or bigint/)
    }
    assert.throws(() => timerAt(1, 'call' as unknown as () => void), OptionError)
    assert.throws(() => timerAt(1, call, { highRes: true } as DeadlineOptions), OptionError)
    const bad = { highResolution: 1 } as unknown as DeadlineOptions
    assert.throws(() => timerAt(1, call, bad), /highResolution must be a boolean/)
  })
})

describe('Reactor', () => {
  it('has the clock, and sets timers on it', async () => {
    let lateNs = Number.NaN
    const deadlineNs = Reactor.nowNs() + 1_500_000
    const timer = Reactor.current.timer(deadlineNs, () => {
      lateNs = Reactor.nowNs() - deadlineNs
    })
    assert.equal(timer.isPending, true)
    await passRealTime(5, () => !timer.isPending)
    assert.ok(lateNs >= 0, `${lateNs} ns`)
  })
})
