import assert from 'node:assert/strict'
import { AsyncLocalStorage } from 'node:async_hooks'
import { getEventListeners } from 'node:events'
import { describe, it } from 'node:test'
import { debug } from '../../../src/core/debug.ts'
import {
  AbortedError,
  Deferred,
  Future,
  ManualClock,
  type ManyOptions,
  OptionError,
  onUnhandledFailure,
  Pipeline,
  PipelineError,
  type StageContext,
  sleep,
  TimeoutError,
} from '../../../src/future/index.ts'

const boom = new Error('boom')

/** Lets everything that is scheduled run. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

/** Numbers from 0, that remember how many were taken and whether somebody closed them. */
class Counter {
  taken = 0
  isClosed = false
  readonly #length: number

  constructor(length = Number.POSITIVE_INFINITY) {
    this.#length = length
  }

  *[Symbol.iterator](): Generator<number, void> {
    try {
      while (this.taken < this.#length) yield this.taken++
    } finally {
      this.isClosed = true
    }
  }

  async *later(): AsyncGenerator<number, void> {
    for (const item of this) {
      await Promise.resolve()
      yield item
    }
  }
}

/** A stage whose values are finished by the test, in any order. */
class Manual {
  readonly started: number[] = []
  readonly stopped: number[] = []
  readonly #gates = new Map<number, Deferred<number>>()

  readonly work = (value: number, { signal }: StageContext): Future<number> => {
    const gate = new Deferred<number>()
    this.started.push(value)
    this.#gates.set(value, gate)
    signal.addEventListener('abort', () => {
      if (gate.reject(signal.reason)) this.stopped.push(value)
    })
    return gate.future
  }

  finish(value: number): void {
    this.#gates.get(value)?.resolve(value * 10)
  }

