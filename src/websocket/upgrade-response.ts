import { Buffer } from 'node:buffer'
import { Deferred, Future } from '../future/index.ts'
import { UpgradeResponse } from '../http/index.ts'
import type { DeflateAgreement } from './deflate/negotiation.ts'
import type { Endpoint } from './endpoint.ts'
import type { Handshake } from './handshake/handshake.ts'
import type { HandshakeRequest } from './handshake/request.ts'
import { SocketConnection } from './socket-connection.ts'
import type { Transport } from './transport.ts'
import { WebSocket } from './websocket.ts'

const NOTHING: Buffer = Buffer.alloc(0)

/**
 * Works with a socket that has just been opened. What it throws, or the promise or future it returns
 * fails with, closes the socket with 1011. One that has iterated the socket closes it with its end.
 */
export type SocketHandler = (socket: WebSocket) => unknown

/** The answer that opens a WebSocket. */
export class WebSocketResponse extends UpgradeResponse {
  readonly #ended: Deferred<void> = new Deferred()

  /** @internal */
  constructor(
    endpoint: Endpoint,
    handshake: Handshake,
    deflate: DeflateAgreement | undefined,
    handler: SocketHandler,
    onError: (error: unknown) => void,
  ) {
    super(
      'websocket',
      headersOf(handshake, deflate),
      (connection, head) => this.open(connection, head),
      (tunnel) => this.open(tunnel, NOTHING),
    )
    this.open = (transport, head) => {
      const contexts = deflate === undefined ? undefined : endpoint.openDeflate(deflate)
      const connection = new SocketConnection(endpoint, transport, contexts)
      const socket = new WebSocket(
        connection,
        endpoint.settings.maxPendingMessages,
        handshake.subprotocol,
        onError,
      )
      this.#run(socket, handler)
      if (head.length > 0) connection.onData(head)
      return connection
    }
  }

  /** @internal Takes a connection over. @param head - what has come behind the handshake */
  readonly open: (transport: Transport, head: Buffer) => SocketConnection

  /** Does `work` once the socket is closed and its handler has ended, or if it is never opened. */
  afterEnd(request: HandshakeRequest, work: () => void): void {
    request.signal.addEventListener('abort', () => this.#ended.resolve(), { once: true })
    if (request.signal.aborted) this.#ended.resolve()
    this.#ended.future.then(() => work()).ignore()
  }

  #run(socket: WebSocket, handler: SocketHandler): void {
    const done = Future.try(() => handler(socket)).then(
      () => socket.afterHandler(),
      (error) => socket.fail(error),
    )
    done
      .then(() => socket.closed)
      .then(() => this.#ended.resolve())
      .ignore()
  }
}

function headersOf(
  { accept, subprotocol }: Handshake,
  deflate: DeflateAgreement | undefined,
): [string, string][] {
  const headers: [string, string][] = []
  if (accept !== undefined) headers.push(['sec-websocket-accept', accept])
  if (subprotocol !== undefined) headers.push(['sec-websocket-protocol', subprotocol])
  if (deflate !== undefined) headers.push(['sec-websocket-extensions', deflate.header])
  return headers
}
