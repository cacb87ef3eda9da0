/**
 * A server to be attacked, as a process of its own. It is told its options by the first message, says
 * its port, and then answers each message with its figures.
 */
import {
  HttpResponse,
  HttpServer,
  type HttpServerOptions,
  type HttpServerStats,
} from '../../src/http/index.ts'

/** What an attack has cost so far. */
export interface Figures {
  /** Resident memory of the process now, and at its highest, in bytes. */
  readonly rssBytes: number
  readonly peakRssBytes: number
  /** Objects and buffers that are still referenced. */
  readonly liveBytes: number
  readonly stats: HttpServerStats
}

const SAMPLE_MS = 20
const BIG = 'x'.repeat(262_144)
const SOME = 'x'.repeat(4000)
let peakRssBytes = 0

function sample(): void {
  peakRssBytes = Math.max(peakRssBytes, process.memoryUsage.rss())
}

/** @param isFinal - collects garbage first, which would stall the server under attack */
function figures(server: HttpServer, isFinal: boolean): Figures {
  sample()
  if (isFinal) globalThis.gc?.()
  const { rss, heapUsed, external } = process.memoryUsage()
  return { rssBytes: rss, peakRssBytes, liveBytes: heapUsed + external, stats: server.stats() }
}

process.once('message', (options: HttpServerOptions) => {
  const server = new HttpServer((request) => {
    if (request.path === '/big') return new HttpResponse(200, BIG)
    if (request.path === '/some') return new HttpResponse(200, SOME)
    if (!request.hasBody) return new HttpResponse(200, 'a')
    return request.bytes().then((bytes) => new HttpResponse(200, String(bytes.length)))
  }, options)
  setInterval(sample, SAMPLE_MS).unref()
  process.on('message', (isFinal: boolean) => process.send?.(figures(server, isFinal)))
  void server
    .listen({ port: 0, host: '127.0.0.1', backlog: 4096 })
    .then(() => process.send?.(server.port))
})
process.once('disconnect', () => process.exit())
