import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { after, before, describe, it } from 'node:test'
import {
  Batch,
  BatchResultError,
  ClosedError,
  configureRunQueue,
  Deferred,
  type Future,
  ManualClock,
  OptionError,
  runQueueStats,
  sleep,
  TimeoutError,
  whenAll,
} from '../../../src/future/index.ts'

const boom = new Error('boom')

/** A batch that squares, and the keys of each of its calls. */
function squares(options?: ConstructorParameters<typeof Batch<number, number>>[1]) {
  const calls: (readonly number[])[] = []
  const batch = new Batch<number, number>((keys) => {
    calls.push([...keys])
    return keys.map((key) => key * key)
  }, options)
  return { batch, calls }
}

describe('Batch', () => {
  // A turn ends with its quota, and so does a batch; these must not end where the machine is busy.
  const { quotaMs } = runQueueStats()
  before(() => configureRunQueue({ quotaMs: 1000 }))
  after(() => configureRunQueue({ quotaMs }))

  it('makes one call of everything that is asked for in one turn', async () => {
    const { batch, calls } = squares()
    const values = await whenAll([batch.load(3), batch.load(1), batch.load(2)])
    assert.deepEqual(values, [9, 1, 4])
    assert.deepEqual(calls, [[3, 1, 2]])
  })

  it('joins continuations of futures and async functions that resume in one turn', async () => {
    const { batch, calls } = squares()
    const start = new Deferred<void>()
    const chains = [1, 2, 3].map((key) => start.future.then(() => batch.load(key)))
    const functions = [4, 5, 6].map(async (key) => {
      await start.future
      await Promise.resolve()
      return batch.load(key)
    })
    start.resolve()
    await Promise.all([...chains, ...functions])
    assert.equal(calls.length, 1)
    assert.deepEqual(
      calls[0]?.toSorted((a, b) => a - b),
      [1, 2, 3, 4, 5, 6],
    )
  })

  it('makes one call of each level of dependent loads', async () => {
    const { batch, calls } = squares()
    const values = await whenAll(
      [2, 3].map((key) => batch.load(key).then((square) => batch.load(square))),
    )
    assert.deepEqual(values, [16, 81])
    assert.deepEqual(
      calls.map((keys) => keys.toSorted((a, b) => a - b)),
      [
        [2, 3],
        [4, 9],
      ],
    )
  })

  it('asks once for a key that several want, and again in the next turn', async () => {
    const { batch, calls } = squares()
    assert.deepEqual(await whenAll([batch.load(7), batch.load(7)]), [49, 49])
    assert.equal(await batch.load(7), 49)
    assert.deepEqual(calls, [[7], [7]])
  })

  it('tells keys that are objects apart by keyOf', async () => {
    const calls: number[] = []
    const batch = new Batch<{ readonly id: number }, string>(
      (keys) => {
        calls.push(keys.length)
        return keys.map(({ id }) => `user ${id}`)
      },
      { keyOf: ({ id }) => id },
    )
    const values = await whenAll([
      batch.load({ id: 1 }),
      batch.load({ id: 1 }),
      batch.load({ id: 2 }),
    ])
    assert.deepEqual(values, ['user 1', 'user 1', 'user 2'])
    assert.deepEqual(calls, [2])
  })

  it('never loads inside load, not even when the batch is full', async () => {
    const { batch, calls } = squares({ maxSize: 2 })
    const loads = [1, 2, 3, 4, 5].map((key) => batch.load(key))
    assert.equal(calls.length, 0)
    assert.deepEqual(await whenAll(loads), [1, 4, 9, 16, 25])
    assert.deepEqual(calls.map(({ length }) => length).toSorted(), [1, 2, 2])
  })

  it('gives 10,000 keys their results, each its own', async () => {
    const { batch, calls } = squares()
    const values = await whenAll(Array.from({ length: 10_000 }, (_, key) => batch.load(key)))
    assert.ok(values.every((value, key) => value === key * key))
    assert.equal(calls.length, 1)
  })

  it('collects across turns for maxDelayMs', async () => {
    const clock = new ManualClock()
    const { batch, calls } = squares({ maxDelayMs: 10, clock })
    const first = batch.load(1)
    await sleep(0)
    clock.advance(9)
    const second = batch.load(2)
    assert.deepEqual(calls, [])
    clock.advance(1)
    assert.deepEqual(await whenAll([first, second]), [1, 4])
    assert.deepEqual(calls, [[1, 2]])
  })

  it('takes the timer off when the batch is full before its time', async () => {
    const clock = new ManualClock()
    const { batch } = squares({ maxDelayMs: 10, maxSize: 1, clock })
    assert.equal(await batch.load(3), 9)
    assert.equal(clock.pendingTimers, 0)
  })

  it('fails the keys whose result is an Error, and no others', async () => {
    const batch = new Batch<number, number>((keys) => keys.map((key) => (key === 2 ? boom : key)))
    const loads = [batch.load(1), batch.load(2), batch.load(3)]
    assert.equal(await loads[0], 1)
    await assert.rejects((loads[1] as Future<number>).toPromise(), boom)
    assert.equal(await loads[2], 3)
  })

  it('fails all keys with what the load function throws or rejects with', async () => {
    const thrower = new Batch<number, number>(() => {
      throw boom
    })
    const rejecter = new Batch<number, number>(() => Promise.reject(boom))
    for (const batch of [thrower, rejecter]) {
      for (const load of [batch.load(1), batch.load(2)]) {
        await assert.rejects(load.toPromise(), boom)
      }
    }
  })

  it('fails all keys when there is not one result for each', async () => {
    const wrongs: [unknown, string][] = [
      [[1], 'an array of 1'],
      [[1, 2, 3], 'an array of 3'],
      [undefined, 'undefined'],
      [{ length: 2 }, 'an object (Object)'],
    ]
    for (const [wrong, got] of wrongs) {
      const batch = new Batch<number, number>(() => wrong as number[], { name: 'users' })
      const loads = [batch.load(1), batch.load(2)]
      for (const load of loads) {
        await assert.rejects(load.toPromise(), (error) => {
          assert.ok(error instanceof BatchResultError)
          assert.equal(
            error.message,
            `batch "users" must load an array of 2 for as many keys, got ${got}`,
          )
          return true
        })
      }
    }
  })

  it('fails the load whose key keyOf cannot tell', async () => {
    const { batch, calls } = squares({
      keyOf: () => {
        throw boom
      },
    })
    await assert.rejects(batch.load(1).toPromise(), boom)
    await sleep(0)
    assert.deepEqual(calls, [])
  })

  it('limits the wait of one, and loads the key for the others all the same', async () => {
    const clock = new ManualClock()
    const controller = new AbortController()
    const results = new Deferred<number[]>()
    const batch = new Batch<number, number>(() => results.future, { name: 'users' })
    const hurried = batch.load(1, { timeoutMs: 5, clock })
    const aborted = batch.load(1, { signal: controller.signal })
    const patient = batch.load(1)
    clock.advance(5)
    controller.abort(boom)
    results.resolve([10])
    await assert.rejects(hurried.toPromise(), {
      code: 'CORE_TIMEOUT',
      message: 'The wait for batch "users" did not finish within 5 ms',
    })
    await assert.rejects(aborted.toPromise(), boom)
    assert.equal(await patient, 10)
  })

  it('does not ask for a key whose signal has fired', async () => {
    const { batch, calls } = squares()
    const refused = batch.load(1, { signal: AbortSignal.abort(boom) })
    await assert.rejects(refused.toPromise(), boom)
    await sleep(0)
    assert.deepEqual(calls, [])
  })

  it('loads in the async context of whoever asked first', async () => {
    const storage = new AsyncLocalStorage<string>()
    let seen: unknown
    const batch = new Batch<number, number>((keys) => {
      seen = storage.getStore()
      return keys
    })
    const first = storage.run('first', () => batch.load(1))
    const second = storage.run('second', () => batch.load(2))
    await whenAll([first, second])
    assert.equal(seen, 'first')
  })

  it('fails what is not being loaded yet when it is closed, and everything later', async () => {
    const clock = new ManualClock()
    const { batch, calls } = squares({ maxDelayMs: 10, clock, name: 'users' })
    const waiting = batch.load(1)
    batch[Symbol.dispose]()
    batch.close()
    for (const load of [waiting, batch.load(2)]) {
      await assert.rejects(load.toPromise(), (error) => {
        assert.ok(error instanceof ClosedError)
        assert.equal(error.message, 'batch "users" is closed')
        return true
      })
    }
    assert.deepEqual([calls, clock.pendingTimers], [[], 0])
  })

  it('lets a load that has begun finish when it is closed', async () => {
    const results = new Deferred<number[]>()
    const begun = new Deferred<void>()
    const batch = new Batch<number, number>(() => {
      begun.resolve()
      return results.future
    })
    const load = batch.load(1)
    await begun.future
    batch.close()
    results.resolve([10])
    assert.equal(await load, 10)
  })

  it('refuses bad input', () => {
    assert.throws(() => new Batch(undefined as unknown as () => never[]), OptionError)
    for (const wrong of [
      { maxSize: 0 },
      { maxSize: 1.5 },
      { maxDelayMs: -1 },
      { maxDelayMs: Number.NaN },
      { keyOf: 'id' as unknown as () => 1 },
      { name: 5 as unknown as string },
      { cache: true } as object,
    ]) {
      assert.throws(() => squares(wrong), OptionError)
    }
    const { batch } = squares()
    assert.throws(() => batch.load(1, { timeout: 5 } as object), OptionError)
    assert.throws(() => batch.loadMany(new Set([1]) as unknown as number[]), OptionError)
  })
})

describe('Batch.loadMany', () => {
  it('gives values and errors in the order of the keys', async () => {
    const batch = new Batch<number, number>((keys) => keys.map((key) => (key === 2 ? boom : key)))
    assert.deepEqual(await batch.loadMany([3, 2, 3, 1]), [3, boom, 3, 1])
    assert.deepEqual(await batch.loadMany([]), [])
  })

  it('gives the error of the load function at each key', async () => {
    const batch = new Batch<number, number>(() => Promise.reject(boom))
    assert.deepEqual(await batch.loadMany([1, 2]), [boom, boom])
  })

  it('fails with what is no Error, which could not be told from a value', async () => {
    const batch = new Batch<number, string>(() => Promise.reject('text'))
    await assert.rejects(batch.loadMany([1, 2]).toPromise(), (reason) => reason === 'text')
  })

  it('limits the wait for each key', async () => {
    const clock = new ManualClock()
    const batch = new Batch<number, number>(() => new Deferred<number[]>().future)
    const loads = batch.loadMany([1, 2], { timeoutMs: 5, clock })
    clock.advance(5)
    const results = await loads
    assert.ok(results.every((result) => result instanceof TimeoutError))
    assert.equal(results.length, 2)
  })
})
