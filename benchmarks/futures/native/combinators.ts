import type { Operation } from '../../lib/operations.ts'
import type { Contestant } from '../cases.ts'
import { CONCURRENCY, ITEMS, LISTS, readyLists, sample } from '../inputs.ts'

function allReady(length: number): Operation {
  const lists = readyLists(length, (value) => Promise.resolve(value))
  return async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) total += sample(await Promise.all(lists[i % LISTS]!), i)
    return total
  }
}

function allPending(length: number): Operation {
  return async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      const promises: Promise<number>[] = []
      const resolvers: ((value: number) => void)[] = []
      for (let j = 0; j < length; j++) {
        const { promise, resolve } = Promise.withResolvers<number>()
        promises.push(promise)
        resolvers.push(resolve)
      }
      const all = Promise.all(promises)
      for (let j = 0; j < length; j++) resolvers[j]!((i % LISTS) + j)
      total += sample(await all, i)
    }
    return total
  }
}

/** What one writes without a library: as many workers as may run at a time share one index. */
async function mapConcurrently(
  items: readonly number[],
  map: (item: number) => Promise<number>,
  concurrency: number,
): Promise<number[]> {
  const results: number[] = Array.from({ length: items.length })
  let next = 0
  const work = async () => {
    while (next < items.length) {
      const index = next++
      results[index] = await map(items[index]!)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  return results
}

function mapping(map: (item: number) => Promise<number>): Operation {
  return async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      total += sample(await mapConcurrently(ITEMS, map, CONCURRENCY), i)
    }
    return total
  }
}

export const combinators = {
  'all of 10 ready': allReady(10),
  'all of 100 ready': allReady(100),
  'all of 1,000 ready': allReady(1_000),
  'all of 10 pending': allPending(10),
  'all of 100 pending': allPending(100),
  'all of 1,000 pending': allPending(1_000),
  'map of 1,000 ready, 10 at a time': mapping((item) => Promise.resolve(item + 1)),
  'map of 1,000 async, 10 at a time': mapping(async (item) => item + 1),
} as const satisfies Contestant
