import {
  HttpResponse,
  HttpServer,
  type HttpServerOptions,
  type RequestHandler,
} from '../../../src/http/index.ts'
import { RawClient } from './raw-client.ts'

/** A response of plain text. */
export function text(status: number, body: string): HttpResponse {
  return new HttpResponse(status, body, 'text/plain')
}

/** Runs `use` against a server on a free port, and closes it whatever happens. */
export async function withServer(
  handler: RequestHandler,
  use: (server: HttpServer) => Promise<void>,
  options: HttpServerOptions = {},
): Promise<void> {
  const server = new HttpServer(handler, options)
  await server.listen({ port: 0, host: '127.0.0.1' })
  try {
    await use(server)
  } finally {
    await server.close({ timeoutMs: 0 })
  }
}

/** Sends `input` on a connection of its own, and gives back all that comes until it is closed. */
export async function exchange(server: HttpServer, input: string): Promise<string> {
  const client = await RawClient.connect(server.port)
  client.send(input)
  client.end()
  return client.untilEnd()
}

/** The bodies of a run of responses. */
export function bodies(answers: string): string[] {
  const found: string[] = []
  for (let at = 0; at < answers.length; ) {
    const bodyStart = answers.indexOf('\r\n\r\n', at) + 4
    const length = Number(/content-length: (\d+)/.exec(answers.slice(at, bodyStart))?.[1] ?? 0)
    found.push(answers.slice(bodyStart, bodyStart + length))
    at = bodyStart + length
  }
  return found
}

/** The statuses of a run of responses whose bodies hold no status line. */
export function statuses(answers: string): number[] {
  return [...answers.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map((match) => Number(match[1]))
}
