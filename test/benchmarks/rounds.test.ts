import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { interleave } from '../../benchmarks/lib/rounds.ts'
import { keepWanted } from '../../benchmarks/lib/suites.ts'

describe('interleave', () => {
  it('measures every cell once a round and rotates who comes first', async () => {
    const seen: string[] = []
    await interleave('test', ['a', 'b', 'c'], 3, async (cell) => {
      seen.push(cell)
    })
    assert.equal(seen.join(''), 'abcbcacab')
  })
})

describe('keepWanted', () => {
  const pairs = [
    { case: 'GET JSON', ours: 'ours', peer: 'Fastify', budget: null },
    { case: 'POST', ours: 'ours', peer: 'Fastify', budget: null },
    { case: 'POST', ours: 'ours', peer: 'Hono', budget: null },
  ]

  it('keeps everything without a filter', () => {
    assert.deepEqual(keepWanted(undefined, pairs), pairs)
  })

  it('keeps the pairs whose case or peer contains the text', () => {
    assert.deepEqual(keepWanted('json', pairs), pairs.slice(0, 1))
    assert.deepEqual(keepWanted('hono', pairs), pairs.slice(2))
  })

  it('refuses a filter that matches nothing and names what there is', () => {
    assert.throws(() => keepWanted('koa', pairs), /GET JSON \| POST\npeers: Fastify \| Hono/)
  })
})
