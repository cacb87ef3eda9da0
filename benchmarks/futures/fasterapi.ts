import { enterCallback, leaveCallback } from '../../src/core/run-queue.ts'
import { Deferred, Future, whenAll } from '../../src/future/index.ts'
import { type Contestant, IN_FLIGHT, INPUTS, step, VALUE_MASK } from './cases.ts'

const ready = Array.from({ length: INPUTS }, (_, i) => Future.ready(i))
const tens = Array.from({ length: INPUTS }, (_, i) =>
  Array.from({ length: 10 }, (_, j) => Future.ready(i + j)),
)
/** Results end here for a while, so that none can be kept on the stack. */
const escaped: unknown[] = Array.from({ length: 1_024 })

/** Our `Future`. Pending ones are settled inside a callback bracket, as every I/O callback does. */
export const fasterapi: Contestant = {
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
      // The queue yields to I/O when its quota is used up, which a busy neighbour can bring about.
      if (last?.isPending) await last
    }
    return total
  },

  'all of 10 ready': (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      const values = whenAll(tens[i % INPUTS]!).get()
      total += values[0]! + values.length
    }
    return total
  },

  'await of a ready one': async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) total += await ready[i % INPUTS]!
    return total
  },

  'create ready': (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      const future = Future.ready(i & VALUE_MASK)
      escaped[i & 1_023] = future
      total += future.get()
    }
    return total
  },

  'create pending': (count) => {
    let made = 0
    for (let i = 0; i < count; i++) {
      const deferred = new Deferred<number>()
      escaped[i & 1_023] = deferred
      if (deferred.future.isPending) made++
    }
    return made
  },
}
