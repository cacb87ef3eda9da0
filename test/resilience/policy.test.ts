import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { OptionError, TimeoutError } from '../../src/core/errors.ts'
import { ManualClock } from '../../src/core/manual-clock.ts'
import { Future, RetriesExhaustedError, yieldNow } from '../../src/future/index.ts'
import {
  Bulkhead,
  CircuitBreaker,
  CircuitOpenError,
  Deadline,
  RateLimiter,
  ResiliencePolicy,
} from '../../src/resilience/index.ts'
import { passTime } from '../support/pass-time.ts'

describe('ResiliencePolicy', () => {
  it('is transparent without options', () => {
    const outcome = new ResiliencePolicy().run(() => Future.ready(1))
    assert.equal(outcome.isReady && outcome.get(), 1)
  })

  it('lets the breaker see every attempt, and does not retry what it refuses', async () => {
    const breaker = new CircuitBreaker({ minCalls: 2, failureRatio: 1 })
    const policy = new ResiliencePolicy({ breaker, retry: { attempts: 5, baseMs: 0 } })
    let attempts = 0
    const call = policy.run(() => {
      attempts++
      return Future.failed(new Error('down'))
    })
    await assert.rejects(async () => call, CircuitOpenError)
    assert.equal(attempts, 2)
  })

  it('gives each attempt its own limit and its own place', async () => {
    const clock = new ManualClock()
    const bulkhead = new Bulkhead({ maxConcurrent: 1, clock })
    const policy = new ResiliencePolicy({
      attemptTimeoutMs: 100,
      retry: { attempts: 2, baseMs: 10, jitter: 'none' },
      bulkhead,
      clock,
    })
    const running: number[] = []
    const call = policy.run(() => {
      running.push(bulkhead.stats().running)
      return Future.withResolvers<never>().future
    })
    call.ignore()
    await passTime(clock, 250)
    await assert.rejects(async () => call, RetriesExhaustedError)
    assert.deepEqual(running, [1, 1])
    assert.equal(bulkhead.stats().running, 0)
  })

  it('bounds all attempts, pauses and waits together', async () => {
    const clock = new ManualClock()
    const policy = new ResiliencePolicy({
      timeoutMs: 200,
      attemptTimeoutMs: 90,
      retry: { attempts: 100, baseMs: 10, jitter: 'none', factor: 1 },
      clock,
    })
    let attempts = 0
    const call = policy.run(() => {
      attempts++
      return Future.withResolvers<never>().future
    })
    call.ignore()
    await passTime(clock, 199)
    assert.ok(call.isPending)
    await passTime(clock, 1)
    await assert.rejects(async () => call, TimeoutError)
    assert.equal(attempts, 2)
  })

  it('takes the earlier of its own limit and the deadline', async () => {
    const clock = new ManualClock()
    const policy = new ResiliencePolicy({ timeoutMs: 1000, clock })
    const deadline = Deadline.after(50, { clock })
    let signal: AbortSignal | undefined
    const call = policy.run(
      (attempt) => {
        signal = attempt.signal
        return Future.withResolvers<never>().future
      },
      { deadline },
    )
    call.ignore()
    clock.advance(50)
    await yieldNow()
    await assert.rejects(async () => call, { code: 'CORE_TIMEOUT', timeoutMs: 50 })
    assert.equal(signal?.aborted, true)
  })

  it('makes each attempt wait for the rate', async () => {
    const clock = new ManualClock()
    const rateLimiter = new RateLimiter({ perSecond: 10, burst: 1, clock })
    const policy = new ResiliencePolicy({ rateLimiter, retry: { attempts: 3, baseMs: 0 }, clock })
    const times: number[] = []
    const call = policy.run(({ number }) => {
      times.push(clock.nowMs())
      return number < 3 ? Future.failed(new Error('again')) : Future.ready('done')
    })
    await passTime(clock, 250)
    assert.equal(await call, 'done')
    assert.equal(times.length, 3)
    assert.ok((times[1] ?? 0) >= 100 && (times[2] ?? 0) >= 200, String(times))
  })

  it('refuses wrong options when it is made', () => {
    assert.throws(() => new ResiliencePolicy({ breaker: {} as never }), OptionError)
    assert.throws(() => new ResiliencePolicy({ retry: { attempts: 0 } }), OptionError)
    assert.throws(() => new ResiliencePolicy({ timeoutMs: -1 }), OptionError)
    assert.throws(() => new ResiliencePolicy({ timeout: 1 } as never), OptionError)
  })
})

describe('Deadline', () => {
  it('shrinks as time passes, to 0', () => {
    const clock = new ManualClock()
    const deadline = Deadline.after(100, { clock })
    clock.advance(60)
    assert.deepEqual([deadline.remainingMs, deadline.isOver], [40, false])
    clock.advance(60)
    assert.deepEqual([deadline.remainingMs, deadline.isOver], [0, true])
  })

  it('knows the earlier of two', () => {
    const near = Deadline.after(1)
    const far = Deadline.after(10_000)
    assert.equal(Deadline.earlier(far, near), near)
    assert.equal(Deadline.earlier(undefined, far), far)
    assert.equal(Deadline.earlier(undefined, undefined), undefined)
  })
})
