import { App, type Dependency, LimitError, reply, TimeoutError } from '../../src/index.ts'
import {
  PgConnectionError,
  PgError,
  PgOutcomeUnknownError,
  TransactionClosedError,
} from '../../src/pg/index.ts'
import { shopPool } from './dependencies.ts'
import { addOperations } from './routes/operations.ts'
import { reportRoutes } from './routes/reports.ts'
import { userChainRoutes, userRoutes } from './routes/users.ts'

/**
 * The shop's API.
 *
 * @param database - URL of a database with the shop's tables
 * @param poolSize - most connections to it
 */
export function createApp(database: Dependency<string>, poolSize = 4): App {
  const app = new App({
    title: 'FasterAPI production example',
    version: '1.0.0',
    description: 'A shop over PostgreSQL: users, orders and products.',
  })
  const db = shopPool(database, poolSize)

  addOperations(app, db)
  app.include(userRoutes(db))
  app.include(userChainRoutes(db))
  app.include(reportRoutes(db))

  answerOutages(app)
  return app
}

/** SQLSTATEs that say "not now": the server stops or starts, is full, or could not serialize. */
const TRANSIENT = /^(57P0[123]|53300|40001|40P01)$/

/** What is the database's trouble and not the request's: 503, and when to come back. */
function answerOutages(app: App): void {
  const retryLater = { headers: { 'retry-after': '1' } }
  const unavailable = reply(503, { detail: 'The database is not available' }, retryLater)
  app.onError(PgConnectionError, () => unavailable)
  app.onError(TransactionClosedError, () => unavailable)
  app.onError(TimeoutError, () => unavailable)
  app.onError(LimitError, () => unavailable)
  app.onError(PgError, (error) => {
    if (TRANSIENT.test(error.sqlState)) return unavailable
    throw error
  })
  const detail = 'The database was lost before it confirmed the change; check before you repeat it'
  app.onError(PgOutcomeUnknownError, () => reply(503, { detail }, retryLater))
}
