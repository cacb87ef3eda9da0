import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'

interface Item {
  readonly id: number
}

interface Timeline {
  readonly last: number | undefined
  readonly hasGap: boolean
  add(message: Item): Item[]
  addHistory(messages: readonly Item[]): Item[]
}

// The page's own module, which the compiler does not know.
const SOURCE = new URL('../../examples/websocket-chat/public/timeline.js', import.meta.url)
const { Timeline } = (await import(SOURCE.href)) as { Timeline: new () => Timeline }

const ids = (items: readonly Item[]): number[] => items.map(({ id }) => id)
const range = (first: number, last: number): Item[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => ({ id: first + index }))

describe('the timeline of the chat page', () => {
  it('begins with the first history, and holds what comes before it', () => {
    const timeline = new Timeline()
    assert.deepEqual(timeline.add({ id: 53 }), [])
    assert.equal(timeline.last, undefined)
    assert.deepEqual(ids(timeline.addHistory(range(3, 52))), ids(range(3, 53)))
    assert.equal(timeline.hasGap, false)
  })

  it('begins at 0 in an empty room', () => {
    const timeline = new Timeline()
    assert.deepEqual(timeline.addHistory([]), [])
    assert.equal(timeline.last, 0)
    assert.deepEqual(ids(timeline.add({ id: 1 })), [1])
  })

  it('holds what comes too early, and knows that something is missing', () => {
    const timeline = new Timeline()
    timeline.addHistory([])
    assert.deepEqual(timeline.add({ id: 2 }), [])
    assert.equal(timeline.hasGap, true)
    assert.deepEqual(ids(timeline.add({ id: 1 })), [1, 2])
    assert.equal(timeline.hasGap, false)
  })

  it('shows each message once and in order, however often and in whichever order they come', () => {
    const arrivals = fc
      .integer({ min: 1, max: 40 })
      .chain((count) =>
        fc.tuple(
          fc.constant(count),
          fc.nat({ max: count }),
          fc.array(fc.integer({ min: 1, max: count }), { maxLength: 80 }),
        ),
      )
    fc.assert(
      fc.property(arrivals, fc.nat(80), ([count, start, arriving], joinAt) => {
        const timeline = new Timeline()
        const shown: Item[] = []
        for (const [at, id] of arriving.entries()) {
          if (at === joinAt) shown.push(...timeline.addHistory(range(1, start)))
          shown.push(...timeline.add({ id }))
        }
        if (joinAt >= arriving.length) shown.push(...timeline.addHistory(range(1, start)))
        // What the page does when it finds a gap, or has connected again.
        shown.push(...timeline.addHistory(range((timeline.last ?? 0) + 1, count)))
        assert.deepEqual(ids(shown), ids(range(1, count)))
        assert.equal(timeline.hasGap, false)
      }),
      { numRuns: 500, seed: 5 },
    )
  })
})
