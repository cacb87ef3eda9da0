import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Deferred, Future, OptionError, whenAllSettled } from '../../../src/future/index.ts'
import { failureOf } from '../support.ts'

const boom = new Error('boom')

describe('whenAllSettled', () => {
  it('tells how each ended in input order, and never fails', async () => {
    const late = new Deferred<string>()
    const all = whenAllSettled([
      late.future,
      Future.failed(boom),
      Promise.resolve(2),
      Promise.reject(boom),
      null,
      () => 5,
      () => {
        throw boom
      },
    ])
    late.resolve('late')
    assert.deepEqual(await all, [
      { status: 'fulfilled', value: 'late' },
      { status: 'rejected', reason: boom },
      { status: 'fulfilled', value: 2 },
      { status: 'rejected', reason: boom },
      { status: 'fulfilled', value: null },
      { status: 'fulfilled', value: 5 },
      { status: 'rejected', reason: boom },
    ])
  })

  it('keeps the names of a record', async () => {
    assert.deepEqual(await whenAllSettled({ good: 1, bad: Future.failed(boom) }), {
      good: { status: 'fulfilled', value: 1 },
      bad: { status: 'rejected', reason: boom },
    })
  })

  it('does not stop functions because another has failed', async () => {
    let inner: AbortSignal | undefined
    const work = new Deferred<number>()
    const all = whenAllSettled([
      Future.failed(boom),
      (signal: AbortSignal) => {
        inner = signal
        return work.future
      },
    ])
    work.resolve(1)
    assert.equal((await all)[1].status, 'fulfilled')
    assert.equal(inner?.aborted, false)
  })

  it('is ready at once when everything is settled', () => {
    assert.equal(whenAllSettled([1, Future.failed(boom)]).get().length, 2)
    assert.deepEqual(whenAllSettled([]).get(), [])
    assert.deepEqual(whenAllSettled([Future.ready(1)]).get(), [{ status: 'fulfilled', value: 1 }])
  })

  it('gives up waiting when the signal of the caller fires', async () => {
    const controller = new AbortController()
    const all = whenAllSettled([new Deferred().future], { signal: controller.signal })
    controller.abort(boom)
    assert.equal(await failureOf(all), boom)
  })

  it('refuses what is neither array nor record, and unknown options', () => {
    for (const wrong of [undefined, null, 5, 'text', new Set([1])]) {
      assert.throws(() => whenAllSettled(wrong as unknown as []), OptionError)
    }
    assert.throws(() => whenAllSettled([], { concurrency: 1 } as object), OptionError)
  })
})
