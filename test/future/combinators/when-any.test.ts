import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  abandonedFailures,
  Deferred,
  Future,
  OptionError,
  whenAny,
} from '../../../src/future/index.ts'
import { countListeners, failureOf, settle, untilAborted } from '../support.ts'

const boom = new Error('boom')

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

  it('leaves nothing behind on a loser that lives long', async () => {
    const { future } = new Deferred<string>()
    const before = future.then(() => {})
    for (let round = 0; round < 100; round++) await whenAny([future, sleepless(round)])
    const { consumer } = future
    assert.equal(Array.isArray(consumer) ? consumer.length : 1, 1)
    before.ignore()
  })

  it('does not report the late failure of a loser', async () => {
    const loser = new Deferred<number>()
    const abandoned = abandonedFailures()
    assert.equal((await whenAny([loser.future, 1])).value, 1)
    loser.reject(boom)
    await settle()
    assert.equal(abandonedFailures(), abandoned)
  })

  it('tells losers why they are told to stop', async () => {
    let reason: unknown
    const loser = (signal: AbortSignal) =>
      untilAborted(signal).catch((seen) => {
        reason = seen
      })
    await whenAny([loser, 1])
    await settle()
    assert.match(String(reason), /AbortedError: A loser of whenAny was aborted/)
  })

  it('gives up when the signal of the caller fires', async () => {
    const controller = new AbortController()
    const listeners = countListeners(controller.signal)
    let inner: AbortSignal | undefined
    const any = whenAny(
      [
        (signal: AbortSignal) => {
          inner = signal
          return new Deferred<number>().future
        },
      ],
      { signal: controller.signal },
    )
    controller.abort(boom)
    assert.equal(await failureOf(any), boom)
    assert.equal(inner?.aborted, true)
    assert.equal(listeners(), 0)
  })

  it('refuses what is no list, and options it does not know', () => {
    for (const wrong of [undefined, {}, 'text', new Set([1])]) {
      assert.throws(() => whenAny(wrong as unknown as []), OptionError)
    }
    assert.throws(() => whenAny([1], { timeout: 1 } as object), OptionError)
  })
})

function sleepless(value: number): Future<number> {
  const deferred = new Deferred<number>()
  queueMicrotask(() => deferred.resolve(value))
  return deferred.future
}
