import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { LinkedItem, LinkedList } from '../../src/core/linked-list.ts'

class Numbered extends LinkedItem {
  readonly number: number

  constructor(number: number) {
    super()
    this.number = number
  }
}

function numbers(list: LinkedList<Numbered>): number[] {
  return Array.from(list, ({ number }) => number)
}

/** A list of items 0, 1, 2 ..., and the items. */
function listOf(count: number): { list: LinkedList<Numbered>; items: Numbered[] } {
  const list = new LinkedList<Numbered>()
  const items = Array.from({ length: count }, (_, number) => new Numbered(number))
  for (const item of items) list.push(item)
  return { list, items }
}

describe('LinkedList', () => {
  it('gives items first in, first out', () => {
    const { list } = listOf(3)
    assert.deepEqual([list.length, list.first?.number], [3, 0])
    assert.deepEqual(
      [list.shift(), list.shift(), list.shift(), list.shift()].map((item) => item?.number),
      [0, 1, 2, undefined],
    )
    assert.deepEqual([list.length, list.first], [0, undefined])
  })

  it('lets items go from head, middle and tail, and take their place again at the end', () => {
    const { list, items } = listOf(5)
    for (const index of [0, 2, 4]) assert.equal(list.remove(items[index] as Numbered), true)
    assert.deepEqual(numbers(list), [1, 3])
    list.push(items[0] as Numbered)
    assert.deepEqual(numbers(list), [1, 3, 0])
  })

  it('keeps no reference between items that have left and those that stay', () => {
    const { list, items } = listOf(3)
    const middle = items[1] as Numbered
    list.remove(middle)
    assert.deepEqual([middle.previous, middle.next, middle.list], [undefined, undefined, undefined])
    assert.equal(items[0]?.next, items[2])
    assert.equal(items[2]?.previous, items[0])
  })

  it('refuses an item that stands in a list, and leaves one alone that stands in another', () => {
    const { list, items } = listOf(2)
    const other = new LinkedList<Numbered>()
    const item = items[0] as Numbered
    assert.throws(() => other.push(item), /stands in a list/)
    assert.throws(() => list.push(item), /stands in a list/)
    assert.equal(other.remove(item), false)
    assert.equal(list.remove(item), true)
    assert.equal(list.remove(item), false)
    assert.deepEqual(numbers(list), [1])
  })

  it('can be emptied while it is iterated over', () => {
    const { list } = listOf(4)
    const seen: number[] = []
    for (const item of list) {
      seen.push(item.number)
      list.remove(item)
    }
    assert.deepEqual([seen, list.length], [[0, 1, 2, 3], 0])
  })

  it('touches two neighbours when one of 100,000 leaves, not the others', () => {
    const { list, items } = listOf(100_000)
    const [before, leaving, after] = items.slice(50_000, 50_003) as [Numbered, Numbered, Numbered]
    const neighbours = new Set<LinkedItem>([before, after])
    // Whoever else is written to throws: these are all the writes that a removal makes.
    for (const item of items) if (item !== leaving && !neighbours.has(item)) Object.freeze(item)
    assert.equal(list.remove(leaving), true)
    assert.deepEqual([before.next, after.previous, list.length], [after, before, 99_999])
  })

  it('does what an array does, whatever the operations', () => {
    const operation = fc.oneof(
      fc.constant({ kind: 'push' as const }),
      fc.constant({ kind: 'shift' as const }),
      fc.record({ kind: fc.constant('remove' as const), at: fc.nat(20) }),
    )
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 100 }), (operations) => {
        const list = new LinkedList<Numbered>()
        let model: Numbered[] = []
        let next = 0
        for (const step of operations) {
          if (step.kind === 'push') {
            const item = new Numbered(next++)
            list.push(item)
            model.push(item)
          } else if (step.kind === 'shift') assert.equal(list.shift(), model.shift())
          else {
            const item = model[step.at]
            if (item !== undefined) assert.equal(list.remove(item), true)
            model = model.filter((other) => other !== item)
          }
          assert.deepEqual([list.length, list.first], [model.length, model[0]])
          assert.deepEqual([...list], model)
        }
      }),
      { seed: 7, numRuns: 300 },
    )
  })
})
