import { enterCallback, leaveCallback } from '../core/run-queue.ts'
import { Deferred, Future } from '../future/index.ts'
import { assertClose, assertHandler, assertMessage, assertTopic, pingPayload } from './arguments.ts'
import { Inbox, type MessageHandler } from './inbox.ts'
import { CLOSE_CODE } from './protocol/close-code.ts'
import type { WebSocketMessage } from './protocol/message-parser.ts'
import { reportTo } from './report.ts'
import type { SocketConnection } from './socket-connection.ts'
import type { WebSocketClose } from './socket-listener.ts'
import { Subscriptions } from './subscriptions.ts'
import { publishFrom } from './topics.ts'

const SENT: Future<boolean> = Future.ready(true)
const NOT_SENT: Future<boolean> = Future.ready(false)
const NO_BYTES = new Uint8Array(0)
const NO_TOPICS: ReadonlySet<string> = new Set()

/**
 * The server's end of a WebSocket.
 *
 * Messages go to the handler given to {@link onMessage}, or to whoever iterates the socket; until
 * there is one they wait, and the peer is not read on when too many do.
 */
export class WebSocket implements AsyncIterable<WebSocketMessage> {
  /** The subprotocol that was agreed on, if any. */
  readonly subprotocol: string | undefined
  readonly #connection: SocketConnection
  readonly #inbox: Inbox
  readonly #onError: (error: unknown) => void
  readonly #closed: Deferred<WebSocketClose> = new Deferred()
  #drained: Deferred<boolean> | undefined
  #subscriptions: Subscriptions | undefined

  /** @internal */
  constructor(
    connection: SocketConnection,
    maxPendingMessages: number,
    subprotocol: string | undefined,
    onError: (error: unknown) => void,
  ) {
    this.#connection = connection
    this.#inbox = new Inbox(connection, maxPendingMessages, onError)
    this.#onError = onError
    this.subprotocol = subprotocol
    connection.attach(this)
  }

  /** `closing`: our close frame is sent, that of the peer has not come. */
  get state(): 'open' | 'closing' | 'closed' {
    return this.#connection.phase
  }

  /** Ready when nothing comes any more and nothing can be sent; never fails. */
  get closed(): Future<WebSocketClose> {
    return this.#closed.future
  }

  /** Bytes that wait for the peer to read. */
  get bufferedBytes(): number {
    return this.#connection.bufferedBytes
  }

  /** Address of the peer; undefined on a Unix socket and after the close. */
  get remoteAddress(): string | undefined {
    return this.#connection.remoteAddress
  }

  /** The topics it is subscribed to. */
  get topics(): ReadonlySet<string> {
    return this.#subscriptions?.topics ?? NO_TOPICS
  }

  /**
   * Sends a message: text for a string, else binary.
   *
   * @param message - bytes must not change any more
   * @returns ready when the peer keeps up, which it mostly does: at once. True if the message was sent;
   * false if the socket is closed, or the message was dropped by the policy `slowPeer`
   * @throws {OptionError} if it is neither a string nor a `Uint8Array`
   */
  send(message: WebSocketMessage): Future<boolean> {
    if (typeof message !== 'string') assertMessage('send() message', message)
    const connection = this.#connection
    if (!connection.send(message)) return NOT_SENT
    return connection.isCongested ? this.#whenDrained() : SENT
  }

  /**
   * Asks the peer for a sign of life; the answer is not told. Done by itself, see `pingIntervalMs`.
   *
   * @param payload - up to 125 bytes
   * @throws {OptionError} if it is longer
   */
  ping(payload: string | Uint8Array = NO_BYTES): void {
    this.#connection.ping(pingPayload(payload))
  }

  /**
   * Says goodbye: sends a close frame. Messages that still come are thrown away. Harmless when closed.
   *
   * @param code - 1000 to 1003, 1007 to 1014, or 3000 to 4999 for an application's own; default 1000
   * @param reason - up to 123 bytes
   * @returns {@link closed}, ready when the peer has answered or `closeTimeoutMs` are over
   * @throws {OptionError} for another code or a longer reason
   */
  close(code: number = CLOSE_CODE.NORMAL, reason = ''): Future<WebSocketClose> {
    assertClose(code, reason)
    this.#connection.close(code, reason)
    return this.closed
  }

  /** Cuts the connection off, without a close frame: the peer sees 1006. */
  terminate(): void {
    this.#connection.destroy()
  }

  /**
   * Calls `handler` with each message, in order. A handler that returns a promise or future is not
   * waited for before the next message, but no more than `maxPendingMessages` are at work.
   *
   * @throws {WebSocketStateError} if there is a handler, or somebody iterates the socket
   * @throws {OptionError} if `handler` is no function
   */
  onMessage(handler: MessageHandler): void {
    assertHandler('onMessage()', handler)
    this.#inbox.setHandler(handler)
  }

  /**
   * Calls `handler` when the socket is closed, or soon if it is.
   *
   * @throws {OptionError} if `handler` is no function
   */
  onClose(handler: (close: WebSocketClose) => unknown): void {
    assertHandler('onClose()', handler)
    this.closed
      .then(handler)
      .catch((error) => reportTo(this.#onError, error))
      .ignore()
  }

  /**
   * The messages, in order; ends when the socket is closed, however.
   *
   * @throws {WebSocketStateError} if there is a handler, or somebody iterates the socket
   */
  [Symbol.asyncIterator](): AsyncIterableIterator<WebSocketMessage, undefined> {
    return this.#inbox.iterate()
  }

  /**
   * Gets what is published to a topic from now on, until {@link unsubscribe} or the close.
   *
   * @throws {OptionError} if `topic` is no string
   */
  subscribe(topic: string): void {
    assertTopic(topic)
    if (this.state !== 'open') return
    this.#subscriptions ??= new Subscriptions(this.#connection)
    this.#subscriptions.add(topic)
  }

  /** @returns false if it was not subscribed */
  unsubscribe(topic: string): boolean {
    return this.#subscriptions?.remove(topic) === true
  }

  /**
   * Sends a message to all sockets that are subscribed to a topic, on all cores, but not to this one.
   *
   * @returns how many sockets of this core it was sent to
   * @throws {OptionError} if `topic` is no string, or `message` neither a string nor bytes
   */
  publish(topic: string, message: WebSocketMessage): number {
    return publishFrom(this.#connection, topic, message)
  }

  /** @internal A message has come. */
  deliver(message: WebSocketMessage): void {
    this.#inbox.deliver(message)
  }

  /** @internal The peer reads again. */
  drained(): void {
    this.#drained?.resolve(true)
    this.#drained = undefined
  }

  /** @internal Nothing comes any more. */
  finish(close: WebSocketClose): void {
    this.#subscriptions?.removeAll()
    enterCallback()
    this.#closed.resolve(close)
    this.#drained?.resolve(false)
    this.#drained = undefined
    leaveCallback()
    this.#inbox.end()
  }

  /** @internal The handler of the route has ended: one that has iterated the socket is done with it. */
  afterHandler(): void {
    this.#inbox.afterRouteHandler()
  }

  /** @internal A handler has failed. */
  fail(error: unknown): void {
    this.#inbox.fail(error)
  }

  #whenDrained(): Future<boolean> {
    this.#drained ??= new Deferred()
    return this.#drained.future
  }
}
