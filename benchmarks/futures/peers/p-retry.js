import pRetry from 'p-retry'
import { INPUTS, readyInputs } from '../inputs.ts'

const ready = readyInputs((value) => Promise.resolve(value))

/** @type {import('../cases.ts').Contestant} */
export const contestant = {
  'retry, first attempt succeeds': async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) total += await pRetry(() => ready[i % INPUTS], { retries: 2 })
    return total
  },
}
