import { type App, type Dependency, get, reply, router } from '../../../src/index.ts'
import {
  formatPrometheus,
  httpMetrics,
  type MetricFamily,
  metricsByReactor,
  PROMETHEUS_CONTENT_TYPE,
  pgMetrics,
  processMetrics,
  reactorMetrics,
} from '../../../src/observability/index.ts'
import type { PgPool } from '../../../src/pg/index.ts'
import { Collector } from '../../../src/reactor/index.ts'
import { Health } from '../models.ts'

/** How long the database may take to answer before the app calls itself unhealthy. */
const HEALTH_TIMEOUT_MS = 1_000

const tags = ['operations']

const index = get('/', { summary: 'What is here', tags }, () => ({
  name: 'FasterAPI production example',
  docs: '/docs',
  openapi: '/openapi.json',
  health: '/health',
  metrics: '/metrics',
  examples: ['/users/1', '/users/1/orders', '/users/1/full', '/reports/top-spenders?limit=5'],
}))

/** Adds what the people who run the app look at. Any reactor answers for all of them. */
export function addOperations(app: App, db: Dependency<PgPool>): void {
  let pool: PgPool | undefined
  app.onStart({ db }, (values) => {
    pool = values.db
  })
  app.include(
    router({ index, health: healthRoute(() => pool), metrics: metricsRoute(app, () => pool) }),
  )
}

function healthRoute(pool: () => PgPool | undefined) {
  const databases = new Collector('health', async () => {
    const answer = pool()?.exec('select 1', [], { timeoutMs: HEALTH_TIMEOUT_MS })
    return answer?.then(
      () => 'ok' as const,
      () => 'unreachable' as const,
    )
  })
  const options = { out: { 200: Health, 503: Health }, summary: 'Is the app well?', tags }
  return get('/health', options, async () => {
    const readings = await databases.gather({ timeoutMs: 2 * HEALTH_TIMEOUT_MS })
    const reactors = readings.map((reading) => ({
      reactor: reading.reactor,
      database: ('value' in reading ? reading.value : undefined) ?? ('unknown' as const),
    }))
    const uptimeSeconds = Math.floor(process.uptime())
    if (reactors.some(({ database }) => database === 'unreachable')) {
      return reply(503, { status: 'unavailable' as const, reactors, uptimeSeconds })
    }
    // A reactor that is being restarted is no reason to take the others out of service.
    const isWhole = reactors.every(({ database }) => database === 'ok')
    return { status: isWhole ? ('ok' as const) : ('degraded' as const), reactors, uptimeSeconds }
  })
}

function metricsRoute(app: App, pool: () => PgPool | undefined) {
  const metrics = new Collector('metrics', (): readonly MetricFamily[] => {
    const http = app.server?.stats()
    const db = pool()?.stats()
    return [
      ...(http === undefined ? [] : httpMetrics(http)),
      ...(db === undefined ? [] : pgMetrics(db)),
      ...reactorMetrics(),
    ]
  })
  return get('/metrics', { summary: 'Numbers for Prometheus', tags }, async () => {
    const readings = await metrics.gather()
    const text = formatPrometheus([...metricsByReactor(readings), ...processMetrics()])
    return reply(200, text, { headers: { 'content-type': PROMETHEUS_CONTENT_TYPE } })
  })
}
