import type { Measurement } from '../lib/report.ts'

/** The peer of rows whose budget is a figure rather than a ratio. */
export const TARGET = 'target'

export function target(name: string, unit: string, figure: number): Measurement {
  return { case: name, contestant: TARGET, unit, samples: [figure], info: {} }
}
