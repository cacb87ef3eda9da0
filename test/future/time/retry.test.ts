import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  AbortedError,
  type Clock,
  Deferred,
  Future,
  ManualClock,
  OptionError,
  RetriesExhaustedError,
  RetryCallbackError,
  retryAsync,
  TimeoutError,
} from '../../../src/future/index.ts'
import { countListeners, failureOf, settle, untilAborted } from '../support.ts'

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
      { factor: Number.POSITIVE_INFINITY },
      { attemptTimeoutMs: -1 },
      { timeoutMs: Number.NaN },
      { retryIf: true },
      { onRetry: 'log' },
      { random: 0.5 },
      { budget: { ratio: 1 } },
      { signal: 'no' },
    ]
    for (const options of wrong) assert.throws(() => retryAsync(() => 1, options), OptionError)
    assert.throws(() => retryAsync(5 as unknown as () => number), OptionError)
  })

  it('is ready at once when the first attempt is', () => {
    assert.equal(retryAsync(() => Future.ready(1)).get(), 1)
    assert.equal(retryAsync(({ number }) => number).get(), 1)
  })

  it('waits for retryIf and onRetry when they give promises', async () => {
    const log: string[] = []
    const value = retryAsync(
      ({ number }) => {
        log.push(`attempt ${number}`)
        return number === 1 ? Promise.reject(boom) : number
      },
      {
        ...quick,
        retryIf: async ({ reason }) => {
          await settle()
          log.push('retryIf')
          return reason === boom
        },
        onRetry: () => settle().then(() => log.push('onRetry')),
      },
    )
    assert.equal(await value, 2)
    assert.deepEqual(log, ['attempt 1', 'retryIf', 'onRetry', 'attempt 2'])
    const declined = retryAsync(() => Future.failed(boom), {
      ...quick,
      retryIf: () => Promise.resolve(false),
    })
    assert.equal(await failureOf(declined), boom)
  })

  it('names the callback that failed, and keeps both failures', async () => {
    const own = new Error('own')
    for (const name of ['retryIf', 'onRetry'] as const) {
      const callbacks = [
        () => Promise.reject(own),
        (): never => {
          throw own
        },
      ]
      for (const callback of callbacks) {
        const failing = retryAsync(() => Future.failed(boom), { ...quick, [name]: callback })
        const failure = await failureOf(failing)
        assert.ok(failure instanceof RetryCallbackError)
        assert.deepEqual([failure.cause, failure.suppressed], [own, boom])
        assert.match(failure.message, new RegExp(`^${name} failed with "own" after "boom"`))
      }
    }
  })

  it('ends at once when the signal fires in an attempt that does not listen', async () => {
    const controller = new AbortController()
    const listeners = countListeners(controller.signal)
    const deaf = retryAsync(() => new Deferred().future, { signal: controller.signal })
    assert.equal(listeners(), 1)
    controller.abort(boom)
    assert.equal(await failureOf(deaf), boom)
    assert.equal(listeners(), 0)
  })

  it('starts no attempt after an abort in retryIf or in a pause, and leaves no timer', async () => {
    for (const at of ['retryIf', 'onRetry', 'pause']) {
      const clock = new ManualClock()
      const controller = new AbortController()
      let attempts = 0
      const abortAt = (place: string) => {
        if (place === at) controller.abort(boom)
        return true
      }
      const failing = retryAsync(
        () => {
          attempts++
          return Promise.reject(new Error('attempt'))
        },
        {
          clock,
          signal: controller.signal,
          retryIf: () => abortAt('retryIf'),
          onRetry: () => abortAt('onRetry'),
        },
      )
      const failure = failureOf(failing)
      await settle()
      abortAt('pause')
      assert.equal(await failure, boom)
      await settle()
      assert.deepEqual([attempts, clock.pendingTimers], [1, 0])
    }
  })

  it('tries without end when attempts is Infinity, and keeps no chain of them', async () => {
    let attempts = 0
    const clock: Clock = {
      nowMs: () => 0,
      setTimer: (_, callback) => {
        setImmediate(callback)
        return { cancel() {} }
      },
    }
    const value = await retryAsync(
      () => (++attempts < 2_000 ? Future.failed(boom) : Future.ready('at last')),
      { attempts: Number.POSITIVE_INFINITY, clock },
    )
    assert.deepEqual([value, attempts], ['at last', 2_000])
  })

  it('does not pause at all with a base of 0, however many attempts', async () => {
    const delays: number[] = []
    const failing = retryAsync(() => Future.failed(boom), {
      attempts: 3,
      baseMs: 0,
      factor: 1e308,
      onRetry: ({ delayMs }) => delays.push(delayMs),
    })
    await failureOf(failing)
    assert.deepEqual(delays, [0, 0])
  })

  it('refuses a random source that gives no share', async () => {
    for (const share of [1, -0.1, Number.NaN]) {
      const failing = retryAsync(() => Future.failed(boom), { random: () => share })
      assert.match(String(await failureOf(failing)), /random\(\) must be a number in \[0, 1\)/)
    }
  })

  it('tells the attempt through its signal when time is up for it, or for all', async () => {
    for (const options of [{ attemptTimeoutMs: 10 }, { timeoutMs: 10 }]) {
      const clock = new ManualClock()
      let inner: AbortSignal | undefined
      const failing = retryAsync(
        ({ signal }) => {
          inner = signal
          return new Deferred().future
        },
        { attempts: 1, clock, ...options },
      )
      clock.advance(10)
      assert.ok((await failureOf(failing)) instanceof Error)
      assert.ok(inner?.reason instanceof TimeoutError)
      assert.equal(clock.pendingTimers, 0)
    }
  })
})
