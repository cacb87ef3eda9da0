import { AbortedError, ClosedError } from '../core/errors.ts'
import { enterCallback, leaveCallback } from '../core/run-queue.ts'
import { Deferred } from '../future/deferred.ts'
import { QueueClosedError } from '../future/errors.ts'
import type { Future } from '../future/future.ts'
import { BoundedQueue } from '../future/primitives/bounded-queue.ts'
import { timeoutAsync } from '../future/time/timeout.ts'
import { ClientCallError } from './errors.ts'

/** How a socket was closed. */
export interface ClientSocketClose {
  readonly code: number
  readonly reason: string
  /** False if the connection broke. */
  readonly wasClean: boolean
}

/** What is sent and received: text, or bytes. */
export type ClientSocketMessage = string | Uint8Array

/**
 * A WebSocket that is open: the platform's, with messages to wait for.
 *
 * Messages that nobody has asked for yet are kept.
 */
export class ClientSocket implements AsyncIterable<ClientSocketMessage> {
  readonly #socket: WebSocket
  readonly #messages: BoundedQueue<ClientSocketMessage> = new BoundedQueue(Number.MAX_SAFE_INTEGER)
  readonly #closed: Deferred<ClientSocketClose> = new Deferred()

  /** @internal */
  constructor(socket: WebSocket) {
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => {
      const message = typeof data === 'string' ? data : new Uint8Array(data as ArrayBuffer)
      inCallback(() => this.#messages.tryPush(message))
    })
    socket.addEventListener('close', ({ code, reason, wasClean }) =>
      inCallback(() => {
        this.#messages.close()
        this.#closed.resolve({ code, reason, wasClean })
      }),
    )
  }

  /** The subprotocol that the server has chosen, empty if none. */
  get subprotocol(): string {
    return this.#socket.protocol
  }

  /** How it was closed; ready when it is. */
  get closed(): Future<ClientSocketClose> {
    return this.#closed.future
  }

  /**
   * Sends a message: text for a string, else binary.
   *
   * @throws {ClosedError} if the socket is not open any more
   */
  send(message: string | Uint8Array<ArrayBuffer>): void {
    if (this.#socket.readyState !== 1) throw new ClosedError('The WebSocket')
    this.#socket.send(message)
  }

  /** {@link send} for JSON. */
  sendJson(value: unknown): void {
    this.send(JSON.stringify(value))
  }

  /** @returns the next message; fails with `ClosedError` if the socket is closed and none is left */
  receive(): Future<ClientSocketMessage> {
    return this.#messages.pop().catchType(QueueClosedError, () => {
      throw new ClosedError('The WebSocket')
    })
  }

  /** {@link receive} for JSON; say what it is: `socket.receiveJson<{ id: number }>()`. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- saves a cast at each call
  receiveJson<Value = unknown>(): Future<Value> {
    return this.receive().then((message) => {
      const text = typeof message === 'string' ? message : new TextDecoder().decode(message)
      return JSON.parse(text) as Value
    })
  }

  /** The messages, until the socket is closed. */
  [Symbol.asyncIterator](): AsyncIterator<ClientSocketMessage> {
    return this.#messages[Symbol.asyncIterator]()
  }

  /** Says goodbye. @returns {@link closed} */
  close(code = 1000, reason = ''): Future<ClientSocketClose> {
    this.#socket.close(code, reason)
    return this.closed
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }
}

/**
 * Waits until a socket is open.
 *
 * @returns fails with {@link ClientCallError} `CLIENT_SOCKET` if the server refuses it, or `TimeoutError`
 */
export function openSocket(
  make: () => WebSocket,
  what: string,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Future<ClientSocket> {
  const open = (given: AbortSignal): Future<ClientSocket> => {
    const socket = make()
    socket.binaryType = 'arraybuffer'
    const opened = new Deferred<ClientSocket>()
    const client = new ClientSocket(socket)
    socket.addEventListener('open', () => inCallback(() => opened.resolve(client)))
    socket.addEventListener('close', ({ code }) =>
      inCallback(() => opened.reject(refused(what, `closed with ${code}`))),
    )
    socket.addEventListener('error', () =>
      inCallback(() => opened.reject(refused(what, 'the server refused it, or is not there'))),
    )
    given.addEventListener('abort', () => {
      opened.reject(new AbortedError(given.reason, what))
      socket.close()
    })
    return opened.future
  }
  return timeoutAsync(open, timeoutMs, { what, ...(signal === undefined ? undefined : { signal }) })
}

function refused(what: string, why: string): ClientCallError {
  return new ClientCallError('CLIENT_SOCKET', `${what} did not open: ${why}`)
}

/** Runs what a platform's event settles, and then what waits for it. */
function inCallback(settle: () => void): void {
  enterCallback()
  try {
    settle()
  } finally {
    leaveCallback()
  }
}
