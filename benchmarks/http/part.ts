import type { Comparison, SuiteResult } from '../lib/report.ts'
import type { SuiteOptions } from '../lib/suites.ts'

/** What a part of the suite found, with the versions of the contestants it ran. */
export interface PartResult extends SuiteResult {
  readonly versions: Record<string, string>
}

/** A part of the suite: its servers are started, measured and stopped before the next one's. */
export interface Part {
  readonly comparisons: readonly Comparison[]
  /** @param comparisons - those of the part that are wanted; at least one */
  measure(comparisons: readonly Comparison[], options: SuiteOptions): Promise<PartResult>
}

export function mergeParts(results: readonly PartResult[]): PartResult {
  return {
    measurements: results.flatMap((result) => result.measurements),
    comparisons: results.flatMap((result) => result.comparisons),
    absent: new Map(results.flatMap((result) => [...result.absent])),
    versions: Object.assign({}, ...results.map((result) => result.versions)),
  }
}
