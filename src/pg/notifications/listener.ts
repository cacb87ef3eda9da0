import { systemClock, type Timer } from '../../core/clock.ts'
import { ClosedError, TimeoutError } from '../../core/errors.ts'
import { Future } from '../../future/index.ts'
import { type ConnectionOwner, type ConnectionSettings, PgConnection } from '../connection.ts'
import { PgConnectionError, PgError } from '../errors.ts'
import type { MessageReader } from '../protocol/reader.ts'
import { Query, type QueryCounters, SIMPLE } from '../query.ts'
import { quoteIdentifier } from './channel-name.ts'
import { NotificationDelivery } from './delivery.ts'
import type { NotificationHandler } from './notification.ts'
import { PgSubscription } from './subscription.ts'

const MIN_BACKOFF_MS = 50
const MAX_BACKOFF_MS = 2000

/** Numbers of the connection that listens. */
export interface PgListenerStats {
  /** Whether the server has confirmed all channels with listeners: what is sent to them arrives. */
  readonly isListening: boolean
  /** Channels with listeners. */
  readonly channels: number
  readonly received: number
  /** Times the connection was lost while somebody listened. */
  readonly lost: number
}

class ListenedChannel {
  readonly name: string
  readonly subscriptions = new Set<PgSubscription>()
  /** The server has confirmed it, on the connection there is. */
  isListening = false

  constructor(name: string) {
    this.name = name
  }
}

/**
 * The connection of a pool that listens: opened with the first listener, closed with the last, and
 * opened again when it is lost. It runs no queries, so that neither waits for the other.
 *
 * @see PostgreSQL manual, "LISTEN", "NOTIFY", "Asynchronous Operations"
 */
export class NotificationListener implements ConnectionOwner {
  readonly #settings: ConnectionSettings
  readonly #keepAliveMs: number
  readonly #channels = new Map<string, ListenedChannel>()
  readonly #counters: QueryCounters = { total: 0, failed: 0, cancelled: 0, pending: 0 }
  readonly #delivery = new NotificationDelivery((isHigh) => this.#connection?.setPaused(isHigh))
  #connection: PgConnection | undefined
  #isOpening = false
  #isClosed = false
  #backoffMs = 0
  #lastRefusal: unknown
  #retryTimer: Timer | undefined
  #probeTimer: Timer | undefined
  #received = 0
  #lost = 0

  /** @param keepAliveMs - how often the server is asked whether it is there; 0 for never */
  constructor(settings: ConnectionSettings, keepAliveMs: number) {
    this.#settings = settings
    this.#keepAliveMs = keepAliveMs
  }

