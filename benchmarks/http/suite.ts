import { installPeers } from '../lib/peers.ts'
import { keepWanted, type Suite } from '../lib/suites.ts'
import { idle } from './idle.ts'
import { latency } from './latency.ts'
import { mergeParts, type Part, type PartResult } from './part.ts'
import { requests } from './requests.ts'
import { transfers } from './transfers.ts'

const PARTS: readonly Part[] = [requests, transfers, idle, latency]

/** What a server costs, by CPU time and by memory, and how long its clients wait. */
export const http: Suite = {
  async run(options) {
    installPeers()
    const all = PARTS.flatMap((part) => part.comparisons)
    const wanted = new Set(keepWanted(options.filter, all))
    const results: PartResult[] = []
    for (const part of PARTS) {
      const pairs = part.comparisons.filter((pair) => wanted.has(pair))
      if (pairs.length > 0) results.push(await part.measure(pairs, options))
    }
    return mergeParts(results)
  },
}
