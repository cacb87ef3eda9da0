import { OptionError } from '../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../core/options.ts'
import { Future } from '../future/index.ts'
import { assertChannel, assertPayload, NOTIFY_SQL } from './notifications/channel-name.ts'
import { COUNT, MANY, MAYBE_ONE, ONE, RESULT, type ResultShape, SIMPLE } from './query.ts'
import type { PgResult } from './result.ts'

export interface QueryOptions {
  /** Gives the query up: the future fails at once, and the server is asked to stop working on it. */
  readonly signal?: AbortSignal
  /** Limit in milliseconds, waiting for a connection included; 0 for none. Default: the pool's. */
  readonly timeoutMs?: number
}

/** A row as it comes without a type argument. */
export type Row = Record<string, unknown>

/** @throws {OptionError} on an unknown option or a bad value */
export function checkQueryOptions(options: QueryOptions): void {
  rejectUnknownOptions('query options', options, ['signal', 'timeoutMs'])
  if (options.timeoutMs !== undefined)
    integerOption('timeoutMs', options.timeoutMs, 0, 0, 0x7fff_ffff)
  if (options.signal !== undefined && !(options.signal instanceof AbortSignal)) {
    throw new OptionError('signal', options.signal, 'an AbortSignal')
  }
}

/**
 * What a pool and a transaction have in common: running statements.
 *
 * Parameters are `$1`, `$2`, ... in the SQL. Every method fails with {@link PgError} when the server
 * refuses the statement, {@link PgParameterError} when a parameter cannot be sent, `TimeoutError`,
 * `AbortedError`, and with {@link PgConnectionError} or {@link PgOutcomeUnknownError} when the
 * connection cannot be had or is lost.
 */
export abstract class Queryable {
  /** @internal */
  abstract run(
    sql: string,
    parameters: readonly unknown[] | undefined,
    shape: ResultShape,
    options: QueryOptions | undefined,
  ): Future<unknown>

  /** @returns the rows, with their number, the command and the columns */
  query<R = Row>(
    sql: string,
    parameters?: readonly unknown[],
    options?: QueryOptions,
  ): Future<PgResult<R>> {
    return this.run(sql, parameters, RESULT, options) as Future<PgResult<R>>
  }

  /** @returns the rows; an empty array if there are none */
  many<R = Row>(sql: string, parameters?: readonly unknown[], options?: QueryOptions): Future<R[]> {
    return this.run(sql, parameters, MANY, options) as Future<R[]>
  }

  /** @returns the only row; fails with {@link NoRowsError} or {@link TooManyRowsError} otherwise */
  one<R = Row>(sql: string, parameters?: readonly unknown[], options?: QueryOptions): Future<R> {
    return this.run(sql, parameters, ONE, options) as Future<R>
  }

  /** @returns the only row, `undefined` if there is none; fails with {@link TooManyRowsError} otherwise */
  maybeOne<R = Row>(
    sql: string,
    parameters?: readonly unknown[],
    options?: QueryOptions,
  ): Future<R | undefined> {
    return this.run(sql, parameters, MAYBE_ONE, options) as Future<R | undefined>
  }

  /**
   * Runs a statement for its effect.
   *
   * Without parameters the text may hold several statements, separated by semicolons, which then
   * succeed or fail together.
   *
   * @returns the number of rows the (last) statement has affected
   */
  exec(sql: string, parameters?: readonly unknown[], options?: QueryOptions): Future<number> {
    const shape = parameters === undefined ? SIMPLE : COUNT
    return this.run(sql, parameters, shape, options) as Future<number>
  }

  /**
   * Notifies all who listen to a channel, in all processes; within a transaction, when it commits.
   *
   * @param payload - at most 7,999 bytes, empty by default
   * @returns fails with `OptionError` for a channel that cannot be, {@link PgParameterError} for a payload
   * that is too long, and as every statement does
   * @see PostgreSQL manual, "NOTIFY"
   */
  notify(channel: string, payload: string = '', options?: QueryOptions): Future<void> {
    return Future.try(() => {
      assertChannel(channel)
      assertPayload(payload)
      return this.run(NOTIFY_SQL, [channel, payload], COUNT, options)
    }).discard()
  }
}
