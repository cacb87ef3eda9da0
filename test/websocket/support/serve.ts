import { HttpServer } from '../../../src/http/index.ts'
import {
  type HandshakeRequest,
  type WebSocket,
  type WebSocketOptions,
  webSocketHandler,
} from '../../../src/websocket/index.ts'

export function echo(socket: WebSocket): void {
  socket.onMessage((message) => socket.send(message))
}

/** Runs `use` against a server of WebSockets on a free port, and closes it whatever happens. */
export async function withSockets<Result>(
  handler: (socket: WebSocket, request: HandshakeRequest) => unknown,
  use: (port: number, server: HttpServer) => Promise<Result>,
  options: WebSocketOptions = {},
): Promise<Result> {
  const server = new HttpServer(webSocketHandler(handler, options))
  await server.listen({ port: 0, host: '127.0.0.1' })
  try {
    return await use(server.port, server)
  } finally {
    await server.close({ timeoutMs: 0 })
  }
}
