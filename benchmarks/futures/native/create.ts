import { AWAIT_FLOOR, type Contestant } from '../cases.ts'
import { createSink, INPUTS, readyInputs, VALUE_MASK } from '../inputs.ts'

class BareThenable implements PromiseLike<number> {
  readonly #value: number

  constructor(value: number) {
    this.#value = value
  }

  then<U, V>(onReady?: ((value: number) => U | PromiseLike<U>) | null): PromiseLike<U | V> {
    void onReady?.(this.#value)
    return NOBODY
  }
}

/** `await` does not look at what `then` returns. */
const NOBODY = new Promise<never>(() => {})
const ready = readyInputs((value) => Promise.resolve(value))
const thenables = readyInputs((value) => new BareThenable(value))
const sink = createSink()

export const create = {
  'create ready': (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      sink[i & 1_023] = Promise.resolve(i & VALUE_MASK)
      total += i & VALUE_MASK
    }
    return total
  },

  'create pending': (count) => {
    let made = 0
    for (let i = 0; i < count; i++) {
      const deferred = Promise.withResolvers<number>()
      sink[i & 1_023] = deferred
      if (deferred.promise instanceof Promise) made++
    }
    return made
  },

  'await of a ready one': async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) total += await ready[i % INPUTS]!
    return total
  },

  [AWAIT_FLOOR]: async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) total += await thenables[i % INPUTS]!
    return total
  },
} as const satisfies Contestant
