import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import { RelayBridge } from './relay-bridge.ts'
import {
  BRIDGE_OPTION_NAMES,
  type BridgeOptions,
  readBridgeOptions,
  readChannel,
} from './relay-options.ts'
import type { TopicBridge } from './topic-bridge.ts'
import type { TopicTransport, TransportReceiver } from './transport.ts'

/** What a bridge needs of a connection to Redis: a client of `ioredis` is one. */
export interface RedisClient {
  publish(channel: string, message: string): Promise<unknown>
  subscribe(channel: string): Promise<unknown>
  unsubscribe(channel: string): Promise<unknown>
  on(event: 'message', listener: (channel: string, message: string) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'ready' | 'close', listener: () => void): unknown
  off(event: 'message', listener: (channel: string, message: string) => void): unknown
  off(event: 'error', listener: (error: Error) => void): unknown
  off(event: 'ready' | 'close', listener: () => void): unknown
}

interface Disconnectable {
  disconnect(): void
}

/** A client that can be asked for another connection of its kind, as those of `ioredis` can. */
export interface DuplicableRedisClient extends RedisClient {
  duplicate(): RedisClient & Disconnectable
}

export interface RedisBridgeOptions extends BridgeOptions {
  /** `fasterapi:topics` by default: those who share it share their topics. */
  readonly channel?: string
  /** The connection that subscribes, and can do nothing else; by default `client.duplicate()`. */
  readonly subscriber?: RedisClient
}

/**
 * Topics across all processes that use a Redis server, through its PUBLISH and SUBSCRIBE.
 *
 * @param client - a client of `ioredis`, or what can do the same; is not closed with the bridge
 * @throws {OptionError} on an unknown option, a bad value, or if there is no connection to subscribe with
 */
export function redisBridge(
  client: RedisClient | DuplicableRedisClient,
  options: RedisBridgeOptions = {},
): TopicBridge {
  const known = [...BRIDGE_OPTION_NAMES, 'channel', 'subscriber']
  rejectUnknownOptions('redisBridge options', options, known)
  const settings = readBridgeOptions(options)
  const channel = readChannel(options.channel, 'fasterapi:topics')
  const { subscriber } = options
  if (subscriber !== undefined) {
    return new RelayBridge(new RedisTransport(client, channel, subscriber, undefined), settings)
  }
  if (!('duplicate' in client)) {
    throw new OptionError('subscriber', subscriber, 'given, as the client has no duplicate()')
  }
  const own = client.duplicate()
  const transport = new RedisTransport(client, channel, own, own)
  return new RelayBridge(transport, settings)
}

class RedisTransport implements TopicTransport {
  /** Redis takes 512 MB: what a bridge allows needs no parts. */
  readonly maxPayloadBytes: number = Number.MAX_SAFE_INTEGER
  isConnected = false
  readonly #client: RedisClient
  readonly #channel: string
  readonly #subscriber: RedisClient
  /** The subscriber, if nobody else has it. */
  readonly #own: Disconnectable | undefined
  #receiver: TransportReceiver | undefined
  #lost: { readonly cause: unknown } | undefined
  #lastError: unknown
  readonly #onMessage = (channel: string, message: string): void => {
    if (channel === this.#channel) this.#receiver?.onPayload(message)
  }
  readonly #onClose = (): void => {
    this.isConnected = false
    this.#lost ??= { cause: this.#lastError }
  }
  readonly #onReady = (): void => {
    if (this.#lost !== undefined) this.#resubscribe()
  }
  /** A client without a listener would write to the console, or throw. */
  readonly #onError = (error: unknown): void => {
    this.#lastError = error
  }

  constructor(
    client: RedisClient,
    channel: string,
    subscriber: RedisClient,
    own: Disconnectable | undefined,
  ) {
    this.#client = client
    this.#channel = channel
    this.#subscriber = subscriber
    this.#own = own
    subscriber.on('error', this.#onError)
  }

  async open(receiver: TransportReceiver): Promise<void> {
    this.#receiver = receiver
    const subscriber = this.#subscriber
    subscriber.on('message', this.#onMessage)
    try {
      await subscriber.subscribe(this.#channel)
    } catch (error) {
      this.#detach()
      throw error
    }
    this.isConnected = true
    subscriber.on('close', this.#onClose)
    subscriber.on('ready', this.#onReady)
  }

  async send(payloads: readonly string[]): Promise<void> {
    // All in one pipeline; a failure is looked at when all are settled, so that none goes unnoticed.
    const outcomes = await Promise.allSettled(
      payloads.map((payload) => this.#client.publish(this.#channel, payload)),
    )
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }

  /** Redis refuses nothing for its content. */
  isPermanent(): boolean {
    return false
  }

  async close(): Promise<void> {
    const { isConnected } = this
    this.#receiver = undefined
    this.isConnected = false
    this.#subscriber.off('close', this.#onClose)
    this.#subscriber.off('ready', this.#onReady)
    try {
      // Without a connection it would wait for one.
      if (isConnected) await this.#subscriber.unsubscribe(this.#channel)
    } catch {
      // The connection was lost: that unsubscribes, too.
    }
    this.#detach()
  }

  #detach(): void {
    this.#receiver = undefined
    this.#subscriber.off('message', this.#onMessage)
    // On one that is ended the listener of errors stays: the end may make some.
    if (this.#own === undefined) this.#subscriber.off('error', this.#onError)
    else this.#own.disconnect()
  }

  /** Clients subscribe again by themselves, but do not say when they have. */
  #resubscribe(): void {
    this.#subscriber.subscribe(this.#channel).then(
      () => {
        const lost = this.#lost
        if (this.#receiver === undefined || lost === undefined) return
        this.#lost = undefined
        this.#lastError = undefined
        this.isConnected = true
        this.#receiver.onGap(lost.cause)
      },
      () => {
        // Lost again: the next "ready" comes.
      },
    )
  }
}
