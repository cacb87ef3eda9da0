import pMap from 'p-map'
import { CONCURRENCY, ITEMS, sample } from '../inputs.ts'

function mapping(mapper) {
  return async (count) => {
    let total = 0
    for (let i = 0; i < count; i++) {
      total += sample(await pMap(ITEMS, mapper, { concurrency: CONCURRENCY }), i)
    }
    return total
  }
}

/** @type {import('../cases.ts').Contestant} */
export const contestant = {
  'map of 1,000 ready, 10 at a time': mapping((item) => Promise.resolve(item + 1)),
  'map of 1,000 async, 10 at a time': mapping(async (item) => item + 1),
}
