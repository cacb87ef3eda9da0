import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { debug } from '../../src/core/debug.ts'
import {
  AbortedError,
  Deferred,
  Future,
  ManualClock,
  OptionError,
  RetriesExhaustedError,
  retryAsync,
  sleep,
  TimeoutError,
  timeoutAsync,
  whenAll,
  whenAny,
} from '../../src/future/index.ts'

const boom = new Error('boom')

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason))
  })
}

/** Lets everything that is scheduled run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve))
}

describe('whenAll', () => {
  it('gives values in input order, of futures, promises, values and functions', async () => {
    const late = new Deferred<string>()
    const all = whenAll([Future.ready(1), late.future, Promise.resolve(true), null, () => 5])
    late.resolve('two')
    assert.deepEqual(await all, [1, 'two', true, null, 5])
  })

  it('keeps the names of a record', async () => {
    assert.deepEqual(await whenAll({ a: Future.ready(1), b: Promise.resolve('x') }), {
      a: 1,
      b: 'x',
    })
  })

  it('is ready at once when everything is', () => {
    assert.deepEqual(whenAll([Future.ready(1), 2]).get(), [1, 2])
    assert.deepEqual(whenAll([]).get(), [])
  })

  it('fails with the first failure in time, not in order', async () => {
    const first = new Deferred<void>()
    const second = new Deferred<void>()
    const all = whenAll([first.future, second.future])
    second.reject(boom)
    await assert.rejects(all.toPromise(), boom)
    first.reject(new Error('late, and nobody is told'))
    await settle()
  })

  it('tells functions that are still at work through their signal', async () => {
    let seen: unknown
    const all = whenAll([
      (signal: AbortSignal) =>
        untilAborted(signal).catch((reason) => {
          seen = reason
        }),
      () => Promise.reject(boom),
    ])
    await assert.rejects(all.toPromise(), boom)
    await settle()
    assert.equal(seen, boom)
  })

  it('does not start functions behind a failure that is there already', async () => {
    let isStarted = false
    const failing = whenAll([
      Future.failed(boom),
      () => {
        isStarted = true
      },
    ])
    await assert.rejects(failing.toPromise(), boom)
    assert.equal(isStarted, false)
  })

  it('takes what a function throws as its failure', async () => {
    const failing = whenAll([
      () => {
        throw boom
      },
    ])
    await assert.rejects(failing.toPromise(), boom)
  })

  it('gathers 100,000 mixed inputs', async () => {
    const deferreds: Deferred<number>[] = []
    const inputs = Array.from({ length: 100_000 }, (_, index) => {
      if (index % 2 === 0) return Future.ready(index)
      const deferred = new Deferred<number>()
      deferreds.push(deferred)
      return deferred.future
    })
    const all = whenAll(inputs)
    deferreds.forEach((deferred, index) => deferred.resolve(index * 2 + 1))
    const values = await all
    assert.ok(values.every((value, index) => value === index))
  })

  it('refuses what is neither array nor record', () => {
    for (const wrong of [undefined, null, 5, 'text', new Set([1])]) {
      assert.throws(() => whenAll(wrong as unknown as []), OptionError)
    }
  })
})

describe('whenAny', () => {
  it('gives the first completion with its index and the others', async () => {
    const slow = new Deferred<string>()
    const fast = new Deferred<string>()
    const any = whenAny([slow.future, fast.future])
    fast.resolve('fast')
    const { index, value, rest } = await any
    assert.deepEqual([index, value], [1, 'fast'])
    assert.deepEqual(rest, [slow.future])
  })

  it('prefers the lowest index among inputs that are ready', async () => {
    const { index, value } = await whenAny([new Deferred<number>().future, Future.ready(1), 2])
    assert.deepEqual([index, value], [1, 1])
  })

  it('counts a failure as a completion', async () => {
    const any = whenAny([new Deferred().future, Future.failed(boom)])
    await assert.rejects(any.toPromise(), boom)
  })

  it('lets losers be used again', async () => {
    const slow = new Deferred<string>()
    const { rest } = await whenAny([slow.future, Future.ready('fast')])
    const second = whenAny(rest)
    slow.resolve('slow')
    assert.equal((await second).value, 'slow')
  })

  it('tells losing functions through their signal, and not the winner', async () => {
    const signals: AbortSignal[] = []
    await whenAny([
      (signal: AbortSignal) => {
        signals.push(signal)
        return new Deferred<number>().future
      },
      (signal: AbortSignal) => {
        signals.push(signal)
        return 1
      },
    ])
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, false],
    )
  })

  it('refuses an empty list', () => {
    assert.throws(() => whenAny([]), OptionError)
  })
})

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

  it('returns a ready result as it is', inlineOnly(), () => {
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

function inlineOnly() {
  return { skip: debug.enabled ? 'debug mode never runs a continuation inline' : false }
}
