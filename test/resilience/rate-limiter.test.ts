import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { AbortedError, LimitError, OptionError, TimeoutError } from '../../src/core/errors.ts'
import { ManualClock } from '../../src/core/manual-clock.ts'
import { RateLimiter } from '../../src/resilience/index.ts'

describe('RateLimiter', () => {
  it('lets a burst pass at once, and refills steadily', () => {
    const clock = new ManualClock()
    const limiter = new RateLimiter({ perSecond: 10, burst: 3, clock })
    assert.deepEqual(
      [1, 2, 3, 4].map(() => limiter.tryAcquire()),
      [true, true, true, false],
    )
    clock.advance(99)
    assert.equal(limiter.tryAcquire(), false)
    clock.advance(1)
    assert.equal(limiter.tryAcquire(), true)
    assert.equal(limiter.tryAcquire(), false)
  })

  it('saves no more than its burst', () => {
    const clock = new ManualClock()
    const limiter = new RateLimiter({ perSecond: 10, burst: 2, clock })
    clock.advance(10_000)
    assert.equal(limiter.available, 2)
  })

  it('makes calls wait for their turn, in order', async () => {
    const clock = new ManualClock()
    const limiter = new RateLimiter({ perSecond: 10, burst: 1, clock })
    const turns: string[] = []
    const calls = ['a', 'b', 'c'].map((name) =>
      limiter.run(() => turns.push(`${name} ${clock.nowMs()}`)),
    )
    assert.equal(limiter.queued, 2)
    for (let step = 0; step < 2; step++) {
      clock.advance(100)
      await calls[step + 1]
    }
    assert.deepEqual(turns, ['a 0', 'b 100', 'c 200'])
    assert.equal(clock.pendingTimers, 0)
  })

  it('keeps the rate with fractions', async () => {
    const clock = new ManualClock()
    const limiter = new RateLimiter({ perSecond: 0.5, clock })
    assert.equal(limiter.tryAcquire(), true)
    clock.advance(1999)
    assert.equal(limiter.tryAcquire(), false)
    clock.advance(1)
    assert.equal(limiter.tryAcquire(), true)
  })

  it('lets a wait end by time or signal, and gives the turn to the next', async () => {
    const clock = new ManualClock()
    const limiter = new RateLimiter({ perSecond: 10, burst: 1, clock })
    await limiter.acquire()
    const abort = new AbortController()
    const aborted = limiter.acquire({ signal: abort.signal })
    const late = limiter.acquire({ timeoutMs: 50 })
    const patient = limiter.acquire()
    abort.abort()
    clock.advance(50)
    await assert.rejects(async () => aborted, AbortedError)
    await assert.rejects(async () => late, TimeoutError)
    clock.advance(50)
    await patient
  })

  it('refuses whom its queue has no room for', async () => {
    const limiter = new RateLimiter({ perSecond: 1, maxQueue: 0, clock: new ManualClock() })
    await limiter.acquire()
    await assert.rejects(async () => limiter.run(() => assert.fail('was called')), LimitError)
  })

  it('never lets more pass than burst and rate allow, however it is called', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 10 }),
        fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 60 }),
        (perSecond, burst, pauses) => {
          const clock = new ManualClock()
          const limiter = new RateLimiter({ perSecond, burst, clock })
          let passed = 0
          for (const pauseMs of pauses) {
            clock.advance(pauseMs)
            while (limiter.tryAcquire()) passed++
            assert.ok(passed <= burst + (clock.nowMs() * perSecond) / 1000 + 0.01)
          }
        },
      ),
      { seed: 4, numRuns: 200 },
    )
  })

  it('refuses wrong options', () => {
    assert.throws(() => new RateLimiter({} as never), OptionError)
    assert.throws(() => new RateLimiter({ perSecond: 0 }), OptionError)
    assert.throws(() => new RateLimiter({ perSecond: 1, burst: 0 }), OptionError)
    assert.throws(() => new RateLimiter({ perSecond: 1, brust: 1 } as never), OptionError)
  })
})