  fail(value: number): void {
    this.#gates.get(value)?.reject(boom)
  }
}

async function toArray<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

describe('Pipeline.executeMany', () => {
  const double = new Pipeline<number>().stage('double', (value) => value * 2)
  const later = new Pipeline<number>().stage('later', async (value) => value * 2)

  for (const [kind, pipeline] of [
    ['ready', double],
    ['pending', later],
  ] as const) {
    for (const concurrency of [1, 2, 16]) {
      it(`gives all results in order: ${kind} stages, ${concurrency} at a time`, async () => {
        const expected = Array.from({ length: 20 }, (_, item) => item * 2)
        const options = { concurrency }
        assert.deepEqual(await toArray(pipeline.executeMany(new Counter(20), options)), expected)
        const source = new Counter(20).later()
        assert.deepEqual(await toArray(pipeline.executeMany(source, options)), expected)
      })
    }
  }

  it('takes items that are futures or promises', async () => {
    const items = [1, Promise.resolve(2), Future.ready(3), sleep(0).then(() => 4)]
    assert.deepEqual(await toArray(double.executeMany(items)), [2, 4, 6, 8])
  })

  it('gives nothing for no items', async () => {
    assert.deepEqual(await toArray(double.executeMany([])), [])
  })

  it('starts nothing before the first result is asked for', async () => {
    const items = new Counter()
    const results = double.executeMany(items)
    await settle()
    assert.equal(items.taken, 0)
    assert.deepEqual(await results.next(), { done: false, value: 0 })
    await results.return?.()
  })

  it('keeps at most `concurrency` items between the source and the reader', async () => {
    const manual = new Manual()
    const items = new Counter()
    const results = new Pipeline<number>()
      .stage('manual', manual.work)
      .executeMany(items, { concurrency: 3 })
    const first = results.next()
    await settle()
    assert.deepEqual(manual.started, [0, 1, 2])
    manual.finish(1)
    manual.finish(2)
    await settle()
    assert.equal(items.taken, 3, 'what is finished and not read holds its place')
    manual.finish(0)
    assert.equal((await first).value, 0)
    await settle()
    assert.equal(items.taken, 4, 'a result that was read frees a place')
    assert.equal((await results.next()).value, 10)
    await settle()
    assert.equal(items.taken, 5)
    await results.return?.()
    await settle()
    assert.deepEqual(manual.stopped, [3, 4])
  })

  it('gives results as they come if they need not be ordered', async () => {
    const manual = new Manual()
    const results = new Pipeline<number>()
      .stage('manual', manual.work)
      .executeMany(new Counter(3), { concurrency: 3, ordered: false })
    const reads = [results.next(), results.next(), results.next(), results.next()]
    await settle()
    for (const value of [2, 0, 1]) {
      manual.finish(value)
      await settle()
    }
    const read = await Promise.all(reads)
    assert.deepEqual(
      read.map(({ value }) => value as number),
      [20, 0, 10, undefined],
    )
    assert.equal(read[3]?.done, true)
  })

  it('serves several readers in the order they came', async () => {
    const results = later.executeMany(new Counter(3))
    const reads = await Promise.all(Array.from({ length: 5 }, () => results.next()))
    assert.deepEqual(
      reads.map(({ done, value }) => [done, value as number]),
      [
        [false, 0],
        [false, 2],
        [false, 4],
        [true, undefined],
        [true, undefined],
      ],
    )
  })

  it('gives a failure in its place, then stops the rest and closes the source', async () => {
    const manual = new Manual()
    const items = new Counter()
    const pipeline = new Pipeline<number>().stage('manual', manual.work)
    const results = pipeline.executeMany(items, { concurrency: 4 })
    const first = results.next()
    const second = results.next()
    const third = results.next()
    const fourth = results.next()
    await settle()
    manual.fail(2)
    await settle()
    assert.deepEqual(manual.stopped, [], 'what comes before it may still succeed')
    manual.finish(0)
    assert.deepEqual(await first, { done: false, value: 0 })
    assert.equal(items.taken, 4, 'what comes after it is not begun any more')
    manual.finish(1)
    assert.deepEqual(await second, { done: false, value: 10 })
    await assert.rejects(third, (error: unknown) => {
      assert.ok(error instanceof PipelineError)
      assert.deepEqual([error.stage, error.cause], ['manual', boom])
      return true
    })
    assert.equal((await fourth).done, true)
    assert.ok(items.isClosed)
    await settle()
    assert.deepEqual(manual.stopped, [3])
    assert.equal(pipeline.stats()[0]?.inFlight, 0)
    assert.equal((await results.next()).done, true)
  })

  it('gives a failure at once if results need not be ordered', async () => {
    const manual = new Manual()
    const results = new Pipeline<number>()
      .stage('manual', manual.work)
      .executeMany(new Counter(), { concurrency: 3, ordered: false })
    const first = results.next()
    await settle()
    manual.fail(2)
    await assert.rejects(first, PipelineError)
    await settle()
    assert.deepEqual(manual.stopped, [0, 1])
  })

  it('closes the source and stops what is at work when the loop is left', async () => {
    const manual = new Manual()
    for (const items of [new Counter(), new Counter()]) {
      const source = manual.started.length === 0 ? items : items.later()
      const pipeline = new Pipeline<number>().stage('manual', (value, context) =>
        value === 0 ? value : manual.work(value, context),
      )
      for await (const value of pipeline.executeMany(source, { concurrency: 3 })) {
        assert.equal(value, 0)
        await settle()
        break
      }
      await settle()
      assert.ok(items.isClosed)
      assert.equal(pipeline.stats()[0]?.inFlight, 0)
    }
    assert.deepEqual(manual.stopped, [1, 2, 3, 1, 2, 3])
  })

  it('ends pending reads when it is returned, without waiting for a source that is busy', async () => {
    const source: AsyncIterable<number> = {
      [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }),
    }
    const results = double.executeMany(source)
    const read = results.next()
    await settle()
    await results.return?.()
    assert.equal((await read).done, true)
  })

  it('fails with the reason of the signal, and takes its listener off', async () => {
    const manual = new Manual()
    const items = new Counter()
    const controller = new AbortController()
    const results = new Pipeline<number>()
      .stage('manual', manual.work)
      .executeMany(items, { concurrency: 20, signal: controller.signal })
    const read = results.next()
    await settle()
    assert.equal(getEventListeners(controller.signal, 'abort').length, 1)
    controller.abort(boom)
    await assert.rejects(read, boom)
    assert.equal((await results.next()).done, true)
    assert.equal(manual.stopped.length, 20)
    assert.ok(items.isClosed)
    assert.equal(getEventListeners(controller.signal, 'abort').length, 0)
  })

  it('tells the next reader of an abort that nobody was waiting for', async () => {
    const controller = new AbortController()
    const results = later.executeMany(new Counter(), { signal: controller.signal })
    await results.next()
    controller.abort()
    await settle()
    await assert.rejects(results.next(), AbortedError)
    assert.equal((await results.next()).done, true)
  })

  it('starts nothing when the signal has fired before', async () => {
    const items = new Counter()
    const results = later.executeMany(items, { signal: AbortSignal.abort(boom) })
    await assert.rejects(results.next(), boom)
    assert.equal(items.taken, 0)
  })

  it('takes the listener off at the end', async () => {
    const { signal } = new AbortController()
    await toArray(later.executeMany(new Counter(3), { signal }))
    assert.equal(getEventListeners(signal, 'abort').length, 0)
  })

  it('fails as the source does, after the results before', async () => {
    function* broken(): Generator<number> {
      yield 1
      throw boom
    }
    async function* brokenLater(): AsyncGenerator<number> {
      yield* broken()
    }
    for (const source of [broken(), brokenLater()]) {
      const results = later.executeMany(source)
      assert.deepEqual(await results.next(), { done: false, value: 2 })
      await assert.rejects(results.next(), boom)
      assert.equal((await results.next()).done, true)
    }
  })

  it('fails with what closing the source fails with when the loop is left', async () => {
    const source: Iterable<number> = {
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: 1 }),
        return: () => {
          throw boom
        },
      }),
    }
    const results = double.executeMany(source)
    await results.next()
    await assert.rejects(async () => results.return?.(), boom)
  })

  it('limits the time of each item, not of all', async () => {
    const clock = new ManualClock()
    const slow = new Pipeline<number>({ clock }).stage('slow', (ms, { signal }) =>
      sleep(ms, { clock, signal }),
    )
    const results = slow.executeMany([8, 8, 12], { timeoutMs: 10, concurrency: 1 })
    for (const ms of [8, 8]) {
      const read = results.next()
      await settle()
      clock.advance(ms)
      assert.equal((await read).done, false)
    }
    const read = results.next()
    await settle()
    clock.advance(10)
    await assert.rejects(read, TimeoutError)
    assert.equal(clock.pendingTimers, 0)
  })

  it('stays in order when a stage asks the stream itself', async () => {
    const asked: unknown[] = []
    const results: AsyncIterableIterator<number> = new Pipeline<number>()
      .stage('ask', (value) => {
        if (value === 1) asked.push(results.next())
        return value
      })
      .executeMany(new Counter(4))
    const values = [await results.next(), await results.next(), await results.next()]
    assert.deepEqual(
      [...values, ...(await Promise.all(asked))]
        .map((read) => (read as { value: number }).value)
        .toSorted(),
      [0, 1, 2, 3],
    )
  })

  it('ends when a stage ends the stream itself', async () => {
    for (const answer of [() => 1, () => sleep(0), () => Promise.reject(boom)]) {
      const results: AsyncIterableIterator<unknown> = new Pipeline<number>()
        .stage('end', (): unknown => {
          void results.return?.()
          return answer()
        })
        .executeMany(new Counter())
      assert.equal((await results.next()).done, true)
      assert.equal((await results.next()).done, true)
      await settle()
    }
  })

  it('gives the failure to the reader even if closing the source asks for more', async () => {
    const asked: unknown[] = []
    const results: AsyncIterableIterator<number> = double.executeMany({
      [Symbol.iterator]: () => ({
        next: () => ({ done: false, value: Promise.reject<number>(boom) }),
        return: () => {
          asked.push(results.next())
          return { done: true, value: undefined }
        },
      }),
    })
    await assert.rejects(results.next(), boom)
    assert.deepEqual(await Promise.all(asked), [{ done: true, value: undefined }])
  })

  it('reports no item that fails before its turn as unhandled', async () => {
    const reports: unknown[] = []
    const subscription = onUnhandledFailure((failure) => reports.push(failure))
    const failing = [Future.ready(1), Future.ready(2), Future.failed<number>(boom)]
    const results = later.executeMany(failing, { concurrency: 1 })
    const first = results.next()
    await settle()
    assert.equal((await first).value, 2)
    assert.equal((await results.next()).value, 4)
    await settle()
    await assert.rejects(results.next(), boom)
    assert.deepEqual(reports, [])
    subscription[Symbol.dispose]()
  })

  it('runs source and stages in the async context of the caller', async () => {
    const storage = new AsyncLocalStorage<string>()
    const seen = new Set<unknown>()
    async function* source(): AsyncGenerator<number> {
      for (let item = 0; item < 5; item++) {
        seen.add(storage.getStore())
        await Promise.resolve()
        yield item
      }
    }
    const reading = new Pipeline<number>()
      .stage('wait', () => new Promise((resolve) => setImmediate(resolve)))
      .stage('read', () => seen.add(storage.getStore()))
    const results = storage.run('caller', () => reading.executeMany(source(), { concurrency: 2 }))
    await storage.run('reader', () => toArray(results))
    assert.deepEqual([...seen], ['caller'])
  })

  it('lets the event loop turn while many ready items pass', async () => {
    // Debug mode keeps where each future was created, which takes its time.
    const length = debug.enabled ? 20_000 : 300_000
    let turns = 0
    let isDone = false
    const turn = (): void => {
      turns++
      if (!isDone) setImmediate(turn)
    }
    setImmediate(turn)
    let sum = 0
    const results = double.executeMany(new Counter(length), { concurrency: length })
    for await (const value of results) sum += value
    isDone = true
    assert.equal(sum, length * (length - 1))
    assert.ok(turns > 5, `${turns} turns`)
  })

  describe('bad input', () => {
    const calls: readonly [string, unknown, ManyOptions, RegExp][] = [
      [
        'items that are none',
        5,
        {},
        /executeMany items must be an iterable or an async iterable, got 5/,
      ],
      ['null', null, {}, /items/],
      ['no places', [], { concurrency: 0 }, /concurrency/],
      ['half a place', [], { concurrency: 0.5 }, /concurrency/],
      [
        'an order that is no flag',
        [],
        { ordered: 'yes' as never },
        /ordered must be true or false/,
      ],
      ['an unknown option', [], { limit: 1 } as object, /executeMany options\.limit/],
      ['a negative limit', [], { timeoutMs: -1 }, /timeoutMs/],
      ['a signal that is none', [], { signal: {} as never }, /signal/],
    ]
    for (const [what, items, options, message] of calls) {
      it(`is refused: ${what}`, () => {
        assert.throws(
          () => double.executeMany(items as number[], options),
          (error: unknown) => error instanceof OptionError && message.test(error.message),
        )
      })
    }
  })
})
