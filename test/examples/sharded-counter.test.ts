import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { CachePart } from '../../examples/sharded-counter/cache.ts'
import { HitCounter } from '../../examples/sharded-counter/counter.ts'

const MAIN = fileURLToPath(new URL('../../examples/sharded-counter/main.ts', import.meta.url))

describe('examples/sharded-counter', () => {
  for (const cores of [1, 3]) {
    it(`counts every visit and keeps every page once, on ${cores} cores`, () => {
      const run = spawnSync(process.execPath, [MAIN, String(cores)], {
        encoding: 'utf8',
        timeout: 60_000,
      })
      assert.equal(run.status, 0, run.stderr)
      const hits = Array.from(run.stdout.matchAll(/: (\d+) hits$/gm), ([, count]) => Number(count))
      assert.deepEqual(
        hits,
        Array.from({ length: 4 }, () => cores * 250),
      )
      const sizes = /^entries by core: (.*)$/m.exec(run.stdout)?.[1]?.split(', ') ?? []
      assert.equal(sizes.length, cores)
      assert.equal(
        sizes.reduce((sum, size) => sum + Number(size), 0),
        4,
      )
    })
  }

  it('has a cache that drops the least recently used entry', () => {
    const part = new CachePart(2)
    part.set('a', '1')
    part.set('b', '2')
    assert.equal(part.get('a'), '1')
    part.set('c', '3')
    assert.equal(part.get('b'), undefined)
    assert.deepEqual([part.get('a'), part.get('c'), part.size()], ['1', '3', 2])
  })

  it('has a counter for each page', () => {
    const counter = new HitCounter()
    counter.hit('/')
    counter.hit('/')
    assert.deepEqual([counter.hits('/'), counter.hits('/about')], [2, 0])
  })
})
