import { Buffer } from 'node:buffer'
import { ClosedError, OptionError } from '../core/errors.ts'
import { enterCallback, leaveCallback } from '../core/run-queue.ts'
import { BoundedQueue, Deferred, type Future, QueueClosedError } from '../future/index.ts'
import type { ConnectionHandler } from '../net/index.ts'
import type { WebSocketClose, WebSocketMessage, WebSocketResponse } from '../websocket/index.ts'
import { encodeFrame } from '../websocket/protocol/encode-frame.ts'
import { MessageParser, type MessageSink } from '../websocket/protocol/message-parser.ts'
import { FIN, OPCODE } from '../websocket/protocol/opcode.ts'
import type { Transport } from '../websocket/transport.ts'

/** Frames of a client may have any mask; one that never changes finds as many defects. */
const MASK = 0x37fa213d
const MAX_MESSAGE_BYTES = 0x7fffffff

/**
 * The client's end of a WebSocket to an app in the same process.
 *
 * What it says takes the way that bytes take on a server: framing, limits and close codes are those
 * of production. Only sockets, compression and backpressure are missing.
 */
export class TestSocket implements AsyncIterable<WebSocketMessage> {
  /** The subprotocol that the app has chosen, if any. */
  readonly subprotocol: string | undefined
  readonly #wire: Wire

  /** @internal */
  constructor(response: WebSocketResponse) {
    const headers = new Map(response.headers)
    this.subprotocol = headers.get('sec-websocket-protocol')
    this.#wire = new Wire(response)
  }

  /**
   * Sends a message: text for a string, else binary.
   *
   * @throws {ClosedError} after the close
   */
  send(message: WebSocketMessage): void {
    const isText = typeof message === 'string'
    if (!isText && !(message instanceof Uint8Array)) {
      throw new OptionError('send() message', message, 'a string or a Uint8Array')
    }
    this.#wire.send(isText ? OPCODE.TEXT : OPCODE.BINARY, Buffer.from(message as string))
  }

  /** {@link send} for JSON. */
  sendJson(value: unknown): void {
    this.send(JSON.stringify(value))
  }

  /** @returns the next message; fails with `ClosedError` if the socket is closed and none is left */
  receive(): Future<WebSocketMessage> {
    return this.#wire.messages.pop().catchType(QueueClosedError, () => {
      throw new ClosedError('The WebSocket')
    })
  }

  /** {@link receive} for JSON; say what it is: `socket.receiveJson<{ id: number }>()`. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- saves a cast in each test
  receiveJson<Value = unknown>(): Future<Value> {
    return this.receive().then((message) => JSON.parse(message.toString()) as Value)
  }

  /** The messages, until the socket is closed. */
  [Symbol.asyncIterator](): AsyncIterator<WebSocketMessage> {
    return this.#wire.messages[Symbol.asyncIterator]()
  }

  /** How the app has closed it, or answered our close; ready when it is closed. */
  get closed(): Future<WebSocketClose> {
    return this.#wire.closed
  }

  /** Sends a close frame. @returns {@link closed} */
  close(code = 1000, reason = ''): Future<WebSocketClose> {
    if (!this.#wire.isClosed) {
      const payload = Buffer.alloc(2 + Buffer.byteLength(reason))
      payload.writeUInt16BE(code)
      payload.write(reason, 2)
      this.#wire.send(OPCODE.CLOSE, payload)
    }
    return this.closed
  }

  /** Goes away without a word, as a client whose network is gone. */
  terminate(): void {
    this.#wire.destroy()
  }

  /** @internal The app is about to stop. */
  shutdown(): void {
    this.#wire.shutdown()
  }
}

/** The bytes between both ends; for the server's end, it is the connection. */
class Wire implements Transport, MessageSink {
  readonly messages: BoundedQueue<WebSocketMessage> = new BoundedQueue(Number.MAX_SAFE_INTEGER)
  readonly bufferedBytes = 0
  readonly isCongested = false
  readonly remoteAddress = '127.0.0.1'
  isClosed = false
  readonly #closed: Deferred<WebSocketClose> = new Deferred()
  readonly #parser = new MessageParser(this, {
    isServer: false,
    maxMessageBytes: MAX_MESSAGE_BYTES,
  })
  readonly #server: ReturnType<WebSocketResponse['open']>
  #handler!: ConnectionHandler
  #close: WebSocketClose = { code: 1006, reason: '', wasClean: false }

  constructor(response: WebSocketResponse) {
    this.#server = response.open(this, Buffer.alloc(0))
  }

  get closed(): Future<WebSocketClose> {
    return this.#closed.future
  }

  send(opcode: number, payload: Uint8Array): void {
    if (this.isClosed) throw new ClosedError('The WebSocket')
    const frame = encodeFrame(FIN | opcode, payload, MASK)
    this.#asCallback(() => this.#handler.onData(frame))
  }

  shutdown(): void {
    this.#asCallback(() => this.#server.shutdown())
  }

  setHandler(handler: ConnectionHandler): void {
    this.#handler = handler
  }

  write(data: string | Uint8Array, encoding: 'latin1' | 'utf8' = 'utf8'): boolean {
    const bytes = typeof data === 'string' ? Buffer.from(data, encoding) : Buffer.from(data)
    if (!this.isClosed) this.#parser.feed(bytes)
    return true
  }

  writeOwned(data: Uint8Array): boolean {
    return this.write(data)
  }

  pause(): void {
    // Nothing is sent that is not read.
  }

  resume(): void {
    // See pause().
  }

  end(): void {
    this.destroy()
  }

  destroy(): void {
    if (this.isClosed) return
    this.isClosed = true
    this.messages.close()
    this.#closed.resolve(this.#close)
    // As a socket: not in the call that has asked for it.
    setImmediate(() => this.#asCallback(() => this.#handler.onClose(undefined)))
  }

  onMessage(message: WebSocketMessage): void {
    this.messages.tryPush(message)
  }

  onPing(payload: Buffer): void {
    this.send(OPCODE.PONG, payload)
  }

  onPong(): void {
    // Nobody has asked.
  }

  onCloseFrame(code: number, reason: string): void {
    this.#close = { code, reason, wasClean: true }
    // The answer to the server's close; it does not wait for one to its answer.
    setImmediate(() => {
      if (this.isClosed) return
      this.#asCallback(() =>
        this.#handler.onData(encodeFrame(FIN | OPCODE.CLOSE, closePayload(code), MASK)),
      )
    })
  }

  #asCallback(callback: () => void): void {
    enterCallback()
    try {
      callback()
    } finally {
      leaveCallback()
    }
  }
}

function closePayload(code: number): Buffer {
  if (code === 1005) return Buffer.alloc(0)
  const payload = Buffer.alloc(2)
  payload.writeUInt16BE(code)
  return payload
}
