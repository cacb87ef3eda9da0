export { httpMetrics, pgMetrics, processMetrics } from './collect.ts'
export {
  formatPrometheus,
  type HistogramSample,
  type Labels,
  MetricError,
  type MetricFamily,
  PROMETHEUS_CONTENT_TYPE,
  type Sample,
} from './prometheus.ts'
