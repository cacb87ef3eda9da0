import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Deferred, Future, OptionError, whenAny } from '../../src/future/index.ts'

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
})
