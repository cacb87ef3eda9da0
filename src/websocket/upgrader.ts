import { HttpError, type HttpResponse } from '../http/index.ts'
import { Endpoint } from './endpoint.ts'
import { type Handshake, readHandshake } from './handshake/handshake.ts'
import type { HandshakeRequest } from './handshake/request.ts'
import { type WebSocketOptions, webSocketSettings } from './options.ts'
import { webSocketCounters } from './stats.ts'
import { type SocketHandler, WebSocketResponse } from './upgrade-response.ts'

/** Opens WebSockets: what all sockets of one kind share, and the answer to each handshake. */
export class WebSocketUpgrader {
  readonly #endpoint: Endpoint

  /** @throws {OptionError} for an unknown option or a value out of bounds */
  constructor(options?: WebSocketOptions, where = 'WebSocket options') {
    this.#endpoint = new Endpoint(webSocketSettings(where, options))
  }

  /**
   * Checks what a client asks for, before anything is done for it.
   *
   * @throws {HttpError} as {@link upgrade} does
   */
  check(request: HandshakeRequest): Handshake {
    try {
      return readHandshake(request, this.#endpoint.settings)
    } catch (error) {
      if (error instanceof HttpError) webSocketCounters.count('refused')
      throw error
    }
  }

  /**
   * Answers a request for a WebSocket; the handler is called when the connection is taken over.
   *
   * @param onError - told of failures of the handler; default that of the options
   * @param handshake - if {@link check} has been asked already
   * @throws {HttpError} 426 if it asks for none, or one of another version; 403 for the wrong origin;
   * 405, and 400 for anything malformed
   */
  upgrade(
    request: HandshakeRequest,
    handler: SocketHandler,
    onError: (error: unknown) => void = this.#endpoint.settings.onError,
    handshake: Handshake = this.check(request),
  ): WebSocketResponse {
    const deflate = this.#endpoint.negotiate(handshake.extensions)
    return new WebSocketResponse(this.#endpoint, handshake, deflate, handler, onError)
  }
}

/**
 * A request handler that answers every request by opening a WebSocket: for an `HttpServer` of its own.
 *
 * @throws {OptionError} for an unknown option or a value out of bounds
 */
export function webSocketHandler(
  handler: (socket: Parameters<SocketHandler>[0], request: HandshakeRequest) => unknown,
  options?: WebSocketOptions,
): (request: HandshakeRequest) => HttpResponse {
  const upgrader = new WebSocketUpgrader(options, 'webSocketHandler() options')
  return (request) => upgrader.upgrade(request, (socket) => handler(socket, request))
}
