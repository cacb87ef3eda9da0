import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { SlowStatements } from '../../src/pg/slow-statements.ts'

describe('SlowStatements', () => {
  it('knows a statement by its latest execution', () => {
    const slow = new SlowStatements()
    slow.note('report', 50)
    slow.note('lookup', 0.1)
    assert.deepEqual(
      [slow.has('report'), slow.has('lookup'), slow.has('other')],
      [true, false, false],
    )
    slow.note('report', 0.2)
    assert.equal(slow.has('report'), false)
  })

  it('does not grow without bound', () => {
    const slow = new SlowStatements()
    for (let index = 0; index < 2500; index++) slow.note(`report ${index}`, 50)
    assert.equal(slow.has('report 2499'), true)
    assert.equal(slow.has('report 0'), false)
  })
})
