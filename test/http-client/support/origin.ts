import { once } from 'node:events'
import * as net from 'node:net'
import { type AddressInfo } from 'node:net'
import { HttpServer, type RequestHandler } from '../../../src/http/index.ts'
import { HttpClient, type HttpClientOptions } from '../../../src/http-client/index.ts'

/** Runs `use` with a client of a server of ours, and closes both whatever happens. */
export async function withOrigin(
  handler: RequestHandler,
  use: (client: HttpClient, server: HttpServer) => Promise<void>,
  options: HttpClientOptions = {},
): Promise<void> {
  const server = new HttpServer(handler, { onError: () => {} })
  await server.listen({ port: 0, host: '127.0.0.1' })
  const client = new HttpClient({ baseUrl: `http://127.0.0.1:${server.port}`, ...options })
  try {
    await use(client, server)
  } finally {
    await client.close({ timeoutMs: 0 })
    await server.close({ timeoutMs: 0 })
  }
}

/** Runs `use` with a client of a server that does with its connections whatever `talk` says. */
export async function withRawOrigin(
  talk: (socket: net.Socket, connection: number) => void,
  use: (client: HttpClient, port: number) => Promise<void>,
  options: HttpClientOptions = {},
): Promise<void> {
  let connections = 0
  const sockets = new Set<net.Socket>()
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.setNoDelay(true)
    talk(socket, ++connections)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const client = new HttpClient({ baseUrl: `http://127.0.0.1:${port}`, ...options })
  try {
    await use(client, port)
  } finally {
    await client.close({ timeoutMs: 0 })
    for (const socket of sockets) socket.destroy()
    server.close()
  }
}

/** A port on which nobody listens: one that was free a moment ago. */
export async function deadPort(): Promise<number> {
  const server = net.createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Answers each request on a connection, when its head is there, with `answer`. */
export function answering(
  answer: (head: string, socket: net.Socket, request: number) => void,
): (socket: net.Socket) => void {
  return (socket) => {
    let text = ''
    let requests = 0
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1')
      for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
        const head = text.slice(0, end + 4)
        text = text.slice(end + 4)
        answer(head, socket, ++requests)
      }
    })
  }
}

/** Waits until something is so, a turn of the event loop after the other. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
  }
}
