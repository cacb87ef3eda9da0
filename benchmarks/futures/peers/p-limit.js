import pLimit from 'p-limit'
import { IN_FLIGHT, VALUE_MASK } from '../inputs.ts'

/** @type {import('../cases.ts').Contestant} */
export const contestant = {
  'semaphore hand-over': async (count) => {
    let total = 0
    const limit = pLimit(1)
    for (let i = 0; i < count; ) {
      const holder = Promise.withResolvers()
      let last = limit(() => holder.promise)
      for (const end = Math.min(count, i + IN_FLIGHT); i < end; i++) {
        const value = i & VALUE_MASK
        last = limit(() => {
          total += value
        })
      }
      holder.resolve()
      await last
    }
    return total
  },
}
