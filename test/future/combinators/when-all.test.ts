import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { AbortedError, Deferred, Future, OptionError, whenAll } from '../../../src/future/index.ts'
import {
  countListeners,
  failureOf,
  MANY,
  MIN_TURNS,
  settle,
  turnsDuring,
  untilAborted,
} from '../support.ts'

const boom = new Error('boom')

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

  it('gives up when the signal of the caller fires, and stops the functions', async () => {
    const controller = new AbortController()
    const listeners = countListeners(controller.signal)
    let inner: AbortSignal | undefined
    const all = whenAll(
      [
        Promise.resolve(1),
        (signal: AbortSignal) => {
          inner = signal
          return untilAborted(signal)
        },
      ],
      { signal: controller.signal },
    )
    assert.equal(listeners(), 1)
    controller.abort(boom)
    assert.equal(await failureOf(all), boom)
    assert.equal(inner?.reason, boom)
    assert.equal(listeners(), 0)
  })

  it('starts nothing when the signal has fired before, and listens to none it does not need', async () => {
    let isStarted = false
    const work = () => {
      isStarted = true
    }
    const refused = whenAll([Future.failed(new Error('dropped')), work], {
      signal: AbortSignal.abort(),
    })
    assert.ok((await failureOf(refused)) instanceof AbortedError)
    assert.equal(isStarted, false)
    const { signal } = new AbortController()
    const listeners = countListeners(signal)
    assert.deepEqual(whenAll([Future.ready(1), () => 2], { signal }).get(), [1, 2])
    assert.equal(listeners(), 0)
  })

  it('lets the event loop turn while it collects a million values', async () => {
    const deferreds = Array.from({ length: MANY }, () => new Deferred<number>())
    const all = whenAll(deferreds.map(({ future }) => future))
    const last = deferreds.pop()
    for (const deferred of deferreds) deferred.resolve(1)
    await settle()
    let isReady = false
    const turns = await turnsDuring(() => {
      last?.resolve(2)
      return all.then((values) => {
        isReady = values.length === MANY && values.at(-1) === 2
      })
    })
    assert.ok(isReady)
    assert.ok(turns >= MIN_TURNS, `only ${turns} turns`)
  })

  it('refuses options it does not know, and signals that are none', () => {
    assert.throws(() => whenAll([], { singal: 1 } as object), /whenAll options.singal/)
    assert.throws(() => whenAll([], { signal: 'now' } as object), OptionError)
  })
})
