import type { Reading } from '../reactor/index.ts'
import type { HistogramSample, MetricFamily, Sample } from './prometheus.ts'

/**
 * Puts the metrics of all reactors together: every sample gets the label `reactor`, its core id.
 *
 * They are not summed up: `sum without (reactor) (...)` does that in Prometheus, and only unsummed
 * they show a reactor that has more to do than the others. `fasterapi_reactor_up` is 0 for a
 * reactor that did not answer.
 *
 * @param readings - what a `Collector` of metrics has gathered
 */
export function metricsByReactor(
  readings: readonly Reading<readonly MetricFamily[]>[],
): MetricFamily[] {
  const merged = new Map<string, MetricFamily>()
  for (const reading of readings) {
    if (!('value' in reading)) continue
    for (const family of reading.value) {
      const samples = [...(merged.get(family.name)?.samples ?? [])]
      for (const sample of family.samples) samples.push(labelled(sample, reading.reactor))
      merged.set(family.name, { ...family, samples } as MetricFamily)
    }
  }
  const up: MetricFamily = {
    name: 'fasterapi_reactor_up',
    help: 'Whether the reactor answers.',
    type: 'gauge',
    samples: readings.map((reading) =>
      labelled({ value: 'value' in reading ? 1 : 0 }, reading.reactor),
    ),
  }
  return [up, ...merged.values()]
}

function labelled<Any extends Sample | HistogramSample>(sample: Any, reactor: number): Any {
  return { ...sample, labels: { ...sample.labels, reactor: String(reactor) } }
}
