import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  abandonedFailures,
  Deferred,
  doUntil,
  Future,
  forEachAsync,
  ManualClock,
  mapReduce,
  OptionError,
  reduceAsync,
  repeat,
  repeatUntilValue,
  sleep,
  whenAll,
  whenAllSettled,
  whenAllSucceed,
  whenAny,
  whenAnySucceed,
  whenSome,
} from '../../../src/future/index.ts'
import { failureOf, MANY, settle } from '../../future/support.ts'

const boom = new Error('boom')

function raise(): never {
  throw boom
}

describe('combinators, as the futures_test of Seastar has them', () => {
  it('38 whenAll takes a million mixed ready and pending futures without stack overflow', async () => {
    const late: Deferred<number>[] = []
    const all = whenAll(
      Array.from({ length: MANY }, (_, index) => {
        if (index % 2 === 0) return Future.ready(index)
        const deferred = new Deferred<number>()
        late.push(deferred)
        return deferred.future
      }),
    )
    late.forEach((deferred, index) => deferred.resolve(2 * index + 1))
    assert.ok((await all).every((value, index) => value === index))
  })

  it('39 whenAllSettled (when_all there) with failures still waits for all, and never fails', async () => {
    const late = new Deferred<number>()
    const all = whenAllSettled([Future.failed(boom), late.future, Promise.reject(boom)])
    await settle()
    assert.ok(all.isPending)
    late.resolve(1)
    assert.deepEqual(
      (await all).map(({ status }) => status),
      ['rejected', 'fulfilled', 'rejected'],
    )
  })

  it('40 functions are accepted, and what they throw is a failed element', async () => {
    assert.deepEqual(await whenAllSettled([() => 1, raise]), [
      { status: 'fulfilled', value: 1 },
      { status: 'rejected', reason: boom },
    ])
  })

  it('41 whenAllSucceed waits for stragglers before it fails', async () => {
    const late = new Deferred<number>()
    const all = whenAllSucceed([raise, late.future])
    await settle()
    assert.ok(all.isPending)
    late.resolve(1)
    assert.equal(await failureOf(all), boom)
  })

  it('42 whenAllSucceed reports the failure of the lowest index, and abandons none', async () => {
    const before = abandonedFailures()
    const first = new Deferred<number>()
    const all = whenAllSucceed([first.future, Promise.reject(new Error('second')), raise])
    await settle()
    const lowest = new Error('first')
    first.reject(lowest)
    assert.equal(await failureOf(all), lowest)
    await settle()
    assert.equal(abandonedFailures(), before)
  })

  it('43 empty input is ready with nothing; whenAny and whenAnySucceed refuse it (our difference)', () => {
    for (const combine of [whenAll, whenAllSettled, whenAllSucceed]) {
      assert.deepEqual(combine([]).get(), [])
      assert.deepEqual(combine({}).get(), {})
    }
    assert.deepEqual(whenSome([], 0).get(), [])
    assert.equal(forEachAsync([], raise).get(), undefined)
    assert.equal(mapReduce([], raise, 0, raise).get(), 0)
    assert.throws(() => whenAny([]), OptionError)
    assert.throws(() => whenAnySucceed([]), OptionError)
  })

  it('44 a ready input of whenAny wins at its index', async () => {
    const { index, value } = await whenAny([new Deferred<number>().future, Future.ready(7)])
    assert.deepEqual([index, value], [1, 7])
  })

  it('45 the fastest timer wins whenAny', async () => {
    const clock = new ManualClock()
    const any = whenAny([100, 10, 1000].map((delayMs) => sleep(delayMs, { clock })))
    clock.advance(1000)
    assert.equal((await any).index, 1)
  })

  it('46 a failure counts as the first completion of whenAny', async () => {
    assert.equal(await failureOf(whenAny([new Deferred().future, Promise.reject(boom)])), boom)
  })

  it('47 losers of whenAny are used in a second whenAny', async () => {
    const clock = new ManualClock()
    const any = whenAny([20, 10].map((ms) => sleep(ms, { clock }).then(() => ms)))
    clock.advance(10)
    const { rest } = await any
    const second = whenAny(rest)
    clock.advance(10)
    assert.equal((await second).value, 20)
  })

  it('48 mapReduce adds 1000 squares', async () => {
    const numbers = Array.from({ length: 1000 }, (_, index) => index)
    const square = (n: number): Future<number> => sleep(0, { clock }).then(() => n * n)
    const clock = new ManualClock()
    const sum = mapReduce(numbers, square, 0, (total, value) => total + value)
    while (sum.isPending) {
      clock.advance(1)
      await settle()
    }
    assert.equal(await sum, 332_833_500)
  })

  it('49 a mapper that throws never hands a stale accumulator on', async () => {
    const map = (item: number): number => (item === 5 ? raise() : item)
    assert.equal(
      await failureOf(mapReduce([1, 5, 9], map, 0, (total, value) => total + value)),
      boom,
    )
  })

  it('50 a reducer that throws never hands a stale accumulator on', async () => {
    const seen: number[] = []
    const reduce = (total: number, value: number): number => {
      seen.push(total)
      return value === 5 ? raise() : total + value
    }
    assert.equal(await failureOf(mapReduce([1, 5, 9], (item) => item, 0, reduce)), boom)
    assert.equal(await failureOf(reduceAsync([1, 5, 9], reduce, 0)), boom)
    assert.deepEqual(seen, [0, 1, 0, 1])
  })

  it('51 forEachAsync: nothing, ready, suspended, a throw at once and a late one', async () => {
    await forEachAsync([], raise)
    await forEachAsync([1, 2], () => Future.ready())
    await forEachAsync([1, 2], () => sleep(0))
    assert.equal(await failureOf(forEachAsync([1], raise)), boom)
    assert.equal(await failureOf(forEachAsync([1], () => sleep(0).then(raise))), boom)
  })

  it('52 forEachAsync waits for all although one failed, with stopOnError: false', async () => {
    const late = new Deferred<void>()
    const all = forEachAsync([1, 2], (item) => (item === 1 ? raise() : late.future), {
      stopOnError: false,
    })
    await settle()
    assert.ok(all.isPending)
    late.resolve(undefined)
    assert.equal(await failureOf(all), boom)
  })

  it('53 forEachAsync counts 11,000 sleepers, several of which fail', async () => {
    const sleepers: Deferred<void>[] = []
    let counted = 0
    const all = forEachAsync(
      Array.from({ length: 11_000 }, (_, index) => index),
      (index) => {
        const sleeper = new Deferred<void>()
        sleepers.push(sleeper)
        return sleeper.future.then(() => {
          counted++
          if (index % 2_000 === 1) raise()
        })
      },
      { stopOnError: false },
    )
    while (sleepers.length < 11_000) await settle()
    for (const sleeper of sleepers) sleeper.resolve(undefined)
    assert.equal(await failureOf(all), boom)
    assert.equal(counted, 11_000)
  })

  it('54 a bounded forEachAsync never has more at work, visits all although the first threw, refuses 0', async () => {
    for (const [length, concurrency] of [
      [7, 3],
      [2, 5],
    ] as const) {
      let atWork = 0
      let visited = 0
      let most = 0
      const all = forEachAsync(
        Array.from({ length }, (_, index) => index),
        (index) => {
          visited++
          if (index === 0) raise()
          most = Math.max(most, ++atWork)
          return sleep(0).then(() => {
            atWork--
          })
        },
        { concurrency, stopOnError: false },
      )
      assert.equal(await failureOf(all), boom)
      assert.deepEqual([visited, most], [length, Math.min(concurrency, length - 1)])
    }
    assert.throws(() => forEachAsync([], raise, { concurrency: 0 }), OptionError)
  })

  it('55 doUntil: the condition throws, the body throws, it stops at once and after two', async () => {
    assert.equal(await failureOf(doUntil(raise, () => {})), boom)
    assert.equal(await failureOf(doUntil(() => false, raise)), boom)
    await doUntil(() => true, raise)
    let count = 0
    await doUntil(
      () => count === 2,
      () => sleep(0).then(() => count++),
    )
    assert.equal(count, 2)
  })

  it('56 repeatUntilValue: a value of a future, a plain value, a failure', async () => {
    let count = 0
    assert.equal(await repeatUntilValue(() => Future.ready(++count < 3 ? undefined : count)), 3)
    assert.equal(await repeatUntilValue(() => (++count < 6 ? undefined : count)), 6)
    assert.equal(await failureOf(repeatUntilValue(() => Future.failed(boom))), boom)
  })

  it('57 loops let other tasks in: one scheduled in iteration 0 ends an endless ready loop', async () => {
    const loops = [
      (body: () => void, signal: AbortSignal) => repeat(body, { signal }),
      (body: () => void, signal: AbortSignal) => repeatUntilValue(body, { signal }),
      (body: () => void, signal: AbortSignal) => doUntil(() => false, body, { signal }),
      (body: () => void, signal: AbortSignal) => forEachAsync(endless(), body, { signal }),
      (body: () => void, signal: AbortSignal) =>
        reduceAsync(endless(), body, undefined, { signal }),
    ]
    for (const loop of loops) {
      const controller = new AbortController()
      const trigger = new Deferred<void>()
      trigger.future.then(() => controller.abort(boom)).ignore()
      let count = 0
      const body = (): void => {
        if (count++ === 0) trigger.resolve(undefined)
      }
      assert.equal(await failureOf(loop(body, controller.signal)), boom)
      assert.ok(count > 1)
    }
  })
})

function* endless(): Generator<number> {
  for (let count = 0; ; count++) yield count
}
