import { Future } from '../future/index.ts'
import { WebSocketStateError } from './errors.ts'
import { MessageQueue } from './message-queue.ts'
import { CLOSE_CODE } from './protocol/close-code.ts'
import type { WebSocketMessage } from './protocol/message-parser.ts'
import { reportTo } from './report.ts'
import type { SocketConnection } from './socket-connection.ts'

/** Is given each message; a failure closes the socket with 1011. */
export type MessageHandler = (message: WebSocketMessage) => unknown

/**
 * Where the messages of a socket go: to its handler, or to whoever iterates it; until there is one
 * they wait, and the peer is not read on when too many do.
 */
export class Inbox {
  readonly #connection: SocketConnection
  readonly #maxPendingMessages: number
  readonly #onError: (error: unknown) => void
  #handler: MessageHandler | undefined
  #queue: MessageQueue | undefined
  /** Whether somebody iterates now, and whether anybody ever has. */
  #isIterated = false
  #wasIterated = false
  #isRouteHandlerDone = false
  /** Nobody will ever listen: messages are thrown away. */
  #isDeaf = false
  #isEnded = false
  /** Calls of the handler that are not done. */
  #atWork = 0
  #isHeld = false

  /** @param maxPendingMessages - that wait, or are at work, before reading stops */
  constructor(
    connection: SocketConnection,
    maxPendingMessages: number,
    onError: (error: unknown) => void,
  ) {
    this.#connection = connection
    this.#maxPendingMessages = maxPendingMessages
    this.#onError = onError
  }

  /** A message has come. */
  deliver(message: WebSocketMessage): void {
    if (this.#handler !== undefined) this.#handle(this.#handler, message)
    else if (!this.#isDeaf) {
      this.#openQueue().push(message)
      this.#updateHold()
    }
  }

  /**
   * Gives the handler what has waited for it: in the present turn, before anything that comes.
   *
   * @throws {WebSocketStateError} if there is a handler, or somebody iterates
   */
  setHandler(handler: MessageHandler): void {
    this.#assertNobodyListens('onMessage()')
    this.#handler = handler
    const queue = this.#queue
    this.#queue = undefined
    if (queue === undefined) return
    for (let message = queue.shift(); message !== undefined; message = queue.shift()) {
      this.#handle(handler, message)
    }
    this.#updateHold()
  }

  /** @throws {WebSocketStateError} if there is a handler, or somebody iterates */
  iterate(): AsyncIterableIterator<WebSocketMessage, undefined> {
    this.#assertNobodyListens('for await')
    this.#isIterated = true
    this.#wasIterated = true
    return this.#openQueue().iterate(
      () => {
        if (this.#isHeld) this.#updateHold()
      },
      () => {
        this.#isIterated = false
        this.#closeIfDone()
      },
    )
  }

  /** The handler of the route has ended: one that has iterated the socket is done with it. */
  afterRouteHandler(): void {
    this.#isRouteHandlerDone = true
    this.#closeIfDone()
    if (this.#wasIterated || this.#handler !== undefined) return
    this.#isDeaf = true
    this.#queue = undefined
    this.#updateHold()
  }

  /** Nothing comes any more: what is there can still be iterated. */
  end(): void {
    this.#isEnded = true
    this.#queue?.end()
  }

  /** A handler has failed. */
  fail(error: unknown): void {
    reportTo(this.#onError, error)
    this.#connection.close(CLOSE_CODE.INTERNAL_ERROR, 'Internal error')
  }

  #handle(handler: MessageHandler, message: WebSocketMessage): void {
    let result: unknown
    try {
      result = handler(message)
    } catch (error) {
      this.fail(error)
      return
    }
    if (typeof result === 'object' && result !== null) this.#watch(result)
  }

  /** Waits for a handler whose result is one to wait for. */
  #watch(result: object): void {
    if (result instanceof Future && result.isReady) return
    if (typeof (result as Partial<PromiseLike<unknown>>).then !== 'function') return
    this.#atWork++
    this.#updateHold()
    const leave = (): void => {
      this.#atWork--
      if (this.#isHeld) this.#updateHold()
    }
    void (result as PromiseLike<unknown>).then(leave, (error: unknown) => {
      this.fail(error)
      leave()
    })
  }

  #openQueue(): MessageQueue {
    if (this.#queue === undefined) {
      this.#queue = new MessageQueue(this.#maxPendingMessages)
      if (this.#isEnded) this.#queue.end()
    }
    return this.#queue
  }

  /** Reading that has stopped goes on at half of what stopped it, not at every message taken. */
  #updateHold(): void {
    const limit = this.#isHeld ? Math.ceil(this.#maxPendingMessages / 2) : this.#maxPendingMessages
    const isFull = this.#isHeld ? this.#queue?.isHalfFull : this.#queue?.isFull
    const isHeld = this.#atWork >= limit || isFull === true
    if (isHeld === this.#isHeld) return
    this.#isHeld = isHeld
    this.#connection.hold(isHeld)
  }

  #closeIfDone(): void {
    if (!this.#isRouteHandlerDone || !this.#wasIterated || this.#isIterated) return
    this.#connection.close(CLOSE_CODE.NORMAL, '')
  }

  #assertNobodyListens(what: string): void {
    if (this.#handler === undefined && !this.#isIterated) return
    const other = this.#handler === undefined ? 'is iterated' : 'has a message handler'
    throw new WebSocketStateError(`${what}: the socket ${other} already`)
  }
}
