import { enterCallback, leaveCallback } from '../../../src/core/run-queue.ts'
import { Deferred, type Eventual, Future, mapAsync, whenAll } from '../../../src/future/index.ts'
import type { Operation } from '../../lib/operations.ts'
import type { Contestant } from '../cases.ts'
import { CONCURRENCY, ITEMS, LISTS, readyLists, sample } from '../inputs.ts'

function allReady(length: number): Operation {
  const lists = readyLists(length, (value) => Future.ready(value))
  return (count) => {
    let total = 0
    for (let i = 0; i < count; i++) total += sample(whenAll(lists[i % LISTS]!).get(), i)
    return total
  }
}

function allPending(length: number): Operation {
  return async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      const futures: Future<number>[] = []
      const deferreds: Deferred<number>[] = []
      for (let j = 0; j < length; j++) {
        const deferred = new Deferred<number>()
        futures.push(deferred.future)
        deferreds.push(deferred)
      }
      const all = whenAll(futures)
      enterCallback()
      for (let j = 0; j < length; j++) deferreds[j]!.resolve((i % LISTS) + j)
      leaveCallback()
      total += sample(all.isPending ? await all : all.get(), i)
    }
    return total
  }
}

function mapping(map: (item: number) => Eventual<number>): Operation {
  return async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      const mapped = mapAsync(ITEMS, map, { concurrency: CONCURRENCY })
      // Pending if `map` is, or when the quota of the run queue ends on the way.
      total += sample(mapped.isPending ? await mapped : mapped.get(), i)
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
  'map of 1,000 ready, 10 at a time': mapping((item) => Future.ready(item + 1)),
  'map of 1,000 async, 10 at a time': mapping(async (item) => item + 1),
} as const satisfies Contestant
