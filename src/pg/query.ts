import { debug } from '../core/debug.ts'
import { OptionError } from '../core/errors.ts'
import { Deferred, type Future } from '../future/index.ts'
import { channels, type QueryMessage } from './channels.ts'
import { NoRowsError, PgParameterError, TooManyRowsError } from './errors.ts'
import type { Linked } from './linked-queue.ts'
import type { Pipeline } from './pipeline.ts'
import { type PgField, parseCommandTag } from './result.ts'
import type { PreparedStatement } from './statement.ts'

/** What a query gives back. */
export const RESULT = 0
export const MANY = 1
export const ONE = 2
export const MAYBE_ONE = 3
export const COUNT = 4
/** As COUNT, but text of any number of statements without parameters: the simple protocol. */
export const SIMPLE = 5
/** As SIMPLE, but the command's name: how COMMIT tells that it has rolled back. */
export const COMMAND = 6
export type ResultShape =
  | typeof RESULT
  | typeof MANY
  | typeof ONE
  | typeof MAYBE_ONE
  | typeof COUNT
  | typeof SIMPLE
  | typeof COMMAND

/** Stands for the whole tag when the number of rows is known without it. */
export const SELECT_TAG = 'SELECT'
/** The protocol's limit: an unsigned int16 counts them. */
const MAX_PARAMETERS = 65_535
const NO_PARAMETERS: readonly unknown[] = []
const KEEPS_SITE = debug.enabled || process.env['NODE_ENV'] === 'development'

/** Numbers over the queries of one pool. */
export interface QueryCounters {
  total: number
  failed: number
  cancelled: number
  pending: number
}

/**
 * One query on its way: what to send, and where the answer goes.
 *
 * It is settled once. An abandoned query (cancelled, timed out) is settled early and stays in its
 * place on the wire, because the answer will come and has to be counted off.
 */
export class Query {
  // Declared, and set in the constructor: an initializer for each field costs a second store.
  declare readonly sql: string
  declare readonly parameters: readonly unknown[]
  declare readonly shape: ResultShape
  declare readonly counters: QueryCounters
  declare readonly deferred: Deferred<unknown>
  /** Neighbour behind it in the queue it waits in. */
  declare next: Linked | undefined
  /** Where it is; undefined while it waits for a connection. */
  declare pipeline: Pipeline | undefined
  declare statement: PreparedStatement | undefined
  /** True on the entries of a pipeline that are not queries. */
  declare readonly isLearning: false
  declare isSettled: boolean
  /** A cancel request was under way while it was on the wire: a 57014 may not be its own. */
  declare isExposedToCancel: boolean
  /** Times it has been sent again. */
  declare resends: number
  /** On the monotonic clock; Infinity for none. */
  declare deadlineMs: number
  declare timeoutMs: number
  declare acquireDeadlineMs: number
  declare rows: unknown[]
  declare tag: string
  declare failure: unknown
  declare detach: (() => void) | undefined
  declare site: { stack?: string } | undefined
  declare message: QueryMessage | undefined

  constructor(
    sql: string,
    parameters: readonly unknown[] | undefined,
    shape: ResultShape,
    counters: QueryCounters,
  ) {
    this.sql = sql
    this.parameters = parameters ?? NO_PARAMETERS
    this.shape = shape
    this.counters = counters
    this.deferred = new Deferred()
    this.next = undefined
    this.pipeline = undefined
    this.statement = undefined
    this.isLearning = false
    this.isSettled = false
    this.isExposedToCancel = false
    this.resends = 0
    this.deadlineMs = Number.POSITIVE_INFINITY
    this.timeoutMs = 0
    this.acquireDeadlineMs = Number.POSITIVE_INFINITY
    this.rows = []
    this.tag = ''
    this.failure = undefined
    this.detach = undefined
    this.site = undefined
    this.message = undefined
    counters.total++
    counters.pending++
    if (KEEPS_SITE) Error.captureStackTrace((this.site = {}))
    if (channels.queryStart.hasSubscribers || channels.queryEnd.hasSubscribers) this.#publishStart()
  }

  get future(): Future<unknown> {
    return this.deferred.future
  }

  /**
   * @throws {PgParameterError} for text or parameters that no connection could send
   * @throws {OptionError} for arguments of another type
   */
  validate(): void {
    if (typeof this.sql !== 'string') throw new OptionError('sql', this.sql, 'a string')
    if (!Array.isArray(this.parameters)) {
      throw new OptionError(
        'parameters',
        this.parameters,
        'an array, one value for each $1, $2, ...',
      )
    }
    if (this.sql.includes('\0')) {
      throw new PgParameterError(0, this.sql, 'the SQL text contains a zero character (\\0)')
    }
    if (this.parameters.length > MAX_PARAMETERS) {
      throw new PgParameterError(
        0,
        this.sql,
        `${this.parameters.length} were given, the protocol allows ${MAX_PARAMETERS}`,
      )
    }
  }

  /** Forgets what an attempt has brought so far. */
  reset(): void {
    this.rows = []
    this.tag = ''
    this.failure = undefined
    this.next = undefined
    this.pipeline = undefined
    this.statement = undefined
    this.isExposedToCancel = false
  }

  /** The server has finished with it. */
  complete(): void {
    if (this.isSettled) return
    if (this.failure !== undefined) return this.reject(this.failure)
    switch (this.shape) {
      case RESULT: {
        const { rows, tag } = this
        const fields: readonly PgField[] = this.statement?.fields ?? []
        const { command, rowCount } =
          tag === SELECT_TAG ? { command: tag, rowCount: rows.length } : parseCommandTag(tag)
        return this.#resolve({ rows, rowCount, command, fields })
      }
      case MANY:
        return this.#resolve(this.rows)
      case ONE:
        if (this.rows.length === 0) return this.reject(new NoRowsError(this.sql))
        return this.#resolveOnly()
      case MAYBE_ONE:
        return this.#resolveOnly()
      case COUNT:
      case SIMPLE:
        return this.#resolve(parseCommandTag(this.tag).rowCount)
      case COMMAND:
        return this.#resolve(this.tag)
    }
  }

  #resolveOnly(): void {
    if (this.rows.length > 1) return this.reject(new TooManyRowsError(this.sql, this.rows.length))
    return this.#resolve(this.rows[0])
  }

  #resolve(value: unknown): void {
    this.#settle()
    this.deferred.resolve(value)
  }

  /** Settles it with a failure, whatever the server may still answer. */
  reject(error: unknown): void {
    if (this.isSettled) return
    this.#settle()
    this.counters.failed++
    if (this.site?.stack !== undefined && error instanceof Error) joinStack(error, this.site.stack)
    if (this.message !== undefined) this.message.error = error
    this.deferred.reject(error)
  }

  #settle(): void {
    this.isSettled = true
    this.counters.pending--
    if (this.detach !== undefined) this.detach()
    if (this.message !== undefined) channels.queryEnd.publish(this.message)
  }

  #publishStart(): void {
    this.message = {
      sql: this.sql,
      parameters: this.parameters,
      startMs: performance.now(),
      error: undefined,
    }
    channels.queryStart.publish(this.message)
  }
}

/** The error's own first lines, then the caller's frames: an error of the server has none of its own. */
function joinStack(error: Error, site: string): void {
  const frames = site.slice(site.indexOf('\n') + 1)
  error.stack = `${error.name}: ${error.message}\n${frames}`
}
