import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  AbortedError,
  Future,
  ManualClock,
  OptionError,
  RetriesExhaustedError,
  retryAsync,
  TimeoutError,
} from '../../src/future/index.ts'
import { settle, untilAborted } from './support.ts'

const boom = new Error('boom')

describe('retryAsync', () => {
  const quick = { baseMs: 0 }

  it('returns the first success', async () => {
    let attempts = 0
    const value = await retryAsync(({ number }) => {
      attempts++
      if (number < 3) throw boom
      return number
    }, quick)
    assert.deepEqual([value, attempts], [3, 3])
  })

  it('tells how many attempts failed, and keeps the last failure', async () => {
    await assert.rejects(
      retryAsync(() => Future.failed(boom), { ...quick, attempts: 2 }).toPromise(),
      (error) => error instanceof RetriesExhaustedError && error.cause === boom,
    )
  })

  it('returns the failure itself when retryIf declines it', async () => {
    let attempts = 0
    const failing = retryAsync(
      () => {
        attempts++
        throw boom
      },
      { ...quick, retryIf: ({ reason }) => reason !== boom },
    )
    await assert.rejects(failing.toPromise(), boom)
    assert.equal(attempts, 1)
  })

  it('pauses with exponential growth, a cap and full jitter', async () => {
    const clock = new ManualClock()
    const delays: number[] = []
    const failing = retryAsync(() => Future.failed(boom), {
      attempts: 5,
      baseMs: 100,
      factor: 3,
      maxMs: 500,
      clock,
      random: () => 0.5,
      onRetry: ({ delayMs }) => delays.push(delayMs),
    })
    const outcome = assert.rejects(failing.toPromise(), RetriesExhaustedError)
    for (let pause = 0; pause < 5; pause++) {
      await settle()
      clock.advance(500)
    }
    await outcome
    assert.deepEqual(delays, [50, 150, 250, 250])
  })

  it('limits one attempt and all of them', async () => {
    const clock = new ManualClock()
    const perAttempt = retryAsync(({ signal }) => untilAborted(signal), {
      ...quick,
      attempts: 2,
      attemptTimeoutMs: 10,
      clock,
    })
    const lastAttempt = assert.rejects(
      perAttempt.toPromise(),
      /Attempt 2 did not finish within 10 ms/,
    )
    for (let step = 0; step < 6; step++) {
      await settle()
      clock.advance(10)
    }
    await lastAttempt
    const overall = retryAsync(() => Future.failed(boom), {
      attempts: 100,
      baseMs: 10,
      jitter: 'none',
      timeoutMs: 25,
      clock,
    })
    const timeout = assert.rejects(overall.toPromise(), TimeoutError)
    for (let step = 0; step < 5; step++) {
      await settle()
      clock.advance(10)
    }
    await timeout
  })

  it('stops when the signal fires, in an attempt and in a pause', async () => {
    const controller = new AbortController()
    const clock = new ManualClock()
    const pausing = retryAsync(() => Future.failed(boom), { clock, signal: controller.signal })
    await settle()
    controller.abort()
    await assert.rejects(pausing.toPromise(), AbortedError)
    const early = retryAsync(() => 1, { signal: AbortSignal.abort() })
    await assert.rejects(early.toPromise(), AbortedError)
  })

  it('refuses options it does not understand', () => {
    const wrong: object[] = [
      { attempts: 0 },
      { attempts: 1.5 },
      { baseMs: -1 },
      { factor: 0.5 },
      { jitter: 'half' },
      { retries: 3 },
      { signal: 'no' },
    ]
    for (const options of wrong) assert.throws(() => retryAsync(() => 1, options), OptionError)
    assert.throws(() => retryAsync(5 as unknown as () => number), OptionError)
  })
})
