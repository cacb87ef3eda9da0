import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { LimitError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import { Future } from '../../future/index.ts'
import { WebSocketStateError } from '../errors.ts'
import type { WebSocketMessage } from '../protocol/message-parser.ts'
import { writeEnvelopes } from './envelope.ts'
import { BridgeInbox } from './inbox.ts'
import { BridgeOutbox } from './outbox.ts'
import {
  BRIDGE_OPTION_NAMES,
  type BridgeOptions,
  type BridgeSettings,
  readBridgeOptions,
} from './relay-options.ts'
import type { TopicBridge, TopicBridgeStats, TopicReceiver } from './topic-bridge.ts'
import type { TopicTransport } from './transport.ts'

/** JSON makes of a character at most six, base64 of three bytes four. */
const MAX_GROWTH = 6

/**
 * A bridge over anything that carries text to everybody: it numbers what it sends, so that repetitions
 * are ignored and losses noticed, cuts long messages, and holds what cannot be sent now.
 *
 * @throws {OptionError} on an unknown option or a bad value
 */
export function relayBridge(transport: TopicTransport, options: BridgeOptions = {}): TopicBridge {
  rejectUnknownOptions('relayBridge options', options, BRIDGE_OPTION_NAMES)
  return new RelayBridge(transport, readBridgeOptions(options))
}

/** @internal */
export class RelayBridge implements TopicBridge {
  readonly #transport: TopicTransport
  readonly #settings: BridgeSettings
  readonly #outbox: BridgeOutbox
  readonly #coreKey = randomBytes(4).toString('hex')
  #origin = ''
  #inbox: BridgeInbox | undefined
  #state: 'new' | 'open' | 'closed' = 'new'
  #sequence = 1
  #published = 0
  #received = 0
  #tooBig = 0
  #gaps = 0

  constructor(transport: TopicTransport, settings: BridgeSettings) {
    this.#transport = transport
    this.#settings = settings
    const { maxQueuedBytes, whenFull } = settings
    this.#outbox = new BridgeOutbox(transport, maxQueuedBytes, whenFull, (error) =>
      this.#report(error),
    )
  }

  open(receiver: TopicReceiver): Future<void> {
    if (this.#state !== 'new') {
      return Future.failed(new WebSocketStateError('A bridge of topics is opened once'))
    }
    this.#state = 'open'
    this.#origin = `${receiver.processKey}/${this.#coreKey}`
    const maxLength = this.#settings.maxMessageBytes * MAX_GROWTH
    const inbox = new BridgeInbox(receiver.processKey, maxLength, {
      onMessage: (topic, message) => {
        this.#received++
        receiver.deliver(topic, message)
      },
      onMissing: () => this.#noteGap(undefined),
    })
    this.#inbox = inbox
    return Future.try(() =>
      this.#transport.open({
        onPayload: (payload) => {
          if (this.#state === 'open') inbox.add(payload)
        },
        onGap: (cause) => {
          inbox.expectGap()
          if (this.#state === 'open') this.#noteGap(cause)
        },
      }),
    ).then(() => this.#outbox.open())
  }

  publish(topic: string, message: WebSocketMessage): void {
    if (this.#state !== 'open') return
    this.#published++
    const { maxMessageBytes } = this.#settings
    const bytes = typeof message === 'string' ? Buffer.byteLength(message) : message.length
    if (bytes > maxMessageBytes) return this.#refuse('A message for a bridge', maxMessageBytes)
    const { maxPayloadBytes } = this.#transport
    const payloads = writeEnvelopes(this.#origin, this.#sequence, topic, message, maxPayloadBytes)
    if (payloads.length === 0) return this.#refuse('A topic for a bridge', maxPayloadBytes)
    this.#sequence += payloads.length
    const total = payloads.reduce((sum, payload) => sum + payload.length, 0)
    this.#outbox.add({ payloads, bytes: total })
  }

  close(): Future<void> {
    if (this.#state !== 'open') return Future.ready()
    this.#state = 'closed'
    return this.#outbox
      .close(this.#settings.closeTimeoutMs)
      .then(() => this.#transport.close())
      .discard()
  }

  stats(): TopicBridgeStats {
    const { queueFull, failed, sent, retries, queued } = this.#outbox
    return {
      isConnected: this.#state === 'open' && this.#transport.isConnected,
      published: this.#published,
      sent,
      dropped: { queueFull, tooBig: this.#tooBig, failed },
      received: this.#received,
      duplicates: this.#inbox?.duplicates ?? 0,
      gaps: this.#gaps,
      retries,
      queued,
    }
  }

  #refuse(what: string, limit: number): void {
    this.#tooBig++
    this.#report(new LimitError(`${what}, in bytes,`, limit))
  }

  #noteGap(cause: unknown): void {
    this.#gaps++
    this.#call(() => this.#settings.onGap?.({ cause }))
  }

  #report(error: unknown): void {
    this.#call(() => this.#settings.onError?.(error))
  }

  /** What a callback throws is reported as every failure that nobody looks at. */
  #call(callback: () => unknown): void {
    try {
      callback()
    } catch (error) {
      void Future.failed(error)
    }
  }
}
