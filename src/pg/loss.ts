import { PgConnectionError, PgOutcomeUnknownError, TransactionClosedError } from './errors.ts'
import { MAX_RESENDS, type Pipeline } from './pipeline.ts'
import { COMMAND, type Query } from './query.ts'

/**
 * Settles what was under way on a lost connection.
 *
 * Within a transaction everything fails: it is rolled back, and its statements mean nothing elsewhere;
 * only a COMMIT that was sent may have taken effect. Outside, a query that never ran is handed back.
 *
 * @param hasServerSpoken - the server gave its reason: it handles queries one after the other, so
 * nothing behind the oldest has run
 * @returns queries that certainly never ran and may go to another connection
 */
export function settleLost(pipeline: Pipeline, cause: unknown, hasServerSpoken: boolean): Query[] {
  const entries = pipeline.wire.takeAll()
  const firstUnsent = entries.length - pipeline.unflushed
  const neverRan: Query[] = []
  const settle = (query: Query, mayHaveRun: boolean): void => {
    if (query.isSettled) return
    const isTransaction = pipeline.isOrdered && !(mayHaveRun && isCommit(query))
    if (isTransaction) {
      query.reject(
        new TransactionClosedError('The connection was lost; the transaction is rolled back', {
          cause,
        }),
      )
    } else if (mayHaveRun) query.reject(new PgOutcomeUnknownError(query.sql, cause))
    else if (++query.resends > MAX_RESENDS)
      query.reject(
        new PgConnectionError(
          'The connection was lost again and again before this could run',
          cause,
        ),
      )
    else {
      query.reset()
      neverRan.push(query)
    }
  }
  entries.forEach((entry, index) => {
    if (!entry.isLearning) settle(entry, index < firstUnsent && !(hasServerSpoken && index > 0))
  })
  for (const query of pipeline.held.takeAll()) settle(query, false)
  return neverRan
}

function isCommit(query: Query): boolean {
  return query.shape === COMMAND && query.sql === 'commit'
}
