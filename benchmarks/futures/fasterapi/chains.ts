import { enterCallback, leaveCallback } from '../../../src/core/run-queue.ts'
import { Deferred, Future } from '../../../src/future/index.ts'
import type { Operation } from '../../lib/operations.ts'
import type { Contestant } from '../cases.ts'
import { IN_FLIGHT, step, VALUE_MASK } from '../inputs.ts'

/** A chain of any length: the links are attached in a loop. */
function pending(links: number): Operation {
  return async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      const deferred = new Deferred<number>()
      let last = deferred.future
      for (let link = 0; link < links; link++) last = last.then(step(i, link))
      enterCallback()
      deferred.resolve(i & VALUE_MASK)
      leaveCallback()
      // The queue yields to I/O when its quota is used up, which a busy neighbour can bring about.
      total += last.isPending ? await last : last.get()
    }
    return total
  }
}

/** Pending ones are settled inside a callback bracket, as every I/O callback does. */
export const chains = {
  'ready chain of 1': (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      total += Future.ready(i & VALUE_MASK)
        .then(step(i, 0))
        .get()
    }
    return total
  },

  'ready chain of 3': (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      total += Future.ready(i & VALUE_MASK)
        .then(step(i, 0))
        .then(step(i, 1))
        .then(step(i, 2))
        .get()
    }
    return total
  },

  'ready chain of 10': (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      let last = Future.ready(i & VALUE_MASK)
      for (let link = 0; link < 10; link++) last = last.then(step(i, link))
      total += last.get()
    }
    return total
  },

  'pending chain of 1': (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      const deferred = new Deferred<number>()
      const last = deferred.future.then(step(i, 0))
      enterCallback()
      deferred.resolve(i & VALUE_MASK)
      leaveCallback()
      total += last.get()
    }
    return total
  },

  'pending chain of 3': (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      const deferred = new Deferred<number>()
      const last = deferred.future.then(step(i, 0)).then(step(i, 1)).then(step(i, 2))
      enterCallback()
      deferred.resolve(i & VALUE_MASK)
      leaveCallback()
      total += last.get()
    }
    return total
  },

  'pending chain of 3, 100 in flight': async (count) => {
    let total = 0
    const add = (value: number) => {
      total += value
    }
    for (let i = 0; i < count; ) {
      const deferreds: Deferred<number>[] = []
      let last: Future<void> | undefined
      const end = Math.min(count, i + IN_FLIGHT)
      for (let j = i; j < end; j++) {
        const deferred = new Deferred<number>()
        last = deferred.future.then(step(j, 0)).then(step(j, 1)).then(step(j, 2)).then(add)
        deferreds.push(deferred)
      }
      enterCallback()
      for (const deferred of deferreds) deferred.resolve(i++ & VALUE_MASK)
      leaveCallback()
      if (last?.isPending) await last
    }
    return total
  },

  'pending chain of 10': pending(10),
  'pending chain of 100': pending(100),
} as const satisfies Contestant
