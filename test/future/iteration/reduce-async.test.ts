import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Deferred, Future, OptionError, reduceAsync, sleep } from '../../../src/future/index.ts'
import { failureOf, MANY, MIN_TURNS, turnsDuring } from '../support.ts'

const boom = new Error('boom')

describe('reduceAsync', () => {
  it('combines items one after the other, in input order', async () => {
    let atWork = 0
    const text = await reduceAsync(
      ['a', Promise.resolve('b'), 'c'],
      async (sum, item, index) => {
        assert.equal(++atWork, 1)
        await sleep(2 - index)
        atWork--
        return `${sum}${index}${item}`
      },
      '>',
    )
    assert.equal(text, '>0a1b2c')
  })

  it('gives the initial value of an empty input, and is ready when nothing waits', () => {
    assert.equal(reduceAsync([], () => 1, 7).get(), 7)
    assert.equal(reduceAsync([1, 2], (sum, item) => Future.ready(sum + item), 0).get(), 3)
  })

  it('goes through an async iterable', async () => {
    async function* source(): AsyncGenerator<number> {
      yield 1
      yield 2
    }
    assert.equal(await reduceAsync(source(), (sum, item) => sum + item, 0), 3)
  })

  it('stops at the first failure', async () => {
    let calls = 0
    const failing = reduceAsync(
      [1, 2, 3],
      () => {
        calls++
        return Promise.reject(boom)
      },
      0,
    )
    assert.equal(await failureOf(failing), boom)
    assert.equal(calls, 1)
  })

  it('gives up when the signal fires', async () => {
    const controller = new AbortController()
    const sum = reduceAsync([1], () => new Deferred<number>().future, 0, {
      signal: controller.signal,
    })
    controller.abort(boom)
    assert.equal(await failureOf(sum), boom)
  })

  it('passes a million items without a stall', async () => {
    const items = Array.from({ length: MANY }, () => 1)
    let total = 0
    const turns = await turnsDuring(() =>
      reduceAsync(items, (sum, item) => sum + item, 0).tap((sum) => {
        total = sum
      }),
    )
    assert.equal(total, MANY)
    assert.ok(turns >= MIN_TURNS, `only ${turns} turns`)
  })

  it('refuses what it does not understand', () => {
    assert.throws(() => reduceAsync([], 5 as unknown as () => number, 0), OptionError)
    assert.throws(() => reduceAsync({} as unknown as [], () => 0, 0), OptionError)
    assert.throws(() => reduceAsync([], () => 0, 0, { concurrency: 2 } as object), OptionError)
  })
})
