import { AbortedError, OptionError } from '../core/errors.ts'
import { functionOption, integerOption, rejectUnknownOptions } from '../core/options.ts'
import { type Eventual, Future } from '../future/index.ts'
import { Deadlines } from './deadlines.ts'
import { Dispatcher } from './dispatcher.ts'
import { assertChannel } from './notifications/channel-name.ts'
import { NotificationListener, type PgListenerStats } from './notifications/listener.ts'
import type {
  ListenOptions,
  NotificationsOptions,
  PgNotification,
} from './notifications/notification.ts'
import { streamNotifications } from './notifications/notification-stream.ts'
import type { PgSubscription } from './notifications/subscription.ts'
import { type PgPoolOptions, type PoolSettings, readPoolOptions } from './pool-options.ts'
import { Query, type ResultShape } from './query.ts'
import { checkQueryOptions, Queryable, type QueryOptions } from './queryable.ts'
import {
  type PgTransaction,
  runTransaction,
  type TransactionHost,
  type TransactionOptions,
} from './transaction.ts'

/** Numbers of a pool at this moment. */
export interface PgPoolStats {
  readonly connections: {
    readonly max: number
    readonly open: number
    readonly opening: number
    /** Open and without work. */
    readonly idle: number
    /** Open and at work, transactions included. */
    readonly busy: number
    /** Lent to transactions. */
    readonly exclusive: number
    /** Ever opened and ever lost. */
    readonly opened: number
    readonly lost: number
  }
  readonly queries: {
    readonly total: number
    readonly failed: number
    /** Given up by a signal or a timeout; they count as failed, too. */
    readonly cancelled: number
    /** Not settled yet, waiting ones included. */
    readonly inFlight: number
  }
  /** Queries and transactions that wait for a connection. */
  readonly waiting: number
  /** Times a connection was lent to a transaction. */
  readonly acquired: number
  /** The connection that listens for notifications, which `connections` does not count. */
  readonly listener: PgListenerStats
}

/**
 * A pool of connections to one PostgreSQL database.
 *
 * Connections are opened when they are needed; queries are pipelined, so that those of one turn of the
 * event loop leave in one write and share a connection, each failing or succeeding on its own.
 *
 * It keeps the process alive while connections are open: `close` it, or declare it `await using`.
 */
export class PgPool extends Queryable implements AsyncDisposable {
  readonly #settings: PoolSettings
  readonly #dispatcher: Dispatcher
  readonly #deadlines: Deadlines
  readonly #listener: NotificationListener
  readonly #host: TransactionHost

