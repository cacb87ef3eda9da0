import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Deferred, Future, forEachAsync, OptionError } from '../../../src/future/index.ts'
import { failureOf, settle } from '../support.ts'

const boom = new Error('boom')

describe('forEachAsync', () => {
  it('waits for all visits and gives nothing', async () => {
    const seen: string[] = []
    const last = new Deferred<void>()
    const all = forEachAsync(['a', 'b'], (item, index) => {
      seen.push(`${index} ${item}`)
      return index === 1 ? last.future : undefined
    })
    await settle()
    assert.ok(all.isPending)
    last.resolve(undefined)
    assert.equal(await all, undefined)
    assert.deepEqual(seen, ['0 a', '1 b'])
  })

  it('visits one after the other with a concurrency of 1', async () => {
    const log: string[] = []
    await forEachAsync(
      [1, 2],
      async (item) => {
        log.push(`begin ${item}`)
        await settle()
        log.push(`end ${item}`)
      },
      { concurrency: 1 },
    )
    assert.deepEqual(log, ['begin 1', 'end 1', 'begin 2', 'end 2'])
  })

  it('fails at once with the first failure', async () => {
    const all = forEachAsync([1, 2], (item) =>
      item === 1 ? new Deferred().future : Future.failed(boom),
    )
    assert.equal(await failureOf(all), boom)
  })

  it('refuses what it does not understand', () => {
    assert.throws(() => forEachAsync([], 1 as unknown as () => void), OptionError)
    assert.throws(() => forEachAsync([], () => {}, { ordered: true } as object), OptionError)
  })
})
