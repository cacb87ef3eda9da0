import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  abandonedFailures,
  Deferred,
  Future,
  OptionError,
  whenAllSucceed,
} from '../../../src/future/index.ts'
import { failureOf, settle } from '../support.ts'

const boom = new Error('boom')

describe('whenAllSucceed', () => {
  it('gives the values in the shape of the input', async () => {
    assert.deepEqual(await whenAllSucceed([Future.ready(1), Promise.resolve('x'), () => true]), [
      1,
      'x',
      true,
    ])
    assert.deepEqual(await whenAllSucceed({ a: 1, b: () => 2 }), { a: 1, b: 2 })
  })

  it('waits for all before it fails, and stops none', async () => {
    const late = new Deferred<number>()
    let inner: AbortSignal | undefined
    const all = whenAllSucceed([
      Future.failed(boom),
      (signal: AbortSignal) => {
        inner = signal
        return late.future
      },
    ])
    await settle()
    assert.ok(all.isPending)
    late.resolve(1)
    assert.equal(await failureOf(all), boom)
    assert.equal(inner?.aborted, false)
  })

  it('fails with the failure of the lowest index, not the first in time, and reports no other', async () => {
    const abandoned = abandonedFailures()
    const first = new Deferred<number>()
    const second = new Deferred<number>()
    const all = whenAllSucceed([first.future, second.future, Promise.reject(new Error('third'))])
    second.reject(new Error('second'))
    await settle()
    first.reject(boom)
    assert.equal(await failureOf(all), boom)
    await settle()
    assert.equal(abandonedFailures(), abandoned)
  })

  it('gives up waiting when the signal of the caller fires', async () => {
    const controller = new AbortController()
    const all = whenAllSucceed([new Deferred().future], { signal: controller.signal })
    controller.abort(boom)
    assert.equal(await failureOf(all), boom)
  })

  it('refuses what is neither array nor record, and unknown options', () => {
    assert.throws(() => whenAllSucceed('text' as unknown as []), OptionError)
    assert.throws(() => whenAllSucceed([], { concurrency: 1 } as object), OptionError)
  })
})
