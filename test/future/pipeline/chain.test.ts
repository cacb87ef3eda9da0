import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { debug } from '../../../src/core/debug.ts'
import { chain, Deferred, Future, OptionError, sleep } from '../../../src/future/index.ts'

const boom = new Error('boom')

describe('chain', () => {
  it('passes a value through the steps, from left to right', async () => {
    const text = chain(
      '20',
      Number,
      (value) => value + 1,
      async (value) => value * 2,
      (value) => sleep(0).then(() => `${value}!`),
    )
    assert.equal(await text, '42!')
  })

  it('begins with a value, a future or a promise', async () => {
    for (const input of [1, Future.ready(1), Promise.resolve(1), sleep(0).then(() => 1)]) {
      assert.equal(await chain(input, (value) => value + 1), 2)
    }
    assert.equal(await chain(Promise.resolve(1)), 1)
  })

  it('is ready at once when everything is', { skip: debug.enabled }, () => {
    assert.equal(
      chain(
        1,
        (value) => value + 1,
        (value) => Future.ready(value * 2),
      ).get(),
      4,
    )
  })

  it('runs ready steps before it waits for a pending one', { skip: debug.enabled }, () => {
    const gate = new Deferred<number>()
    const seen: number[] = []
    const done = chain(
      1,
      (value) => void seen.push(value),
      () => gate.future,
      (value) => void seen.push(value),
    )
    assert.deepEqual([seen, done.isPending], [[1], true])
  })

  it('skips the rest after a failure, which is passed on as it is', async () => {
    for (const bad of [
      () => Promise.reject(boom),
      () => Future.failed(boom),
      () => {
        throw boom
      },
    ]) {
      const failing = chain(1, bad, () => assert.fail('it ran behind a failure'))
      await assert.rejects(failing.toPromise(), boom)
    }
    await assert.rejects(chain(Promise.reject(boom), () => 1).toPromise(), boom)
  })

  it('refuses a step that is no function before any has run', () => {
    let isRun = false
    const run = (): void => {
      isRun = true
    }
    assert.throws(
      () => chain(1, run, 'no function' as never),
      (error: unknown) => {
        assert.ok(error instanceof OptionError)
        assert.equal(error.message, 'step 2 must be a function, got "no function"')
        return true
      },
    )
    assert.equal(isRun, false)
  })
})
