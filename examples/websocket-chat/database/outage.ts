import { LimitError, TimeoutError } from '../../../src/index.ts'
import {
  PgConnectionError,
  PgError,
  PgOutcomeUnknownError,
  TransactionClosedError,
} from '../../../src/pg/index.ts'

/** SQLSTATEs that say "not now": the server stops or starts, is full, or could not serialize. */
const TRANSIENT = /^(57P0[123]|53300|40001|40P01)$/
const OUTAGES = [
  PgConnectionError,
  PgOutcomeUnknownError,
  TransactionClosedError,
  TimeoutError,
  LimitError,
]

/** @returns whether the database is in trouble, and not the query: worth another try */
export function isOutage(error: unknown): boolean {
  if (error instanceof PgError) return TRANSIENT.test(error.sqlState)
  return OUTAGES.some((outage) => error instanceof outage)
}
