import { OptionError } from '../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../core/options.ts'
import { type Eventual, Future, sleep } from '../future/index.ts'
import type { PgConnection } from './connection.ts'
import {
  PgError,
  PgProtocolError,
  TransactionClosedError,
  TransactionRolledBackError,
} from './errors.ts'
import { IDLE } from './pipeline.ts'
import { COMMAND, Query, type ResultShape } from './query.ts'
import { Queryable, type QueryOptions } from './queryable.ts'

const ISOLATION_LEVELS = ['read committed', 'repeatable read', 'serializable'] as const
export type IsolationLevel = (typeof ISOLATION_LEVELS)[number]

export interface TransactionOptions {
  /** Default: the server's, normally `read committed`. */
  readonly isolation?: IsolationLevel
  readonly readOnly?: boolean
  /** With `serializable` and `readOnly`: wait for a snapshot that can never fail. */
  readonly deferrable?: boolean
  /** How often to run it anew after a serialization failure (40001) or a deadlock (40P01); default 0. */
  readonly retry?: number
}

/** What a transaction needs from its pool. */
export interface TransactionHost {
  acquire(): Future<PgConnection>
  release(connection: PgConnection): void
  createQuery(
    sql: string,
    parameters: readonly unknown[] | undefined,
    shape: ResultShape,
    options: QueryOptions | undefined,
  ): Query
}

/** SQLSTATE of failures that a new attempt may not meet: serialization failure, deadlock. */
const TRANSIENT = ['40001', '40P01']
const RETRY_BASE_MS = 5
const RETRY_MAX_MS = 200

/**
 * A transaction in progress, with a connection of its own. Made by `PgPool.transaction`; it must not
 * be used after the function it was given to has finished.
 */
export class PgTransaction extends Queryable {
  readonly #host: TransactionHost
  readonly #connection: PgConnection
  #isOver = false
  #savepoints = 0
  #firstFailure: unknown

  /** @internal */
  constructor(host: TransactionHost, connection: PgConnection) {
    super()
    this.#host = host
    this.#connection = connection
  }

  /** @internal */
  override run(
    sql: string,
    parameters: readonly unknown[] | undefined,
    shape: ResultShape,
    options: QueryOptions | undefined,
  ): Future<unknown> {
    const query = this.#host.createQuery(sql, parameters, shape, options)
    if (this.#isOver) {
      query.reject(
        new TransactionClosedError('The transaction is over; its handle cannot be used any more'),
      )
    } else if (!this.#connection.isOpen) {
      query.reject(
        new TransactionClosedError('The connection was lost; the transaction is rolled back'),
      )
    }
    if (!query.isSettled) this.#connection.pipeline.submit(query)
    return query.future.catch((error) => {
      this.#firstFailure ??= error
      throw error
    })
  }

  /**
   * Runs `work` within a savepoint: its failure undoes what it has done, and nothing else.
   *
   * @returns the outcome of `work`
   */
  transaction<T>(work: (transaction: PgTransaction) => Eventual<T>): Future<T> {
    const name = `fasterapi_${++this.#savepoints}`
    return this.#command(`savepoint ${name}`)
      .then(() => Future.try(() => work(this)))
      .then(
        (value) => this.#command(`release savepoint ${name}`).then(() => value),
        (failure) =>
          this.#command(`rollback to savepoint ${name}`).then(() => {
            this.#firstFailure = undefined
            throw failure
          }),
      )
  }

  /** @internal The first round trip; later queries may be sent behind it at once. */
  begin(sql: string): Future<unknown> {
    return this.#command(sql)
  }

  /** @internal */
  commit(): Future<void> {
    const answer = this.#command('commit')
    this.#isOver = true
    return answer.then((tag) => {
      if (tag !== 'COMMIT') {
        throw new TransactionRolledBackError(
          'A statement had failed, so the server rolled the transaction back at its COMMIT',
          { cause: this.#firstFailure },
        )
      }
    })
  }

  /** @internal Never fails: without a connection the server rolls back by itself. */
  rollback(): Future<void> {
    if (this.#isOver || !this.#connection.isOpen) {
      this.#isOver = true
      return Future.ready()
    }
    const answer = this.#command('rollback')
    this.#isOver = true
    return answer.then(
      () => {},
      () => {},
    )
  }

  #command(sql: string): Future<unknown> {
    return this.run(sql, undefined, COMMAND, { timeoutMs: 0 })
  }
}

/**
 * Runs `work` between BEGIN and COMMIT on a connection of its own; ROLLBACK when it fails.
 *
 * @throws {OptionError} on an unknown option or a bad value
 */
export function runTransaction<T>(
  host: TransactionHost,
  work: (transaction: PgTransaction) => Eventual<T>,
  options: TransactionOptions = {},
): Future<T> {
  const beginSql = beginStatement(options)
  // Only this level can be refused by a healthy server (a standby), and what follows would then run unprotected.
  const waitsForBegin = options.isolation === 'serializable'
  const retries = integerOption('retry', options.retry, 0, 0, 1000)

  const attempt = (number: number): Future<T> =>
    host
      .acquire()
      .then((connection) => runOnce(host, connection, work, beginSql, waitsForBegin))
      .catch((failure) => {
        if (
          number > retries ||
          !(failure instanceof PgError) ||
          !TRANSIENT.includes(failure.sqlState)
        ) {
          throw failure
        }
        const boundMs = Math.min(RETRY_BASE_MS * 2 ** number, RETRY_MAX_MS)
        return sleep(Math.random() * boundMs).then(() => attempt(number + 1))
      })
  return attempt(1)
}

function runOnce<T>(
  host: TransactionHost,
  connection: PgConnection,
  work: (transaction: PgTransaction) => Eventual<T>,
  beginSql: string,
  waitsForBegin: boolean,
): Future<T> {
  const transaction = new PgTransaction(host, connection)
  const begun = transaction.begin(beginSql)
  // Looked at before the COMMIT; until then a failure has consumers enough.
  begun.ignore()
  const worked = waitsForBegin
    ? begun.then(() => Future.try(() => work(transaction)))
    : Future.try(() => work(transaction))
  return worked
    .then((value) => begun.then(() => transaction.commit()).then(() => value))
    .catch((failure) =>
      transaction.rollback().then(() => {
        throw failure
      }),
    )
    .finally(() => giveBack(host, connection))
}

/** Nobody gets a connection whose last transaction may still be open. */
function giveBack(host: TransactionHost, connection: PgConnection): void {
  if (
    connection.isOpen &&
    (connection.pipeline.transactionStatus !== IDLE || connection.load > 0)
  ) {
    connection.destroy(new PgProtocolError('The transaction did not end'))
  }
  host.release(connection)
}

function beginStatement(options: TransactionOptions): string {
  rejectUnknownOptions('transaction options', options, [
    'isolation',
    'readOnly',
    'deferrable',
    'retry',
  ])
  const { isolation, readOnly, deferrable } = options
  const modes: string[] = []
  if (isolation !== undefined) {
    if (!ISOLATION_LEVELS.includes(isolation)) {
      throw new OptionError('isolation', isolation, `one of ${ISOLATION_LEVELS.join(', ')}`)
    }
    modes.push(`isolation level ${isolation}`)
  }
  if (readOnly !== undefined) modes.push(readOnly ? 'read only' : 'read write')
  if (deferrable !== undefined) modes.push(deferrable ? 'deferrable' : 'not deferrable')
  return `begin ${modes.join(', ')}`.trimEnd()
}
