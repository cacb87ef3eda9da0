import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { PreparedStatement } from '../../src/pg/statement.ts'
import { StatementCache } from '../../src/pg/statement-cache.ts'

function ready(sql: string): PreparedStatement {
  const statement = new PreparedStatement(sql, sql)
  statement.learn([], [], 'bigint')
  return statement
}

/** As a pipeline does: adds, then closes what has to leave. */
function add(cache: StatementCache, statement: PreparedStatement): PreparedStatement[] {
  cache.add(statement)
  const evicted: PreparedStatement[] = []
  for (let old = cache.evict(); old !== undefined; old = cache.evict()) evicted.push(old)
  return evicted
}

describe('StatementCache', () => {
  it('holds no more than its limit after an eviction', () => {
    const cache = new StatementCache(3)
    const evicted = Array.from({ length: 10 }, (_, index) => add(cache, ready(`s${index}`)))
    assert.equal(cache.size, 3)
    assert.equal(evicted.flat().length, 7)
  })

  it('keeps a statement that is used between the others', () => {
    const cache = new StatementCache(3)
    add(cache, ready('hot'))
    for (let index = 0; index < 20; index++) {
      add(cache, ready(`s${index}`))
      cache.get('hot')
    }
    assert.equal(cache.get('hot')?.sql, 'hot')
  })

  it('evicts no statement that queries wait for', () => {
    const cache = new StatementCache(1)
    const learning = new PreparedStatement('learning', 'learning')
    assert.deepEqual(add(cache, learning), [])
    assert.deepEqual(add(cache, new PreparedStatement('other', 'other')), [])
    assert.equal(cache.get('learning'), learning)
  })

  it('forgets a statement only while it is the one in the cache', () => {
    const cache = new StatementCache(2)
    const old = ready('x')
    cache.add(old)
    const replacement = ready('x')
    cache.add(replacement)
    assert.equal(cache.delete(old), false)
    assert.equal(cache.delete(replacement), true)
  })
})
