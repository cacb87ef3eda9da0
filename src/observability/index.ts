export {
  httpMetrics,
  pgMetrics,
  processMetrics,
  reactorMetrics,
  topicBridgeMetrics,
  webSocketMetrics,
} from './collect.ts'
export { httpClientMetrics } from './http-client-metrics.ts'
export { metricsByReactor } from './metrics-by-reactor.ts'
export {
  formatPrometheus,
  type HistogramSample,
  type Labels,
  MetricError,
  type MetricFamily,
  PROMETHEUS_CONTENT_TYPE,
  type Sample,
} from './prometheus.ts'
