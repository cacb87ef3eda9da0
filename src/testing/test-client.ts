import { Buffer } from 'node:buffer'
import type { App } from '../app/index.ts'
import { OptionError } from '../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../core/options.ts'
import { Future, whenAll } from '../future/index.ts'
import { type HttpResponse, StreamBody, type StreamSource } from '../http/index.ts'
import { WebSocketResponse } from '../websocket/index.ts'
import { fetchInProcess } from './in-process-fetch.ts'
import { TestRequest } from './test-request.ts'
import { TestResponse } from './test-response.ts'
import { TestSocket } from './test-socket.ts'
import { TestSocketRefusedError } from './test-socket-refused-error.ts'

type QueryValue = string | number | boolean

export interface TestRequestOptions {
  /** Repeated headers as an array. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Added to the query of the path; arrays repeat the parameter. */
  readonly query?: Readonly<Record<string, QueryValue | readonly QueryValue[]>>
  readonly cookies?: Readonly<Record<string, string>>
  /** Sent as JSON with its content type. */
  readonly json?: unknown
  /** Sent as browsers do, with its content type. */
  readonly form?: FormData | URLSearchParams
  /** Sent as it is, without a content type; a source is asked for its chunks as the app reads. */
  readonly body?: string | Uint8Array | StreamSource
}

export interface TestSocketOptions
  extends Pick<TestRequestOptions, 'headers' | 'query' | 'cookies'> {
  /** Subprotocols to offer, in the order of preference. */
  readonly subprotocols?: readonly string[]
}

export interface TestClientOptions {
  /** As the server's option of that name; default 1 MiB. */
  readonly maxBodyBytes?: number
}

/**
 * Talks to an app in the same process, without sockets: as a server would, from routing to cleanup.
 *
 * The first request starts the app; {@link close} stops it. A request is done when the cleanups of
 * its dependencies have run.
 */
export class TestClient {
  readonly #app: App
  readonly #maxBodyBytes: number
  readonly #sockets: Set<TestSocket> = new Set()
  #started: Future<void> | undefined

  /** @throws {OptionError} on unknown or impossible options */
  constructor(app: App, options: TestClientOptions = {}) {
    rejectUnknownOptions('new TestClient()', options, ['maxBodyBytes'])
    this.#app = app
    const where = 'new TestClient().maxBodyBytes'
    this.#maxBodyBytes = integerOption(where, options.maxBodyBytes, 1_048_576)
  }

  /** @returns fails as `app.start()` does; the same future if called again */
  start(): Future<void> {
    this.#started ??= this.#app.start()
    return this.#started
  }

