import { Deferred, Future } from '../../../src/future/index.ts'
import type { Contestant } from '../cases.ts'
import { createSink, INPUTS, readyInputs, VALUE_MASK } from '../inputs.ts'

const ready = readyInputs((value) => Future.ready(value))
const sink = createSink()

export const create = {
  'create ready': (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      const future = Future.ready(i & VALUE_MASK)
      sink[i & 1_023] = future
      total += future.get()
    }
    return total
  },

  'create pending': (count) => {
    let made = 0
    for (let i = 0; i < count; i++) {
      const deferred = new Deferred<number>()
      sink[i & 1_023] = deferred
      if (deferred.future.isPending) made++
    }
    return made
  },

  'await of a ready one': async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) total += await ready[i % INPUTS]!
    return total
  },
} as const satisfies Contestant
