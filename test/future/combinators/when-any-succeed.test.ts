import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  Deferred,
  Future,
  OptionError,
  TooManyFailuresError,
  whenAnySucceed,
} from '../../../src/future/index.ts'
import { failureOf } from '../support.ts'

const boom = new Error('boom')

describe('whenAnySucceed', () => {
  it('gives the first success, whatever failed before', async () => {
    const slow = new Deferred<string>()
    const any = whenAnySucceed([Future.failed(boom), Promise.reject(boom), slow.future])
    slow.resolve('slow')
    assert.equal(await any, 'slow')
  })

  it('fails when everything has failed, with all failures in input order', async () => {
    const slow = new Deferred<never>()
    const any = whenAnySucceed([slow.future, Future.failed('b'), () => Promise.reject('c')])
    slow.reject('a')
    const failure = await failureOf(any)
    assert.ok(failure instanceof TooManyFailuresError)
    assert.deepEqual([failure.errors, failure.cause], [['a', 'b', 'c'], 'a'])
  })

  it('starts no function behind one that is ready, and stops those before it', async () => {
    let inner: AbortSignal | undefined
    let isStarted = false
    const any = whenAnySucceed([
      (signal: AbortSignal) => {
        inner = signal
        return new Deferred<number>().future
      },
      () => 2,
      () => {
        isStarted = true
        return 3
      },
    ])
    assert.equal(await any, 2)
    assert.deepEqual([inner?.aborted, isStarted], [true, false])
  })

  it('gives up waiting when the signal of the caller fires', async () => {
    const controller = new AbortController()
    const any = whenAnySucceed([new Deferred().future], { signal: controller.signal })
    controller.abort(boom)
    assert.equal(await failureOf(any), boom)
  })

  it('refuses an empty list, what is no list, and unknown options', () => {
    assert.throws(() => whenAnySucceed([]), OptionError)
    assert.throws(() => whenAnySucceed({} as unknown as []), OptionError)
    assert.throws(() => whenAnySucceed([1], { count: 1 } as object), OptionError)
  })
})
