import type { Operation } from '../../lib/operations.ts'
import type { Contestant } from '../cases.ts'
import { IN_FLIGHT, step, VALUE_MASK } from '../inputs.ts'

/** A chain of any length: the links are attached in a loop. */
function pending(links: number): Operation {
  return async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      const { promise, resolve } = Promise.withResolvers<number>()
      let last = promise
      for (let link = 0; link < links; link++) last = last.then(step(i, link))
      resolve(i & VALUE_MASK)
      total += await last
    }
    return total
  }
}

export const chains = {
  'ready chain of 1': async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) total += await Promise.resolve(i & VALUE_MASK).then(step(i, 0))
    return total
  },

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

  'ready chain of 10': async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      let last = Promise.resolve(i & VALUE_MASK)
      for (let link = 0; link < 10; link++) last = last.then(step(i, link))
      total += await last
    }
    return total
  },

  'pending chain of 1': async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      const { promise, resolve } = Promise.withResolvers<number>()
      const last = promise.then(step(i, 0))
      resolve(i & VALUE_MASK)
      total += await last
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

  'pending chain of 10': pending(10),
  'pending chain of 100': pending(100),
} as const satisfies Contestant
