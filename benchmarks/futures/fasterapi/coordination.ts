import { enterCallback, leaveCallback } from '../../../src/core/run-queue.ts'
import { Future, Pipeline, retryAsync, Semaphore } from '../../../src/future/index.ts'
import type { Contestant } from '../cases.ts'
import { IN_FLIGHT, INPUTS, readyInputs, STAGES, type Step, VALUE_MASK } from '../inputs.ts'

const ready = readyInputs((value) => Future.ready(value))
const pipeline = STAGES.reduce(
  (stages: Pipeline<number>, stage: Step, index) => stages.stage(`stage ${index}`, stage),
  new Pipeline<number>(),
)

export const coordination = {
  'semaphore hand-over': async (count) => {
    let total = 0
    const semaphore = new Semaphore(1)
    for (let i = 0; i < count; ) {
      semaphore.tryWait()
      let last: Future<void> | undefined
      for (const end = Math.min(count, i + IN_FLIGHT); i < end; i++) {
        const value = i & VALUE_MASK
        last = semaphore.with(() => {
          total += value
        })
      }
      enterCallback()
      semaphore.signal()
      leaveCallback()
      if (last?.isPending) await last
    }
    return total
  },

  'retry, first attempt succeeds': (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      total += retryAsync(() => ready[i % INPUTS]!, { attempts: 3 }).get()
    }
    return total
  },

  'pipeline of 5 stages': (count) => {
    let total = 0
    for (let i = 0; i < count; i++) total += pipeline.execute(i & VALUE_MASK).get()
    return total
  },
} as const satisfies Contestant
