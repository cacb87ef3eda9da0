import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Deferred, Future, filterAsync, OptionError } from '../../../src/future/index.ts'
import { failureOf, MANY, MIN_TURNS, settle, turnsDuring } from '../support.ts'

const boom = new Error('boom')

describe('filterAsync', () => {
  it('keeps items in input order, whatever order the answers come in', async () => {
    const works = Array.from({ length: 4 }, () => new Deferred<boolean>())
    const kept = filterAsync(['a', 'b', 'c', 'd'], (_, index) => works[index]!.future)
    for (const index of [3, 1, 0, 2]) {
      works[index]?.resolve(index !== 1)
      await settle()
    }
    assert.deepEqual(await kept, ['a', 'c', 'd'])
  })

  it('keeps items that are undefined, and the values of items that are futures', async () => {
    assert.deepEqual(await filterAsync([undefined, 1], (item) => item === undefined), [undefined])
    assert.deepEqual(await filterAsync([Promise.resolve(1), 2], () => true), [1, 2])
  })

  it('is ready at once when nothing has to wait', () => {
    assert.deepEqual(filterAsync([1, 2, 3], (item) => item !== 2).get(), [1, 3])
    assert.deepEqual(filterAsync([], () => true).get(), [])
  })

  it('fails with the first failure', async () => {
    assert.equal(await failureOf(filterAsync([1], () => Future.failed<boolean>(boom))), boom)
  })

  it('refuses answers that are not true or false', async () => {
    const wrong = filterAsync([1], () => 'yes' as unknown as boolean)
    assert.match(String(await failureOf(wrong)), /filterAsync's callback must be a boolean/)
  })

  it('passes a million items without a stall', async () => {
    const items = Array.from({ length: MANY }, (_, index) => index)
    let count = 0
    const turns = await turnsDuring(() =>
      filterAsync(items, (item) => item % 2 === 0).tap((kept) => {
        count = kept.length
      }),
    )
    assert.equal(count, MANY / 2)
    assert.ok(turns >= MIN_TURNS, `only ${turns} turns`)
  })

  it('refuses what it does not understand', () => {
    assert.throws(() => filterAsync([], true as unknown as () => boolean), OptionError)
    assert.throws(() => filterAsync(5 as unknown as [], () => true), OptionError)
    assert.throws(() => filterAsync([], () => true, { concurrency: 0 }), OptionError)
  })
})
