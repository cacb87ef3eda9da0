import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  abandonedFailures,
  Deferred,
  Future,
  OptionError,
  TooManyFailuresError,
  whenSome,
} from '../../../src/future/index.ts'
import { failureOf, settle } from '../support.ts'

const boom = new Error('boom')

describe('whenSome', () => {
  it('gives the first successes in the order of their completion', async () => {
    const works = [new Deferred<string>(), new Deferred<string>(), new Deferred<string>()]
    const some = whenSome(
      works.map(({ future }) => future),
      2,
    )
    works[2]?.resolve('c')
    await settle()
    assert.ok(some.isPending)
    works[0]?.resolve('a')
    assert.deepEqual(await some, [
      { index: 2, value: 'c' },
      { index: 0, value: 'a' },
    ])
  })

  it('takes those that are ready in input order, and starts no function it does not need', () => {
    let isStarted = false
    const late = () => {
      isStarted = true
      return 4
    }
    const some = whenSome([new Deferred<number>().future, () => 2, Future.ready(3), late], 2)
    assert.deepEqual(some.get(), [
      { index: 1, value: 2 },
      { index: 2, value: 3 },
    ])
    assert.equal(isStarted, false)
  })

  it('lets as many fail as can be spared', async () => {
    const some = whenSome([Future.failed(boom), Promise.resolve(1), Promise.reject(boom), 3], 2)
    const successes = await some
    assert.deepEqual(successes.map(({ value }) => value).toSorted(), [1, 3])
  })

  it('fails as soon as its count is out of reach, with the failures in input order', async () => {
    const works = [new Deferred<number>(), new Deferred<number>(), new Deferred<number>()]
    const some = whenSome(
      works.map(({ future }) => future),
      2,
    )
    works[2]?.reject('c')
    await settle()
    assert.ok(some.isPending)
    works[0]?.reject('a')
    const failure = await failureOf(some)
    assert.ok(failure instanceof TooManyFailuresError)
    assert.deepEqual(failure.errors, ['a', 'c'])
    assert.match(failure.message, /whenSome needs 2 to succeed and cannot: 2 failed/)
  })

  it('tells functions that are still at work to stop, after success and after failure', async () => {
    for (const [first, count] of [
      [() => Promise.resolve(1), 1],
      [() => Promise.reject(boom), 2],
    ] as const) {
      let inner: AbortSignal | undefined
      const some = whenSome(
        [
          (signal: AbortSignal) => {
            inner = signal
            return new Deferred<number>().future
          },
          first(),
        ],
        count,
      )
      await some.thenWrapped((settled) => settled.ignore())
      assert.equal(inner?.aborted, true)
    }
  })

  it('does not report failures of those that came too late', async () => {
    const abandoned = abandonedFailures()
    const late = new Deferred<number>()
    await whenSome([late.future, 1, Promise.reject(boom)], 1)
    late.reject(boom)
    await settle()
    assert.equal(abandonedFailures(), abandoned)
  })

  it('counts an input that stands twice in the list twice', async () => {
    const work = new Deferred<number>()
    const some = whenSome([work.future, work.future], 2)
    work.resolve(1)
    assert.deepEqual(
      (await some).map(({ index }) => index),
      [0, 1],
    )
  })

  it('is ready with nothing when nothing is asked for, and starts nothing', () => {
    let isStarted = false
    const some = whenSome([Future.failed(boom), () => (isStarted = true)], 0)
    assert.deepEqual(some.get(), [])
    assert.equal(isStarted, false)
  })

  it('gives up waiting when the signal of the caller fires', async () => {
    const controller = new AbortController()
    const some = whenSome([new Deferred().future], 1, { signal: controller.signal })
    controller.abort(boom)
    assert.equal(await failureOf(some), boom)
  })

  it('refuses counts beyond the input, and what is no list', () => {
    for (const count of [-1, 1.5, Number.NaN, 3, '1' as unknown as number]) {
      assert.throws(() => whenSome([1, 2], count), OptionError)
    }
    assert.throws(() => whenSome({} as unknown as [], 0), OptionError)
    assert.throws(() => whenSome([1], 1, { count: 1 } as object), OptionError)
  })
})
