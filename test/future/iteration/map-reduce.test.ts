import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Deferred, Future, mapReduce, OptionError } from '../../../src/future/index.ts'
import { failureOf, MANY, MIN_TURNS, settle, turnsDuring } from '../support.ts'

const boom = new Error('boom')
const join = (text: string, value: string): string => text + value

/** Settles the works of `a`, `b`, `c` in the order `c`, `a`, `b`. */
async function settleOutOfOrder(works: readonly Deferred<string>[]): Promise<void> {
  for (const index of [2, 0, 1]) {
    works[index]?.resolve('abc'[index]!)
    await settle()
  }
}

describe('mapReduce', () => {
  it('combines in input order, whatever order the results come in', async () => {
    const works = Array.from({ length: 3 }, () => new Deferred<string>())
    const text = mapReduce(works, (work) => work.future, '>', join)
    await settleOutOfOrder(works)
    assert.equal(await text, '>abc')
  })

  it('combines in the order of completion when it need not be ordered', async () => {
    const works = Array.from({ length: 3 }, () => new Deferred<string>())
    const text = mapReduce(works, (work) => work.future, '>', join, { ordered: false })
    await settleOutOfOrder(works)
    assert.equal(await text, '>cab')
  })

  it('is ready at once when nothing waits, and gives the initial value of an empty input', () => {
    assert.equal(
      mapReduce(
        [1, 2, 3],
        (item) => item ** 2,
        0,
        (sum, value) => sum + value,
      ).get(),
      14,
    )
    assert.equal(
      mapReduce(
        [],
        () => 1,
        7,
        (sum) => sum,
      ).get(),
      7,
    )
  })

  it('never overlaps steps of a reducer that gives futures', async () => {
    for (const ordered of [true, false]) {
      let atWork = 0
      const sum = await mapReduce(
        [1, 2, 3, 4],
        (item) => (item % 2 === 0 ? Promise.resolve(item) : item),
        0,
        async (sum, value) => {
          assert.equal(++atWork, 1)
          await settle()
          atWork--
          return sum * 10 + value
        },
        { ordered },
      )
      assert.ok(ordered ? sum === 1234 : sum > 1000)
    }
  })

  it('counts results that wait for their turn as at work', async () => {
    const works = Array.from({ length: 4 }, () => new Deferred<string>())
    let started = 0
    const text = mapReduce(
      works,
      (work) => {
        started++
        return work.future
      },
      '',
      join,
      { concurrency: 2 },
    )
    works[1]?.resolve('b')
    await settle()
    assert.equal(started, 2)
    for (const [index, work] of works.entries()) work.resolve('abcd'[index]!)
    assert.equal(await text, 'abcd')
  })

  it('fails with what map or reduce fail with, at once or later', async () => {
    const raise = (): never => {
      throw boom
    }
    const later = (): Promise<never> => Promise.reject(boom)
    const ready = (): Future<never> => Future.failed(boom)
    for (const failing of [raise, later, ready]) {
      assert.equal(await failureOf(mapReduce([1], failing, 0, () => 0)), boom)
      assert.equal(await failureOf(mapReduce([1], () => 1, 0, failing)), boom)
      const late = mapReduce([1, 2], (item) => Promise.resolve(item), 0, failing)
      assert.equal(await failureOf(late), boom)
    }
  })

  it('ends when an item has failed and everything else was visited', async () => {
    const works = Array.from({ length: 3 }, () => new Deferred<string>())
    const text = mapReduce(works, (work) => work.future, '', join, { stopOnError: false })
    works[1]?.resolve('b')
    await settle()
    works[0]?.reject(boom)
    await settle()
    assert.ok(text.isPending)
    works[2]?.resolve('c')
    assert.equal(await failureOf(text), boom)
  })

  it('passes a million items without a stall', async () => {
    const items = Array.from({ length: MANY }, () => 1)
    const add = (sum: number, value: number): number => sum + value
    const first = new Deferred<number>()
    let total = 0
    const turns = await turnsDuring(() => {
      // The first comes last: all others wait for it, and are then combined at once.
      const sum = mapReduce(items, (item, index) => (index === 0 ? first.future : item), 0, add)
      setTimeout(() => first.resolve(1), 300)
      return sum.tap((value) => {
        total = value
      })
    })
    assert.equal(total, MANY)
    assert.ok(turns >= MIN_TURNS, `only ${turns} turns`)
  })

  it('refuses what it does not understand', () => {
    assert.throws(() => mapReduce([], 5 as unknown as () => 1, 0, () => 0), OptionError)
    assert.throws(() => mapReduce([], () => 1, 0, 5 as unknown as () => 0), OptionError)
    assert.throws(
      () =>
        mapReduce(
          5 as unknown as [],
          () => 1,
          0,
          () => 0,
        ),
      OptionError,
    )
    for (const options of [{ ordered: 1 }, { order: true }, { concurrency: -1 }] as object[]) {
      assert.throws(
        () =>
          mapReduce(
            [],
            () => 1,
            0,
            () => 0,
            options,
          ),
        OptionError,
      )
    }
  })
})
