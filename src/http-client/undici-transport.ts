import { Buffer } from 'node:buffer'
import type { Readable } from 'node:stream'
import { Agent, type Dispatcher, ProxyAgent } from 'undici'
import { Future } from '../future/future.ts'
import type { PoolSettings } from './pool-options.ts'
import type { BodySource } from './request-body.ts'
import type { Transport, TransportExchange, TransportRequest } from './transport.ts'
import { UndiciExchange } from './undici-exchange.ts'

/** Requests over undici's connections: one pool for each origin. */
export class UndiciTransport implements Transport {
  readonly #dispatcher: Dispatcher
  readonly #isOwned: boolean
  readonly #connectTimeoutMs: number

  /** @param dispatcher - used in place of pools of its own, and left open on `close` */
  constructor(settings: PoolSettings, dispatcher: Dispatcher | undefined) {
    this.#dispatcher = dispatcher ?? createDispatcher(settings)
    this.#isOwned = dispatcher === undefined
    this.#connectTimeoutMs = settings.connectTimeoutMs
  }

  send(request: TransportRequest): TransportExchange {
    const exchange = new UndiciExchange(request, this.#connectTimeoutMs)
    const { url, method, headers } = request
    this.#dispatcher.dispatch(
      {
        origin: url.origin,
        path: url.pathname + url.search,
        method,
        headers: headers.flat(),
        body: bodyOf(request, exchange),
        // The client has its own, of a finer grain.
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      exchange,
    )
    return exchange
  }

  close(): Future<void> {
    return this.#isOwned ? Future.from(this.#dispatcher.close()) : Future.ready()
  }

  destroy(): Future<void> {
    return this.#isOwned ? Future.from(this.#dispatcher.destroy()) : Future.ready()
  }
}

function createDispatcher(settings: PoolSettings): Dispatcher {
  const { connections, pipelining, keepAliveTimeoutMs, keepAliveMaxTimeoutMs } = settings
  const connect = {
    ...settings.tls,
    ...(settings.socketPath === undefined ? undefined : { socketPath: settings.socketPath }),
    timeout: settings.connectTimeoutMs,
  }
  const options = {
    connections,
    pipelining,
    keepAliveTimeout: keepAliveTimeoutMs,
    keepAliveMaxTimeout: keepAliveMaxTimeoutMs,
    maxHeaderSize: settings.maxHeaderBytes,
    allowH2: settings.http2,
    connect,
  }
  const { proxy } = settings
  if (proxy === undefined) return new Agent(options)
  return new ProxyAgent({
    ...options,
    requestTls: connect,
    // Also for http: the default of undici 7, and what the token is for.
    proxyTunnel: true,
    ...(typeof proxy === 'string' ? { uri: proxy } : proxy),
  })
}

/** What undici is given; of a stream every piece is noted, and its failure kept. */
function bodyOf(
  request: TransportRequest,
  exchange: UndiciExchange,
): NonNullable<Dispatcher.DispatchOptions['body']> | null {
  const { body } = request
  if (body === undefined) return null
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  // undici takes any async iterable; its types speak of Node's streams only.
  return watch(body, request, exchange) as unknown as Readable
}

async function* watch(
  source: BodySource,
  request: TransportRequest,
  exchange: UndiciExchange,
): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const piece of source) {
      request.onProgress()
      yield typeof piece === 'string' ? Buffer.from(piece) : piece
    }
  } catch (error) {
    exchange.noteBodyFailure(error)
    throw error
  }
}
