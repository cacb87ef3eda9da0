import type { Comparison, SuiteResult } from '../lib/report.ts'
import { keepWanted, type Suite, type SuiteOptions } from '../lib/suites.ts'
import { CROSS_CORE_COMPARISONS, measureCrossCore } from './cross-core.ts'
import { measureScaling, SCALING_COMPARISONS } from './scaling.ts'
import { measureTimers, TIMER_COMPARISONS } from './timers.ts'

interface Part {
  readonly comparisons: readonly Comparison[]
  readonly measure: (options: SuiteOptions) => Promise<SuiteResult>
}

const PARTS: readonly Part[] = [
  { comparisons: CROSS_CORE_COMPARISONS, measure: measureCrossCore },
  { comparisons: TIMER_COMPARISONS, measure: measureTimers },
  { comparisons: SCALING_COMPARISONS, measure: measureScaling },
]

/** What reactors are made of. */
export const reactor: Suite = {
  async run(options) {
    const wanted = new Set(
      keepWanted(
        options.filter,
        PARTS.flatMap((part) => part.comparisons),
      ),
    )
    const results: SuiteResult[] = []
    for (const { comparisons, measure } of PARTS) {
      if (comparisons.some((pair) => wanted.has(pair))) results.push(await measure(options))
    }
    return {
      measurements: results.flatMap((result) => result.measurements),
      comparisons: results.flatMap((result) => result.comparisons),
      absent: new Map(results.flatMap((result) => [...result.absent])),
      versions: {},
    }
  },
}
