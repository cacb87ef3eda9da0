import {
  array,
  type Dependency,
  get,
  int,
  query,
  type RouteGroup,
  router,
  signal,
} from '../../../src/index.ts'
import { type PgPool } from '../../../src/pg/index.ts'
import { findTopSpenders } from '../database/queries.ts'
import { Spender } from '../models.ts'

/** The report in both styles. A client that leaves takes its query with it: the signal cancels it on the server. */
export function reportRoutes(db: Dependency<PgPool>): RouteGroup {
  const inputs = {
    db,
    signal: signal(),
    limit: query(int({ min: 1, max: 100, default: 10, description: 'How many spenders.' })),
  }
  const out = { 200: array(Spender) }
  const summary = 'Who has spent most'

  const topSpenders = get(
    '/reports/top-spenders',
    { in: inputs, out, summary, tags: ['reports'] },
    async ({ db, limit, signal }) => await findTopSpenders(db, limit, { signal }),
  )

  const topSpendersChain = get(
    '/chains/reports/top-spenders',
    { in: inputs, out, summary, tags: ['reports, as .then() chains'] },
    ({ db, limit, signal }) => findTopSpenders(db, limit, { signal }),
  )

  return router({ topSpenders, topSpendersChain })
}