  get stats(): PgListenerStats {
    const channels = [...this.#channels.values()]
    return {
      isListening: channels.length > 0 && channels.every(({ isListening }) => isListening),
      channels: this.#channels.size,
      received: this.#received,
      lost: this.#lost,
    }
  }

  /** @returns ready when the server has confirmed it; fails as a query would */
  listen(channel: string, handler: NotificationHandler): Future<PgSubscription> {
    if (this.#isClosed) return Future.failed(new ClosedError('The pool'))
    if (this.#retryTimer !== undefined) {
      return Future.failed(new PgConnectionError('The server cannot be reached', this.#lastRefusal))
    }
    const subscription = new PgSubscription(channel, handler, (each) => this.#release(each))
    const known = this.#channels.get(channel)
    const listened = known ?? new ListenedChannel(channel)
    listened.subscriptions.add(subscription)
    if (known === undefined) {
      this.#channels.set(channel, listened)
      if (this.#connection !== undefined) this.#sendListen(this.#connection, listened)
    } else if (known.isListening) subscription.confirm()
    if (this.#connection === undefined) this.#open()
    return subscription.opening.future
  }

  /** Ends all listeners and the connection. */
  close(): void {
    this.#isClosed = true
    this.#retryTimer?.cancel()
    this.#retryTimer = undefined
    this.#delivery.clear()
    const subscriptions = this.#subscriptions()
    this.#channels.clear()
    for (const subscription of subscriptions) subscription.end()
    const connection = this.#connection
    if (connection === undefined) return
    if (connection.load === 0) this.#retire(connection)
    else connection.destroy(new ClosedError('The pool'))
  }

  onNotification(reader: MessageReader): void {
    const processId = reader.int32()
    const channel = reader.cstring()
    const payload = reader.cstring()
    const listened = this.#channels.get(channel)
    if (listened === undefined) return
    this.#received++
    const { subscriptions } = listened
    this.#delivery.add({ subscriptions, notification: { channel, payload, processId } })
  }

  onLost(connection: PgConnection, cause: unknown): void {
    if (connection !== this.#connection) return
    this.#connection = undefined
    this.#probeTimer?.cancel()
    if (this.#channels.size === 0) return
    this.#lost++
    for (const listened of this.#channels.values()) listened.isListening = false
    for (const subscription of this.#subscriptions()) {
      if (subscription.opening.future.isReady) subscription.lost ??= { cause }
    }
    // At once, for the server may have closed only this one, and slower if that happens again.
    if (this.#backoffMs === 0) {
      this.#backoffMs = MIN_BACKOFF_MS
      this.#open()
    } else this.#retryLater(cause)
  }

  /** Nothing is sent but by this class itself. */
  onRoom(): void {}
  onAnswered(): void {}
  onFlushed(): void {}
  resend(query: Query): void {
    this.#connection?.pipeline.submit(query)
  }

  #subscriptions(): PgSubscription[] {
    return [...this.#channels.values()].flatMap((listened) => [...listened.subscriptions])
  }

  #open(): void {
    if (this.#isOpening || this.#isClosed) return
    this.#isOpening = true
    new PgConnection(this.#settings, this)
      .open()
      .then(
        (connection) => this.#onOpened(connection),
        (error) => this.#onRefused(error),
      )
      .ignore()
  }

  #onOpened(connection: PgConnection): void {
    this.#isOpening = false
    if (this.#isClosed || this.#channels.size === 0) {
      if (connection.isOpen) connection.end()
      return
    }
    // It may have been lost between its opening and this moment.
    if (!connection.isOpen) return this.#retryLater(new ClosedError('The connection'))
    this.#connection = connection
    if (this.#delivery.isHigh) connection.setPaused(true)
    for (const listened of this.#channels.values()) this.#sendListen(connection, listened)
    this.#watch(connection)
  }

  /** Those who were never confirmed fail; for the others it is tried until it works. */
  #onRefused(error: unknown): void {
    this.#isOpening = false
    if (this.#isClosed) return
    this.#refusePending(error)
    if (this.#channels.size > 0) this.#retryLater(error)
  }

  #retryLater(cause: unknown): void {
    this.#lastRefusal = cause
    this.#backoffMs = Math.min(Math.max(this.#backoffMs * 2, MIN_BACKOFF_MS), MAX_BACKOFF_MS)
    // Some randomness, so that not all processes come at once when the server is back.
    const delayMs = this.#backoffMs * (0.5 + Math.random() / 2)
    this.#retryTimer = systemClock.setTimer(delayMs, () => {
      this.#retryTimer = undefined
      if (this.#channels.size > 0) this.#open()
    })
  }

  #refusePending(error: unknown): void {
    for (const [name, { subscriptions }] of this.#channels) {
      for (const subscription of subscriptions) {
        if (!subscription.opening.future.isPending) continue
        subscriptions.delete(subscription)
        subscription.refuse(error)
      }
      if (subscriptions.size === 0) this.#channels.delete(name)
    }
  }

  #sendListen(connection: PgConnection, listened: ListenedChannel): void {
    this.#run(connection, `listen ${quoteIdentifier(listened.name)}`)
      .then(
        () => this.#onListening(connection, listened),
        (error) => {
          // What a lost connection has failed is asked for again on the next one.
          if (error instanceof PgError && connection.isOpen)
            this.#onListenRefused(connection, error)
        },
      )
      .ignore()
  }

  #onListening(connection: PgConnection, listened: ListenedChannel): void {
    if (connection !== this.#connection) return
    if (this.#channels.get(listened.name) !== listened) return
    listened.isListening = true
    this.#backoffMs = 0
    for (const subscription of listened.subscriptions) {
      subscription.confirm()
      const { lost } = subscription
      if (lost === undefined) continue
      subscription.lost = undefined
      this.#delivery.add({ subscription, gap: { channel: listened.name, cause: lost.cause } })
    }
  }

  /** Such as on a standby, which may be what the address leads to after a fail-over. */
  #onListenRefused(connection: PgConnection, error: PgError): void {
    this.#refusePending(error)
    this.#backoffMs = Math.max(this.#backoffMs, MIN_BACKOFF_MS)
    connection.destroy(error)
  }

  #release(subscription: PgSubscription): Future<void> {
    const listened = this.#channels.get(subscription.channel)
    if (listened?.subscriptions.delete(subscription) !== true) return Future.ready()
    if (listened.subscriptions.size > 0) return Future.ready()
    this.#channels.delete(listened.name)
    const connection = this.#connection
    if (connection === undefined) return Future.ready()
    const retireIfIdle = (): void => {
      const isIdle = this.#channels.size === 0 && connection.load === 0
      if (isIdle && connection === this.#connection) this.#retire(connection)
    }
    // A lost connection has forgotten it as well.
    return this.#run(connection, `unlisten ${quoteIdentifier(listened.name)}`)
      .catch(() => undefined)
      .then(retireIfIdle)
  }

  #retire(connection: PgConnection): void {
    this.#connection = undefined
    this.#probeTimer?.cancel()
    connection.end()
  }

  /** A connection that only listens would never notice that the other end is gone without a word. */
  #watch(connection: PgConnection): void {
    if (this.#keepAliveMs === 0) return
    let probe: Future<unknown> | undefined
    const look = (): void => {
      if (connection !== this.#connection) return
      this.#probeTimer = systemClock.setTimer(this.#keepAliveMs, look)
      if (this.#delivery.isHigh) {
        // It is we who do not read: that there is no answer says nothing.
        probe = undefined
        return
      }
      if (probe?.isPending === true) {
        return connection.destroy(new TimeoutError(this.#keepAliveMs, 'The probe of the listener'))
      }
      probe = this.#run(connection, 'select 1')
      probe.ignore()
    }
    this.#probeTimer = systemClock.setTimer(this.#keepAliveMs, look)
  }

  #run(connection: PgConnection, sql: string): Future<unknown> {
    const query = new Query(sql, undefined, SIMPLE, this.#counters)
    connection.pipeline.submit(query)
    return query.future
  }
}
