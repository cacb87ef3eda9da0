import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, it } from 'node:test'
import {
  AbortedError,
  abandonedFailures,
  Deferred,
  Future,
  ManualClock,
  mapAsync,
  OptionError,
  sleep,
} from '../../../src/future/index.ts'
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

/** Work that is at hand from outside: `works[i]` settles item `i`. */
function controlled(): {
  readonly works: Deferred<string>[]
  readonly map: (item: unknown, index: number) => Future<string>
} {
  const works: Deferred<string>[] = []
  return {
    works,
    map: (_, index) => {
      works[index] = new Deferred<string>()
      return works[index].future
    },
  }
}

describe('mapAsync', () => {
  it('gives results in input order, whatever order they come in', async () => {
    const { works, map } = controlled()
    const all = mapAsync(['a', 'b', 'c'], map)
    for (const index of [2, 0, 1]) {
      works[index]?.resolve(`result ${index}`)
      await settle()
    }
    assert.deepEqual(await all, ['result 0', 'result 1', 'result 2'])
  })

  it('takes values, futures and promises as results, and tells the index', async () => {
    const all = mapAsync([1, 2, 3, 4], (item, index) => {
      if (index === 0) return item * 10
      if (index === 1) return Future.ready(item * 10)
      if (index === 2) return Promise.resolve(item * 10)
      return sleep(0).then(() => item * 10)
    })
    assert.deepEqual(await all, [10, 20, 30, 40])
  })

  it('is ready at once when nothing has to wait', () => {
    assert.deepEqual(mapAsync([1, 2], (item) => item + 1).get(), [2, 3])
    assert.deepEqual(mapAsync(new Set([1]), (item) => Future.ready(item)).get(), [1])
    assert.deepEqual(mapAsync([], () => 1).get(), [])
  })

  it('waits for items that are futures or promises', async () => {
    const late = new Deferred<number>()
    const all = mapAsync([late.future, Promise.resolve(2), Future.ready(3), 4], (item) => item * 2)
    late.resolve(1)
    assert.deepEqual(await all, [2, 4, 6, 8])
  })

  it('fails with an item that fails, and reports none that fails before its turn', async () => {
    const abandoned = abandonedFailures()
    const first = new Deferred<number>()
    const second = new Deferred<number>()
    const all = mapAsync(
      [first.future, second.future, Future.failed<number>(boom), Promise.reject<number>(boom)],
      (item) => item,
      { concurrency: 1 },
    )
    second.reject(new Error('before its turn'))
    await settle()
    first.reject(boom)
    assert.equal(await failureOf(all), boom)
    await settle()
    assert.equal(abandonedFailures(), abandoned)
  })

  it('has never more than `concurrency` items at work', async () => {
    const { works, map } = controlled()
    const all = mapAsync(['a', 'b', 'c', 'd', 'e'], map, { concurrency: 2 })
    const started: number[] = []
    for (const index of [1, 0, 2, 3, 4]) {
      await settle()
      started.push(works.length)
      works[index]?.resolve('')
    }
    assert.equal((await all).length, 5)
    assert.deepEqual(started, [2, 3, 4, 5, 5])
  })

  it('stops at the first failure: starts no more, tells those at work, drops what they come to', async () => {
    const abandoned = abandonedFailures()
    let started = 0
    let inner: AbortSignal | undefined
    const late = new Deferred<never>()
    const all = mapAsync(
      [1, 2, 3, 4],
      (item, _, signal) => {
        started++
        inner = signal
        return item === 2 ? Promise.reject(boom) : late.future
      },
      { concurrency: 2 },
    )
    assert.equal(await failureOf(all), boom)
    late.reject(new Error('dropped'))
    await settle()
    assert.deepEqual([started, inner?.reason], [2, boom])
    assert.equal(abandonedFailures(), abandoned)
  })

  it('takes what the callback throws as its failure', async () => {
    const all = mapAsync([1], () => {
      throw boom
    })
    assert.equal(await failureOf(all), boom)
  })

  it('visits everything with stopOnError false, and fails with the first failure in time', async () => {
    const { works, map } = controlled()
    const all = mapAsync([1, 2, 3], map, { stopOnError: false })
    works[2]?.reject(boom)
    await settle()
    works[0]?.reject(new Error('later'))
    await settle()
    assert.ok(all.isPending)
    works[1]?.resolve('')
    assert.equal(await failureOf(all), boom)
  })

  it('gives up when the signal of the caller fires, and leaves no listener', async () => {
    const controller = new AbortController()
    const listeners = countListeners(controller.signal)
    let inner: AbortSignal | undefined
    const all = mapAsync(
      [1],
      (_, __, signal) => {
        inner = signal
        return untilAborted(signal)
      },
      { signal: controller.signal },
    )
    assert.equal(listeners(), 1)
    controller.abort()
    assert.ok((await failureOf(all)) instanceof AbortedError)
    assert.equal(inner?.aborted, true)
    assert.equal(listeners(), 0)
  })

  it('sees the signal of the caller fire between ready items, and before the first', async () => {
    const controller = new AbortController()
    let calls = 0
    const all = mapAsync(
      [1, 2, 3],
      () => {
        calls++
        controller.abort(boom)
      },
      { signal: controller.signal },
    )
    assert.equal(await failureOf(all), boom)
    const refused = mapAsync([1], () => calls++, { signal: controller.signal })
    assert.equal(await failureOf(refused), boom)
    assert.equal(calls, 1)
  })

  it('goes on when the callback itself makes the event of an earlier item happen', async () => {
    const clock = new ManualClock()
    const all = mapAsync([10, 20, 5], (delayMs, index) => {
      if (index === 2) clock.advance(20)
      return index === 2 ? delayMs : sleep(delayMs, { clock }).then(() => delayMs)
    })
    assert.deepEqual(await all, [10, 20, 5])
  })

  it('keeps the async context of its caller in every call', async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen: unknown[] = []
    const release = new Deferred<void>()
    const all = storage.run('caller', () =>
      mapAsync(
        [1, 2, 3],
        () => {
          seen.push(storage.getStore())
          return release.future
        },
        { concurrency: 1 },
      ),
    )
    storage.run('resolver', () => release.resolve(undefined))
    await all
    assert.deepEqual(seen, ['caller', 'caller', 'caller'])
  })

  it('refuses what it does not understand', () => {
    for (const items of [undefined, null, 5, {}]) {
      assert.throws(() => mapAsync(items as [], () => 1), /mapAsync items/)
    }
    assert.throws(() => mapAsync([], 5 as unknown as () => number), /mapAsync callback/)
    const wrong: object[] = [
      { concurrency: 0 },
      { concurrency: 1.5 },
      { concurrency: Number.NaN },
      { concurrency: '2' },
      { stopOnError: 'no' },
      { signal: {} },
      { limit: 2 },
    ]
    for (const options of wrong) assert.throws(() => mapAsync([], () => 1, options), OptionError)
  })
})

