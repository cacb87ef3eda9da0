import { ClosedError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import type { Future } from '../../future/index.ts'
import type { PgError, PgPool, PgSubscription } from '../../pg/index.ts'
import { RelayBridge } from './relay-bridge.ts'
import {
  BRIDGE_OPTION_NAMES,
  type BridgeOptions,
  readBridgeOptions,
  readChannel,
} from './relay-options.ts'
import type { TopicBridge } from './topic-bridge.ts'
import type { TopicTransport, TransportReceiver } from './transport.ts'

/** PostgreSQL manual, NOTIFY: a payload is shorter than 8,000 bytes. */
const MAX_PAYLOAD_BYTES = 7999
/** One statement for all: they leave in order, with its commit. */
const NOTIFY_ALL = 'select pg_notify($1, payload) from unnest($2::text[]) as payload'
/** Classes of SQLSTATE that time, or another server, may cure: connection, read only, resources, operator, system. */
const TRANSIENT = /^(08|25|40|53|55|57|58)/

export interface PostgresBridgeOptions extends BridgeOptions {
  /** Of LISTEN and NOTIFY, `fasterapi_topics` by default: those who share it share their topics. */
  readonly channel?: string
}

/**
 * Topics across all processes that use a database, through LISTEN and NOTIFY.
 *
 * Messages of more than some 7,900 bytes, and all that are binary, travel as base64, in parts if need be.
 *
 * @param pool - is not closed with the bridge, and has to be closed after it
 * @throws {OptionError} on an unknown option or a bad value
 */
export function postgresBridge(pool: PgPool, options: PostgresBridgeOptions = {}): TopicBridge {
  rejectUnknownOptions('postgresBridge options', options, [...BRIDGE_OPTION_NAMES, 'channel'])
  const channel = readChannel(options.channel, 'fasterapi_topics')
  return new RelayBridge(new PostgresTransport(pool, channel), readBridgeOptions(options))
}

class PostgresTransport implements TopicTransport {
  readonly maxPayloadBytes: number = MAX_PAYLOAD_BYTES
  readonly #pool: PgPool
  readonly #channel: string
  #subscription: PgSubscription | undefined

  constructor(pool: PgPool, channel: string) {
    this.#pool = pool
    this.#channel = channel
  }

  get isConnected(): boolean {
    return this.#subscription !== undefined && this.#pool.stats().listener.isListening
  }

  open(receiver: TransportReceiver): Future<void> {
    return this.#pool
      .listen(this.#channel, ({ payload }) => receiver.onPayload(payload), {
        onGap: ({ cause }) => receiver.onGap(cause),
      })
      .then((subscription) => {
        this.#subscription = subscription
      })
  }

  send(payloads: readonly string[]): Future<unknown> {
    return this.#pool.exec(NOTIFY_ALL, [this.#channel, payloads])
  }

  isPermanent(error: unknown): boolean {
    if (error instanceof ClosedError) return true
    const { code, sqlState } = error as Partial<PgError>
    return code === 'PG_SERVER' && sqlState !== undefined && !TRANSIENT.test(sqlState)
  }

  close(): Future<void> | undefined {
    return this.#subscription?.unlisten()
  }
}
