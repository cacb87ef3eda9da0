import { registerErrorClasses } from '../core/error-classes.ts'
import { FasterApiError, FlowError } from '../core/errors.ts'
import type { ErrorFields } from './protocol/error-fields.ts'

/**
 * The server refused a statement. `sqlState` says why in five characters; match on that.
 *
 * In development and in debug mode `stack` continues at the caller of the query.
 *
 * @see PostgreSQL manual, "Error and Notice Message Fields" and "PostgreSQL Error Codes"
 */
export class PgError extends FlowError {
  readonly code = 'PG_SERVER'
  /** Five characters, such as `23505` (unique violation). */
  readonly sqlState: string
  /** `ERROR`, `FATAL` or `PANIC`, never localised. */
  readonly severity: string
  readonly detail: string | undefined
  readonly hint: string | undefined
  /** 1-based index into `query`, in characters. */
  readonly position: number | undefined
  readonly internalPosition: number | undefined
  readonly internalQuery: string | undefined
  readonly where: string | undefined
  readonly schema: string | undefined
  readonly table: string | undefined
  readonly column: string | undefined
  readonly dataType: string | undefined
  readonly constraint: string | undefined
  readonly file: string | undefined
  readonly line: number | undefined
  readonly routine: string | undefined
  /** The SQL text as sent; `undefined` when the error belongs to no query. */
  readonly query: string | undefined

  constructor(fields: ErrorFields, query: string | undefined) {
    super(fields.message)
    this.sqlState = fields.sqlState
    this.severity = fields.severity
    this.detail = fields.detail
    this.hint = fields.hint
    this.position = fields.position
    this.internalPosition = fields.internalPosition
    this.internalQuery = fields.internalQuery
    this.where = fields.where
    this.schema = fields.schema
    this.table = fields.table
    this.column = fields.column
    this.dataType = fields.dataType
    this.constraint = fields.constraint
    this.file = fields.file
    this.line = fields.line
    this.routine = fields.routine
    this.query = query
  }
}

/** A parameter cannot be sent: nothing was written, the connection is untouched. */
export class PgParameterError extends FasterApiError {
  readonly code = 'PG_PARAMETER'
  /** 1-based, as in `$1`; 0 when the number of parameters is wrong. */
  readonly position: number
  readonly query: string

  constructor(position: number, query: string, problem: string, options?: ErrorOptions) {
    const subject = position === 0 ? 'The parameters' : `Parameter $${position}`
    super(`${subject} of ${shorten(query)}: ${problem}`, options)
    this.position = position
    this.query = query
  }
}

/** A value arrived that has no faithful JavaScript form, such as the timestamp `infinity`. */
export class PgDecodeError extends FasterApiError {
  readonly code = 'PG_DECODE'
}

/** `one` or `many` found no row. */
export class NoRowsError extends FlowError {
  readonly code = 'PG_NO_ROWS'
  readonly query: string

  constructor(query: string) {
    super(`No row: ${shorten(query)}`)
    this.query = query
  }
}

/** `one` or `maybeOne` found more than one row. */
export class TooManyRowsError extends FlowError {
  readonly code = 'PG_TOO_MANY_ROWS'
  readonly query: string
  readonly rowCount: number

  constructor(query: string, rowCount: number) {
    super(`${rowCount} rows where at most one was expected: ${shorten(query)}`)
    this.query = query
    this.rowCount = rowCount
  }
}

/**
 * No connection could be opened: the server is unreachable, or refuses user, password or database.
 * The message names host, port, user and database, never the password; `cause` is the original failure.
 */
export class PgConnectionError extends FlowError {
  readonly code = 'PG_CONNECTION'
  /** The server's SQLSTATE when it was the server that refused, such as `28P01`. */
  readonly sqlState: string | undefined

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.sqlState = cause instanceof PgError ? cause.sqlState : undefined
  }
}

/**
 * The connection was lost after the statement had been sent and before its answer came.
 * Whether it took effect is unknown, so it is never sent again by itself.
 */
export class PgOutcomeUnknownError extends FlowError {
  readonly code = 'PG_OUTCOME_UNKNOWN'
  readonly query: string

  constructor(query: string, cause: unknown) {
    super(
      `The connection was lost before the answer came; whether this ran is unknown: ${shorten(query)}`,
      { cause },
    )
    this.query = query
  }
}

/** The peer does not speak the protocol as agreed; the connection is closed. */
export class PgProtocolError extends FasterApiError {
  readonly code = 'PG_PROTOCOL'
}

/** The statement asks for something this API cannot give, such as `COPY` through `query`. */
export class PgUnsupportedError extends FlowError {
  readonly code = 'PG_UNSUPPORTED'
}

/** A transaction handle was used after its end, or after its connection was lost. */
export class TransactionClosedError extends FlowError {
  readonly code = 'PG_TRANSACTION_CLOSED'
}

/** The server answered COMMIT with a rollback, because a statement had failed before: nothing was stored. */
export class TransactionRolledBackError extends FlowError {
  readonly code = 'PG_TRANSACTION_ROLLED_BACK'
}

/** One line of SQL, short enough for a message. */
function shorten(sql: string): string {
  const line = sql.replace(/\s+/g, ' ').trim()
  return line.length > 200 ? `${line.slice(0, 197)}...` : line
}

registerErrorClasses(
  PgError,
  PgParameterError,
  PgDecodeError,
  NoRowsError,
  TooManyRowsError,
  PgConnectionError,
  PgOutcomeUnknownError,
  PgProtocolError,
  PgUnsupportedError,
  TransactionClosedError,
  TransactionRolledBackError,
)
