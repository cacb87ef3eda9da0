import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { initialState, isDelivered, nextStates, type State, type Variant } from './sleep-model.ts'

const CORRECT: Variant = {
  capacity: 3,
  messages: 5,
  sizes: [1, 2],
  asksBeforeSleep: true,
  looksBeforeSleep: true,
  looksAfterBlock: true,
  comparesBeforeSleep: true,
}

interface Exploration {
  readonly states: number
  /** States in which both cores sleep for ever. */
  readonly ends: readonly State[]
  /** States from which no end can be reached. */
  readonly livelocked: number
}

/** Visits every state that any order of steps can lead to. */
function explore(variant: Variant): Exploration {
  const states = new Map<string, State>()
  const predecessors = new Map<string, string[]>()
  const ends: State[] = []
  const toVisit: State[] = [initialState(variant)]
  while (toVisit.length > 0) {
    const state = toVisit.pop()
    assert.ok(state)
    const key = JSON.stringify(state)
    if (states.has(key)) continue
    states.set(key, state)
    const successors = nextStates(state, variant)
    if (successors.length === 0) ends.push(state)
    for (const successor of successors) {
      const to = JSON.stringify(successor)
      predecessors.set(to, [...(predecessors.get(to) ?? []), key])
      toVisit.push(successor)
    }
  }
  return { states: states.size, ends, livelocked: states.size - countLeadingTo(ends, predecessors) }
}

function countLeadingTo(
  ends: readonly State[],
  predecessors: ReadonlyMap<string, readonly string[]>,
): number {
  const reached = new Set<string>()
  const toVisit = ends.map((end) => JSON.stringify(end))
  for (let key = toVisit.pop(); key !== undefined; key = toVisit.pop()) {
    if (reached.has(key)) continue
    reached.add(key)
    toVisit.push(...(predecessors.get(key) ?? []))
  }
  return reached.size
}

function lost(variant: Variant): number {
  return explore(variant).ends.filter((state) => !isDelivered(state, variant)).length
}

describe('sleep and wake-up of cores, in every order of their steps', () => {
  for (const capacity of [2, 3, 4]) {
    for (const messages of [1, 2, 5]) {
      it(`deliver ${messages} messages through a ring for ${capacity}, and then sleep`, () => {
        const variant = { ...CORRECT, capacity, messages }
        const { states, ends, livelocked } = explore(variant)
        assert.ok(states > 20)
        assert.ok(ends.length > 0)
        assert.ok(ends.every((state) => isDelivered(state, variant)))
        assert.equal(livelocked, 0)
      })
    }
  }

  it('would lose a message without a look between the flag and the sleep', () => {
    assert.ok(lost({ ...CORRECT, looksBeforeSleep: false }) > 0)
  })

  it('would lose a message without a look for room after asking for a wake-up', () => {
    assert.ok(lost({ ...CORRECT, looksAfterBlock: false }) > 0)
  })

  it('would lose a message if a request for a wake-up that freed too little room were not repeated', () => {
    assert.ok(lost({ ...CORRECT, asksBeforeSleep: false }) > 0)
  })

  it('would lose a message if a core slept though its flag was cleared meanwhile', () => {
    assert.ok(lost({ ...CORRECT, comparesBeforeSleep: false }) > 0)
  })
})
