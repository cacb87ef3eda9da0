import { Buffer } from 'node:buffer'
import type { App } from '../app/index.ts'
import { OptionError } from '../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../core/options.ts'
import { Future } from '../future/index.ts'
import { type HttpResponse, StreamBody, type StreamSource } from '../http/index.ts'
import { TestRequest } from './test-request.ts'
import { TestResponse } from './test-response.ts'

type QueryValue = string | number | boolean

export interface TestRequestOptions {
  /** Repeated headers as an array. */
  readonly headers?: Readonly<Record<string, string | readonly string[]>>
  /** Added to the query of the path; arrays repeat the parameter. */
  readonly query?: Readonly<Record<string, QueryValue | readonly QueryValue[]>>
  readonly cookies?: Readonly<Record<string, string>>
  /** Sent as JSON with its content type. */
  readonly json?: unknown
  /** Sent as it is, without a content type; a source is asked for its chunks as the app reads. */
  readonly body?: string | Uint8Array | StreamSource
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
    return started === undefined ? Future.ready() : started.then(() => this.#app.stop())
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
   * @throws {OptionError} on unknown options, or both `json` and `body`
   */
  request(method: string, path: string, options: TestRequestOptions = {}): Future<TestResponse> {
    const request = this.#makeRequest(method, path, options)
    return this.start()
      .then(() => this.#app.handle(request))
      .then((response) =>
        Future.from(bytesOf(response, method)).then((bytes) =>
          this.#app.settled().then(() => new TestResponse(response, method, bytes)),
        ),
      )
  }

  #makeRequest(method: string, path: string, options: TestRequestOptions): TestRequest {
    const known = ['headers', 'query', 'cookies', 'json', 'body']
    rejectUnknownOptions(`${method} ${path}`, options, known)
    const { json, body, query } = options
    if (json !== undefined && body !== undefined) {
      throw new OptionError(`${method} ${path} body`, body, 'absent where json is given')
    }
    const bytes = body ?? (json === undefined ? undefined : JSON.stringify(json))
    return new TestRequest(
      method,
      query === undefined ? path : addQuery(path, query),
      headersOf(options),
      bytes,
      this.#maxBodyBytes,
    )
  }
}

/** The whole body, also of a stream. */
async function bytesOf({ body }: HttpResponse, method: string): Promise<Uint8Array> {
  if (!(body instanceof StreamBody)) return Buffer.from(body ?? '')
  if (method === 'HEAD') {
    body.abandon()
    return Buffer.alloc(0)
  }
  const chunks: Buffer[] = []
  for await (const chunk of body.source) chunks.push(Buffer.from(chunk as string))
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

function headersOf({ headers = {}, cookies, json }: TestRequestOptions): [string, string][] {
  const list: [string, string][] = [['host', 'testserver']]
  for (const [name, value] of Object.entries(headers)) {
    for (const item of typeof value === 'string' ? [value] : value) list.push([name, item])
  }
  for (const [name, value] of Object.entries(cookies ?? {}))
    list.push(['cookie', `${name}=${value}`])
  const isTyped = list.some(([name]) => name.toLowerCase() === 'content-type')
  if (json !== undefined && !isTyped) list.push(['content-type', 'application/json'])
  return list
}