  /** Stops the app if this client has started it. */
  close(): Future<void> {
    const started = this.#started
    this.#started = undefined
    if (started === undefined) return Future.ready()
    return started.then(() => this.#closeSockets()).then(() => this.#app.stop())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  get(path: string, options?: TestRequestOptions): Future<TestResponse> {
    return this.request('GET', path, options)
  }

  post(path: string, options?: TestRequestOptions): Future<TestResponse> {
    return this.request('POST', path, options)
  }

  put(path: string, options?: TestRequestOptions): Future<TestResponse> {
    return this.request('PUT', path, options)
  }

  patch(path: string, options?: TestRequestOptions): Future<TestResponse> {
    return this.request('PATCH', path, options)
  }

  delete(path: string, options?: TestRequestOptions): Future<TestResponse> {
    return this.request('DELETE', path, options)
  }

  head(path: string, options?: TestRequestOptions): Future<TestResponse> {
    return this.request('HEAD', path, options)
  }

  options(path: string, options?: TestRequestOptions): Future<TestResponse> {
    return this.request('OPTIONS', path, options)
  }

  /**
   * Sends one request.
   *
   * @param path - percent-encoded, with or without a query
   * @throws {OptionError} on unknown options, or more than one of `json`, `form` and `body`
   */
  request(method: string, path: string, options: TestRequestOptions = {}): Future<TestResponse> {
    const request = this.#makeRequest(method, path, options)
    return this.start()
      .then(() => this.#app.handle(request))
      .then((response) =>
        Future.from(bytesOf(response, method))
          .finally(() => {
            request.sent()
            return this.#app.settled()
          })
          .then((bytes) => new TestResponse(response, method, bytes)),
      )
  }

  /**
   * The `fetch` of this app: for typed clients, and whatever else takes one:
   * `client<typeof api>('', { fetch: test.fetch })`. Bodies stream both ways.
   *
   * A path continues `http://testserver`. It can be passed on as it is, without the client.
   */
  readonly fetch = (input: string | URL | Request, init?: RequestInit): Promise<Response> =>
    fetchInProcess(
      (request) => this.start().then(() => this.#app.handle(request)),
      this.#maxBodyBytes,
      input,
      init,
    )

  /**
   * Opens a WebSocket.
   *
   * @param path - percent-encoded, with or without a query
   * @returns fails with {@link TestSocketRefusedError} if the app answers with anything but a socket
   * @throws {OptionError} on unknown options
   */
  connect(path: string, options: TestSocketOptions = {}): Future<TestSocket> {
    const known = ['headers', 'query', 'cookies', 'subprotocols']
    rejectUnknownOptions(`connect ${path}`, options, known)
    const { subprotocols = [], ...rest } = options
    const headers = { ...handshakeHeaders(subprotocols), ...options.headers }
    const request = this.#makeRequest('GET', path, { ...rest, headers })
    return this.start()
      .then(() => this.#app.handle(request))
      .then((response) => {
        if (response instanceof WebSocketResponse) return this.#openSocket(response)
        return Future.from(bytesOf(response, 'GET')).then((bytes) => {
          throw new TestSocketRefusedError(path, new TestResponse(response, 'GET', bytes))
        })
      })
  }

  #openSocket(response: WebSocketResponse): TestSocket {
    const socket = new TestSocket(response)
    this.#sockets.add(socket)
    socket.closed.then(() => this.#sockets.delete(socket)).ignore()
    return socket
  }

  /** As a server does that shuts down. */
  #closeSockets(): Future<unknown> {
    const sockets = [...this.#sockets]
    for (const socket of sockets) socket.shutdown()
    return whenAll(sockets.map((socket) => socket.closed))
  }

  #makeRequest(method: string, path: string, options: TestRequestOptions): TestRequest {
    const known = ['headers', 'query', 'cookies', 'json', 'form', 'body']
    rejectUnknownOptions(`${method} ${path}`, options, known)
    const { json, form, body, query } = options
    if ([json, form, body].filter((given) => given !== undefined).length > 1) {
      throw new OptionError(`${method} ${path} body`, body, 'only one of json, form and body')
    }
    const content = contentOf(options)
    return new TestRequest(
      method,
      query === undefined ? path : addQuery(path, query),
      headersOf(options, content.type),
      content.body,
      this.#maxBodyBytes,
    )
  }
}

/** What a client asks with; the key is the example of RFC 6455. */
function handshakeHeaders(subprotocols: readonly string[]): Record<string, string> {
  const headers: Record<string, string> = {
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  if (subprotocols.length > 0) headers['sec-websocket-protocol'] = subprotocols.join(', ')
  return headers
}

interface Content {
  readonly type: string | undefined
  readonly body: TestRequestOptions['body']
}

function contentOf({ json, form, body }: TestRequestOptions): Content {
  if (json !== undefined) return { type: 'application/json', body: JSON.stringify(json) }
  if (form === undefined) return { type: undefined, body }
  const sent = new Response(form)
  return { type: sent.headers.get('content-type') ?? undefined, body: bodyOf(sent) }
}

/** In one piece: the response's own stream does not bear to be given up by its reader. */
async function* bodyOf(sent: Response): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(await sent.arrayBuffer())
}

/** The whole body, also of a stream. */
async function bytesOf({ body }: HttpResponse, method: string): Promise<Uint8Array> {
  if (!(body instanceof StreamBody)) return Buffer.from(body ?? '')
  if (method === 'HEAD') {
    body.abandon()
    return Buffer.alloc(0)
  }
  const chunks: Buffer[] = []
  const reader = body.open()
  for (let step = await reader.next(); step.done !== true; step = await reader.next()) {
    chunks.push(Buffer.from(step.value as string))
  }
  return Buffer.concat(chunks)
}

function addQuery(path: string, query: NonNullable<TestRequestOptions['query']>): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    for (const item of typeof value === 'object' ? value : [value])
      search.append(name, String(item))
  }
  return `${path}${path.includes('?') ? '&' : '?'}${search.toString()}`
}

function headersOf(
  { headers = {}, cookies }: TestRequestOptions,
  type: string | undefined,
): [string, string][] {
  const list: [string, string][] = []
  for (const [name, value] of Object.entries(headers)) {
    for (const item of typeof value === 'string' ? [value] : value) list.push([name, item])
  }
  if (!list.some(([name]) => name.toLowerCase() === 'host')) list.unshift(['host', 'testserver'])
  for (const [name, value] of Object.entries(cookies ?? {}))
    list.push(['cookie', `${name}=${value}`])
  const isTyped = list.some(([name]) => name.toLowerCase() === 'content-type')
  if (type !== undefined && !isTyped) list.push(['content-type', type])
  return list
}