  /**
   * @param url - `postgresql://user:password@host:port/database`; what it leaves out comes from the
   * `PG*` environment variables
   * @throws {OptionError} on an unreadable URL, an unknown option or a bad value
   */
  constructor(url?: string, options?: PgPoolOptions) {
    super()
    this.#settings = readPoolOptions(url, options)
    const dispatcher = new Dispatcher(this.#settings)
    this.#dispatcher = dispatcher
    this.#deadlines = new Deadlines(dispatcher)
    this.#listener = new NotificationListener(
      this.#settings.connection,
      this.#settings.listenKeepAliveMs,
    )
    this.#host = {
      acquire: () => dispatcher.acquire(),
      release: (connection) => dispatcher.release(connection),
      createQuery: (sql, parameters, shape, queryOptions) =>
        this.#createQuery(sql, parameters, shape, queryOptions),
    }
  }

  /** @internal */
  override run(
    sql: string,
    parameters: readonly unknown[] | undefined,
    shape: ResultShape,
    options: QueryOptions | undefined,
  ): Future<unknown> {
    const query = this.#createQuery(sql, parameters, shape, options)
    if (!query.isSettled) this.#dispatcher.dispatch(query)
    return query.future
  }

  /**
   * Runs `work` in a transaction on a connection of its own: COMMIT when it is ready, ROLLBACK when it
   * fails. Statements must go through the handle `work` is given, not through the pool.
   *
   * @returns the outcome of `work`; fails with {@link TransactionRolledBackError} when `work` succeeds
   * although one of its statements had failed, for then nothing is stored
   * @throws {OptionError} on an unknown option or a bad value
   */
  transaction<T>(
    work: (transaction: PgTransaction) => Eventual<T>,
    options?: TransactionOptions,
  ): Future<T> {
    return runTransaction(this.#host, work, options)
  }

  /**
   * Calls `onNotification` with what is sent to a channel from now on, in order.
   *
   * All listeners of a pool share one connection of their own. When it is lost it is opened again, and
   * `onGap` is called: notifications may have been missed. What a callback throws is reported as every
   * failure that nobody looks at, and changes nothing.
   *
   * @returns ready when the server listens; fails with {@link PgConnectionError} if it cannot be reached
   * @throws {OptionError} if the channel cannot be, or an option is wrong
   * @see PostgreSQL manual, "LISTEN"
   */
  listen(
    channel: string,
    onNotification: (notification: PgNotification) => unknown,
    options: ListenOptions = {},
  ): Future<PgSubscription> {
    assertChannel(channel)
    if (typeof onNotification !== 'function') {
      throw new OptionError('onNotification', onNotification, 'a function')
    }
    rejectUnknownOptions('listen options', options, ['onGap'])
    const onGap = functionOption('onGap', options.onGap)
    return this.#listener.listen(channel, {
      onNotification,
      onGap: (gap) => onGap?.(gap),
      onEnd() {},
    })
  }

  /**
   * What is sent to a channel, as a loop: `for await (const { payload } of pool.notifications('jobs'))`.
   *
   * It listens from the loop's beginning to its end, or to the close of the pool, which ends the loop.
   *
   * @returns fails as {@link listen} does, with `AbortedError`, and with `LimitError` when the loop is so
   * slow that more than `maxQueued` wait
   * @throws {OptionError} if the channel cannot be, or an option is wrong
   */
  notifications(
    channel: string,
    options: NotificationsOptions = {},
  ): AsyncGenerator<PgNotification, void, undefined> {
    assertChannel(channel)
    rejectUnknownOptions('notifications options', options, ['onGap', 'signal', 'maxQueued'])
    functionOption('onGap', options.onGap)
    const { signal } = options
    if (signal !== undefined && !(signal instanceof AbortSignal)) {
      throw new OptionError('signal', signal, 'an AbortSignal')
    }
    const maxQueued = integerOption('maxQueued', options.maxQueued, 10_000, 1)
    return streamNotifications(
      (handler) => this.#listener.listen(channel, handler),
      maxQueued,
      options,
    )
  }

  stats(): PgPoolStats {
    const { connections, counters, opening, waiting, acquired, opened, lost } = this.#dispatcher
    const idle = connections.filter(
      (connection) => connection.load === 0 && !connection.isExclusive,
    )
    return {
      connections: {
        max: this.#settings.max,
        open: connections.length,
        opening,
        idle: idle.length,
        busy: connections.length - idle.length,
        exclusive: connections.filter((connection) => connection.isExclusive).length,
        opened,
        lost,
      },
      queries: {
        total: counters.total,
        failed: counters.failed,
        cancelled: counters.cancelled,
        inFlight: counters.pending,
      },
      waiting: waiting.length,
      acquired,
      listener: this.#listener.stats,
    }
  }

  /**
   * Refuses new work, fails what waits for a connection, lets what is under way finish, and closes the
   * connections. A second call returns the same outcome.
   *
   * @param options - `timeoutMs`: after so many milliseconds (default 10,000) connections are cut
   */
  close(options: { readonly timeoutMs?: number } = {}): Future<void> {
    rejectUnknownOptions('close options', options, ['timeoutMs'])
    const timeoutMs = integerOption('timeoutMs', options.timeoutMs, 10_000, 0, 0x7fff_ffff)
    this.#listener.close()
    return this.#dispatcher.close(timeoutMs).finally(() => this.#deadlines.stop())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** A query with its limits; settled already when it cannot be sent at all. */
  #createQuery(
    sql: string,
    parameters: readonly unknown[] | undefined,
    shape: ResultShape,
    options: QueryOptions | undefined,
  ): Query {
    const query = new Query(sql, parameters, shape, this.#dispatcher.counters)
    try {
      query.validate()
      if (options !== undefined) {
        checkQueryOptions(options)
        const { signal } = options
        if (signal?.aborted === true) throw new AbortedError(signal.reason, 'The query')
        if (signal !== undefined) this.#deadlines.follow(query, signal)
      }
      this.#deadlines.limit(query, options?.timeoutMs ?? this.#settings.queryTimeoutMs)
    } catch (error) {
      query.reject(error)
    }
    return query
  }
}