describe('mapAsync over iterators', () => {
  it('pulls an async iterable only when there is room', async () => {
    const { works, map } = controlled()
    let pulled = 0
    async function* source(): AsyncGenerator<number> {
      for (; pulled < 4; ) yield pulled++
    }
    const all = mapAsync(source(), map, { concurrency: 2 })
    await settle()
    assert.equal(pulled, 2)
    works[0]?.resolve('')
    await settle()
    assert.equal(pulled, 3)
    for (let index = 1; index < 4; index++) {
      works[index]?.resolve('')
      await settle()
    }
    assert.equal((await all).length, 4)
  })

  it('closes iterators on a failure and on an abort, and not at their end', async () => {
    for (const make of [syncSource, asyncSource]) {
      const log: string[] = []
      const failing = mapAsync(make(log), (item) => {
        if (item === 1) throw boom
      })
      assert.equal(await failureOf(failing), boom)
      await settle()
      assert.deepEqual(log, ['closed'])
      const controller = new AbortController()
      const aborted = mapAsync(make(log), () => new Deferred().future, {
        concurrency: 1,
        signal: controller.signal,
      })
      await settle()
      controller.abort(boom)
      assert.equal(await failureOf(aborted), boom)
      await settle()
      assert.deepEqual(log, ['closed', 'closed'])
      assert.deepEqual(await mapAsync(make(log), (item) => item), [0, 1, 2])
      assert.deepEqual(log, ['closed', 'closed'])
    }
  })

  it('fails with the failure of an iterator, and does not close it again', async () => {
    for (const failingMove of [() => Promise.reject(boom), (): never => raise(boom)]) {
      let isClosed = false
      const source: AsyncIterable<number> = {
        [Symbol.asyncIterator]: () => ({
          next: failingMove,
          return: () => {
            isClosed = true
            return Promise.resolve({ done: true, value: undefined })
          },
        }),
      }
      assert.equal(await failureOf(mapAsync(source, () => 1)), boom)
      assert.equal(isClosed, false)
    }
    function* throwing(): Generator<number> {
      yield 1
      throw boom
    }
    assert.equal(await failureOf(mapAsync(throwing(), () => 1)), boom)
  })

  it('lets the failure of an item prevail over that of closing its iterator', async () => {
    const source: Iterable<number> = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: 1 }),
        return: () => raise(new Error('closing')),
      }),
    }
    assert.equal(await failureOf(mapAsync(source, () => raise(boom))), boom)
  })
})

describe('mapAsync of many', () => {
  const items = Array.from({ length: MANY }, (_, index) => index)

  const maps: Record<string, (item: number) => number | Future<number>> = {
    values: (item) => item,
    'ready futures': (item) => Future.ready(item),
    'pending futures': eventually,
  }
  for (const [name, map] of Object.entries(maps)) {
    it(`passes a million ${name} without a stall`, async () => {
      let last: number | undefined
      const turns = await turnsDuring(() =>
        mapAsync(items, map, { concurrency: 100 }).then((results) => {
          last = results.at(-1)
        }),
      )
      assert.equal(last, MANY - 1)
      assert.ok(turns >= MIN_TURNS, `only ${turns} turns`)
    })
  }

  it('has a million at work at a time', async () => {
    const works: Deferred<number>[] = []
    const all = mapAsync(items, () => {
      const work = new Deferred<number>()
      works.push(work)
      return work.future
    })
    while (works.length < MANY) await settle()
    for (const [index, work] of works.entries()) work.resolve(index)
    assert.equal((await all).at(-1), MANY - 1)
  })
})

const waiting: (() => void)[] = []

/** Settles in a later turn of the event loop, together with all that were asked for in this one. */
function eventually(item: number): Future<number> {
  const work = new Deferred<number>()
  if (waiting.length === 0) {
    setImmediate(() => {
      for (const wake of waiting.splice(0)) wake()
    })
  }
  waiting.push(() => work.resolve(item))
  return work.future
}

function raise(reason: unknown): never {
  throw reason
}

function* syncSource(log: string[]): Generator<number> {
  let isComplete = false
  try {
    for (let item = 0; item < 3; item++) yield item
    isComplete = true
  } finally {
    if (!isComplete) log.push('closed')
  }
}

async function* asyncSource(log: string[]): AsyncGenerator<number> {
  yield* syncSource(log)
}
