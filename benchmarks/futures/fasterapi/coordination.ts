import { Future, retryAsync } from '../../../src/future/index.ts'
import type { Contestant } from '../cases.ts'
import { INPUTS, readyInputs } from '../inputs.ts'

const ready = readyInputs((value) => Future.ready(value))

export const coordination = {
  'retry, first attempt succeeds': (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      total += retryAsync(() => ready[i % INPUTS]!, { attempts: 3 }).get()
    }
    return total
  },
} as const satisfies Contestant
