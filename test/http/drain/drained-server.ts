/**
 * A server to be closed under load, as a process of its own. `open` makes one and is answered with its
 * port; `close` closes it, and is answered with how many requests it has handled, and how long that took.
 */
import { sleep } from '../../../src/future/index.ts'
import { type HttpRequest, HttpResponse, HttpServer } from '../../../src/http/index.ts'

/** What the server knows when it is closed. */
export interface Drained {
  readonly handled: number
  readonly responses: number
  readonly closeMs: number
}

const PADDING = 'x'.repeat(1000)
/** So long some handlers take. */
const LATER_MS = 4

function answer(request: HttpRequest, text = ''): HttpResponse {
  return new HttpResponse(200, `${request.path}${text} ${PADDING}`)
}

function handle(request: HttpRequest): HttpResponse | PromiseLike<HttpResponse> {
  if (request.hasBody) return request.bytes().then((bytes) => answer(request, ` ${bytes.length}`))
  if (request.path.startsWith('/later')) return sleep(LATER_MS).then(() => answer(request))
  return answer(request)
}

let server: HttpServer | undefined

async function open(): Promise<void> {
  server = new HttpServer(handle)
  await server.listen({ port: 0, host: '127.0.0.1' })
  process.send?.(server.port)
}

async function close(closing: HttpServer): Promise<void> {
  const startMs = performance.now()
  await closing.close()
  const { requests, responses } = closing.stats()
  const drained: Drained = {
    handled: requests.total,
    responses: responses['2xx'],
    closeMs: performance.now() - startMs,
  }
  process.send?.(drained)
}

process.on('message', (message) => {
  if (message === 'open') void open()
  else if (server !== undefined) void close(server)
})
process.once('disconnect', () => process.exit())
