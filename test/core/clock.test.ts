import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { systemClock } from '../../src/core/clock.ts'
import { OptionError } from '../../src/core/errors.ts'
import { ManualClock } from '../../src/core/manual-clock.ts'
import { testClock } from '../contract/clock.ts'
import { passRealTime } from '../support/pass-time.ts'

testClock('systemClock', () => ({ clock: systemClock, pass: passRealTime }))

testClock('ManualClock', () => {
  const clock = new ManualClock()
  return { clock, pass: (ms) => clock.advance(ms) }
})

describe('systemClock', () => {
  it('leaves out the calls of a periodic timer that a stall has made late', async () => {
    let calls = 0
    const startMs = performance.now()
    const timer = systemClock.setPeriodicTimer(5, () => calls++)
    // The delay counts from the end of the turn, which is a microtask away.
    await Promise.resolve()
    while (performance.now() < startMs + 62);
    const stallEndMs = performance.now()
    await passRealTime(20, () => calls > 1)
    timer.cancel()
    // One for all that the stall has made late, and those that have become due since.
    const most = 2 + Math.ceil((performance.now() - stallEndMs) / 5)
    assert.ok(calls > 1 && calls <= most, `${calls} calls, ${most} at most`)
  })

  it('lets input in between when very many timers are due at once', async () => {
    let fired = 0
    let turns = 0
    for (let i = 0; i < 100_000; i++) systemClock.setTimer(1, () => fired++)
    const countTurn = (): void => {
      turns++
      if (fired < 100_000) setImmediate(countTurn)
    }
    setImmediate(countTurn)
    await passRealTime(1, () => fired === 100_000)
    assert.ok(turns > 5, `${turns} turns`)
  })

  it('keeps a timer on time whatever is cancelled around it', async () => {
    let lateMs = Number.NaN
    const dueMs = performance.now() + 12
    systemClock.setTimer(12, () => {
      lateMs = performance.now() - dueMs
    })
    for (let i = 0; i < 1_000; i++) systemClock.setTimer(i % 10, () => {}).cancel()
    await passRealTime(1)
    for (let i = 0; i < 1_000; i++) systemClock.setTimer(i % 10, () => {}).cancel()
    await passRealTime(40, () => lateMs >= 0)
    assert.ok(lateMs >= 0, `late by ${lateMs}`)
  })
})

describe('ManualClock', () => {
  it('fires each timer at its very deadline', () => {
    const clock = new ManualClock()
    const timesMs: number[] = []
    for (const delayMs of [0, 0.125, 1.5, 1.5, 86_400_000_000]) {
      clock.setTimer(delayMs, () => timesMs.push(clock.nowMs()))
    }
    clock.advance(0)
    assert.deepEqual(timesMs, [0])
    clock.advance(1.4)
    clock.advance(1e12)
    assert.deepEqual(timesMs, [0, 0.125, 1.5, 1.5, 86_400_000_000])
    assert.equal(clock.nowMs(), 1e12 + 1.4)
  })

  it('counts the timers that will fire', () => {
    const clock = new ManualClock()
    const timer = clock.setTimer(1, () => {})
    clock.setTimer(2, () => {})
    clock.setTimer(Number.POSITIVE_INFINITY, () => {})
    assert.equal(clock.pendingTimers, 2)
    timer.cancel()
    clock.advance(5)
    assert.equal(clock.pendingTimers, 0)
  })

  it('fires the other due timers when callbacks throw, then throws itself', () => {
    const clock = new ManualClock()
    const seen: number[] = []
    const one = new Error('one')
    clock.setTimer(1, () => {
      throw one
    })
    clock.setTimer(2, () => seen.push(2))
    assert.throws(
      () => clock.advance(3),
      (error) => error === one,
    )
    assert.deepEqual([seen, clock.nowMs()], [[2], 3])
    for (let i = 0; i < 2; i++) {
      clock.setTimer(1, () => {
        throw one
      })
    }
    assert.throws(() => clock.advance(1), AggregateError)
  })

  it('goes on from where a callback has advanced it to', () => {
    const clock = new ManualClock()
    clock.setTimer(1, () => clock.advance(9))
    clock.advance(2)
    assert.equal(clock.nowMs(), 10)
  })

  it('refuses to go back, or to advance without end', () => {
    const clock = new ManualClock()
    for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(() => clock.advance(bad), OptionError)
    }
  })
})
