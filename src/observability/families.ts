import type { MetricFamily, Sample } from './prometheus.ts'

/** Values of one metric, by the value of a label. */
export interface ByLabel {
  readonly label: string
  readonly values: Readonly<Record<string, number>>
}

/** One metric: its name without the prefix, what it tells, and its value. */
export type MetricRow = readonly [name: string, help: string, value: number | ByLabel]

/** @returns one value for each value of a label */
export function byLabel(label: string, values: Readonly<Record<string, number>>): ByLabel {
  return { label, values }
}

/** @returns a family for each row: a counter if the name ends in `_total`, as Prometheus wants it, else a gauge */
export function families(prefix: string, rows: readonly MetricRow[]): MetricFamily[] {
  return rows.map(([name, help, value]) => ({
    name: `${prefix}_${name}`,
    help,
    type: name.endsWith('_total') ? 'counter' : 'gauge',
    samples: typeof value === 'number' ? [{ value }] : labelled(value),
  }))
}

function labelled({ label, values }: ByLabel): Sample[] {
  return Object.entries(values).map(([key, value]) => ({ value, labels: { [label]: key } }))
}
