import { registerErrorClasses } from '../core/error-classes.ts'
import { FasterApiError } from '../core/errors.ts'

/** Content type of {@link formatPrometheus}'s text. */
export const PROMETHEUS_CONTENT_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export type Labels = Readonly<Record<string, string>>

/** One value of a counter or gauge. */
export interface Sample {
  readonly value: number
  readonly labels?: Labels
}

/** One histogram: values counted by bucket. */
export interface HistogramSample {
  /** Upper bound of each bucket, ascending; the bucket beyond the last bound has none. */
  readonly bounds: readonly number[]
  /** Values in each bucket alone, one more than there are bounds. */
  readonly counts: readonly number[]
  readonly sum: number
  readonly labels?: Labels
}

interface Described {
  /** As Prometheus wants it: base unit and `_total` at the end, `fasterapi_http_requests_total`. */
  readonly name: string
  readonly help: string
}

/** A metric with all its label sets. */
export type MetricFamily = Described &
  (
    | { readonly type: 'counter' | 'gauge'; readonly samples: readonly Sample[] }
    | { readonly type: 'histogram'; readonly samples: readonly HistogramSample[] }
  )

/** A metric cannot be written: its name, a label's name or its buckets are not what Prometheus reads. */
export class MetricError extends FasterApiError {
  readonly code = 'OBSERVABILITY_METRIC'
}

/**
 * Writes metrics in the Prometheus text format.
 *
 * @returns the body of a `/metrics` response; see {@link PROMETHEUS_CONTENT_TYPE}
 * @throws {MetricError} if a name is not allowed, or a histogram has not one count more than bounds
 * @see Prometheus documentation, "Exposition formats"
 */
export function formatPrometheus(families: readonly MetricFamily[]): string {
  return families.map(formatFamily).join('')
}

const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/
const LABEL_NAME = /^[a-zA-Z_][a-zA-Z0-9_]*$/

function formatFamily(family: MetricFamily): string {
  const { name, help, type } = family
  if (!METRIC_NAME.test(name)) throw new MetricError(`"${name}" is no metric name`)
  const lines =
    type === 'histogram'
      ? family.samples.flatMap((sample) => histogramLines(name, sample))
      : family.samples.map(({ labels, value }) => line(name, labels, value))
  const escapedHelp = help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')
  return `# HELP ${name} ${escapedHelp}\n# TYPE ${name} ${type}\n${lines.join('')}`
}

/** Prometheus counts cumulatively: each bucket holds everything up to its bound. */
function histogramLines(name: string, sample: HistogramSample): string[] {
  const { bounds, counts, sum, labels } = sample
  if (counts.length !== bounds.length + 1) {
    throw new MetricError(
      `${name} has ${bounds.length} bounds and needs one count more, not ${counts.length}`,
    )
  }
  let total = 0
  const lines = counts.map((count, bucket) => {
    total += count
    const le = formatValue(bounds[bucket] ?? Number.POSITIVE_INFINITY)
    return line(`${name}_bucket`, { ...labels, le }, total)
  })
  return [...lines, line(`${name}_sum`, labels, sum), line(`${name}_count`, labels, total)]
}

function line(name: string, labels: Labels | undefined, value: number): string {
  return `${name}${formatLabels(labels)} ${formatValue(value)}\n`
}

function formatLabels(labels: Labels | undefined): string {
  const pairs = Object.entries(labels ?? {}).map(([name, value]) => {
    if (!LABEL_NAME.test(name)) throw new MetricError(`"${name}" is no label name`)
    return `${name}="${escapeLabel(value)}"`
  })
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}

function formatValue(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf'
  if (value === Number.NEGATIVE_INFINITY) return '-Inf'
  return String(value)
}

registerErrorClasses(MetricError)
