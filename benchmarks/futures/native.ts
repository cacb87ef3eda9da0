import { AWAIT_FLOOR, type Contestant, IN_FLIGHT, INPUTS, step, VALUE_MASK } from './cases.ts'

const ready = Array.from({ length: INPUTS }, (_, i) => Promise.resolve(i))
const tens = Array.from({ length: INPUTS }, (_, i) =>
  Array.from({ length: 10 }, (_, j) => Promise.resolve(i + j)),
)
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
const thenables = Array.from({ length: INPUTS }, (_, i) => new BareThenable(i))
/** Results end here for a while, so that none can be kept on the stack. */
const escaped: (Promise<number> | PromiseWithResolvers<number> | undefined)[] = Array.from({
  length: 1_024,
})

/** The built-in `Promise`. */
export const native: Contestant = {
  'ready chain of 3': async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      total += await Promise.resolve(i & VALUE_MASK)
        .then(step(i, 0))
        .then(step(i, 1))
        .then(step(i, 2))
    }
    return total
  },

  'pending chain of 3': async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      const { promise, resolve } = Promise.withResolvers<number>()
      const last = promise.then(step(i, 0)).then(step(i, 1)).then(step(i, 2))
      resolve(i & VALUE_MASK)
      total += await last
    }
    return total
  },

  'pending chain of 3, 100 in flight': async (count) => {
    let total = 0
    const add = (value: number) => {
      total += value
    }
    for (let i = 0; i < count; ) {
      const resolvers: ((value: number) => void)[] = []
      let last: Promise<void> | undefined
      const end = Math.min(count, i + IN_FLIGHT)
      for (let j = i; j < end; j++) {
        const { promise, resolve } = Promise.withResolvers<number>()
        last = promise.then(step(j, 0)).then(step(j, 1)).then(step(j, 2)).then(add)
        resolvers.push(resolve)
      }
      for (const resolve of resolvers) resolve(i++ & VALUE_MASK)
      await last
    }
    return total
  },

  'all of 10 ready': async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      const values = await Promise.all(tens[i % INPUTS]!)
      total += values[0]! + values.length
    }
    return total
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

  'create ready': (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      escaped[i & 1_023] = Promise.resolve(i & VALUE_MASK)
      total += i & VALUE_MASK
    }
    return total
  },

  'create pending': (count) => {
    let made = 0
    for (let i = 0; i < count; i++) {
      const deferred = Promise.withResolvers<number>()
      escaped[i & 1_023] = deferred
      if (deferred.promise instanceof Promise) made++
    }
    return made
  },
}
