import {
  type Dependency,
  get,
  type HttpServerStats,
  type RouteGroup,
  reply,
  router,
} from '../../../src/index.ts'
import {
  formatPrometheus,
  httpMetrics,
  PROMETHEUS_CONTENT_TYPE,
  pgMetrics,
  processMetrics,
} from '../../../src/observability/index.ts'
import { type PgPool } from '../../../src/pg/index.ts'
import { Health } from '../models.ts'

/** How long the database may take to answer before the app calls itself unhealthy. */
const HEALTH_TIMEOUT_MS = 1_000

/** What the people who run the app look at. */
export function operationRoutes(
  db: Dependency<PgPool>,
  httpStats: () => HttpServerStats | undefined,
): RouteGroup {
  const tags = ['operations']

  const index = get('/', { summary: 'What is here', tags }, () => ({
    name: 'FasterAPI production example',
    docs: '/docs',
    openapi: '/openapi.json',
    health: '/health',
    metrics: '/metrics',
    examples: ['/users/1', '/users/1/orders', '/users/1/full', '/reports/top-spenders?limit=5'],
  }))

  const health = get(
    '/health',
    { in: { db }, out: { 200: Health, 503: Health }, summary: 'Is the app well?', tags },
    ({ db }) =>
      db.exec('select 1', [], { timeoutMs: HEALTH_TIMEOUT_MS }).thenWrapped((answer) => {
        const uptimeSeconds = Math.floor(process.uptime())
        if (answer.isReady) return { status: 'ok', database: 'ok', uptimeSeconds } as const
        answer.ignore()
        const unwell = { status: 'unavailable', database: 'unreachable', uptimeSeconds } as const
        return reply(503, unwell)
      }),
  )

  const metrics = get(
    '/metrics',
    { in: { db }, summary: 'Numbers for Prometheus', tags },
    ({ db }) => {
      const http = httpStats()
      const text = formatPrometheus([
        ...(http === undefined ? [] : httpMetrics(http)),
        ...pgMetrics(db.stats()),
        ...processMetrics(),
      ])
      return reply(200, text, { headers: { 'content-type': PROMETHEUS_CONTENT_TYPE } })
    },
  )

  return router({ index, health, metrics })
}
