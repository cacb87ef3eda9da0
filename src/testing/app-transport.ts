import { Buffer } from 'node:buffer'
import type { App } from '../app/index.ts'
import { AbortedError, ClosedError } from '../core/errors.ts'
import { Deferred } from '../future/deferred.ts'
import { type Eventual, Future } from '../future/future.ts'
import { createRequest, type HttpRequest, type HttpResponse, StreamBody } from '../http/index.ts'
// Not from the index, which loads undici: tests with a TestClient alone do not need it.
import type { HeaderFields } from '../http-client/header-fields.ts'
import { IncomingBody } from '../http-client/incoming-body.ts'
import type {
  Transport,
  TransportExchange,
  TransportRequest,
  TransportResponse,
} from '../http-client/transport.ts'

/** What answers requests: an app, or a handler as `HttpServer` takes it. */
export type AppOrHandler = App | ((request: HttpRequest) => Eventual<HttpResponse>)

/**
 * Lets an `HttpClient` talk to an app in the same process, without sockets, whatever the host of the URL is.
 *
 * `new HttpClient({ baseUrl: 'http://shop', transport: appTransport(shop) })`. The first request starts
 * the app; closing the client stops it. Request bodies arrive whole, responses may stream.
 */
export function appTransport(target: AppOrHandler): Transport {
  return new AppTransport(target)
}

class AppTransport implements Transport {
  readonly #target: AppOrHandler
  #started: Future<void> | undefined
  #isClosed = false

  constructor(target: AppOrHandler) {
    this.#target = target
  }

  send(request: TransportRequest): TransportExchange {
    if (this.#isClosed) throw new ClosedError('The HTTP client')
    return new AppExchange(request, (made) => this.#answer(made))
  }

  close(): Future<void> {
    this.#isClosed = true
    const started = this.#started
    this.#started = undefined
    const target = this.#target
    if (started === undefined || typeof target === 'function') return Future.ready()
    return started.then(() => target.stop())
  }

  destroy(): Future<void> {
    return this.close()
  }

  #answer(request: HttpRequest): Eventual<HttpResponse> {
    const target = this.#target
    if (typeof target === 'function') return target(request)
    this.#started ??= target.start()
    return this.#started.then(() => target.handle(request))
  }
}

/** One request that an app answers in the process. */
class AppExchange implements TransportExchange {
  readonly #head = new Deferred<TransportResponse>()
  #request: HttpRequest | undefined
  #body: IncomingBody | undefined
  #wake: Deferred<void> | undefined
  #isPaused = false

  constructor(sent: TransportRequest, answer: (request: HttpRequest) => Eventual<HttpResponse>) {
    sent.onSent()
    gather(sent)
      .then((bytes) => answer(this.#make(sent, bytes)))
      .then((response) => this.#begin(sent.method, response))
      .catch((reason) => this.abort(reason))
      .ignore()
  }

  get response(): Future<TransportResponse> {
    return this.#head.future
  }

  abort(reason: unknown): void {
    this.#request?.giveUp(new AbortedError(reason, 'The request'))
    if (this.#body === undefined) this.#head.reject(reason)
    else this.#body.abort(reason)
  }

  #make(sent: TransportRequest, body: Uint8Array | undefined): HttpRequest {
    const { method, url, headers } = sent
    this.#request = createRequest({
      method,
      target: url.pathname + url.search,
      headers: [['host', url.host], ...headers],
      remoteAddress: '127.0.0.1',
      ...(body === undefined ? undefined : { body }),
    })
    return this.#request
  }

  #begin(method: string, response: HttpResponse): void {
    const body = new IncomingBody({
      pause: () => {
        this.#isPaused = true
      },
      resume: () => {
        this.#isPaused = false
        this.#wake?.resolve(undefined)
      },
      abort: () => this.#wake?.resolve(undefined),
    })
    this.#body = body
    this.#head.resolve({ status: response.status, headers: fieldsOf(response), body })
    this.#send(method, response, body).catch((reason: unknown) => body.fail(reason))
  }

  async #send(method: string, response: HttpResponse, body: IncomingBody): Promise<void> {
    const content = response.body
    if (content instanceof StreamBody) {
      for await (const piece of content.source) {
        if (method === 'HEAD') break
        body.push(typeof piece === 'string' ? Buffer.from(piece) : Buffer.from(piece))
        if (this.#isPaused) await this.#untilResumed()
        if (body.isEnded) return
      }
      body.complete(content.trailers?.() ?? [])
      return
    }
    if (content !== null && method !== 'HEAD') {
      body.push(typeof content === 'string' ? Buffer.from(content) : content)
    }
    body.complete([])
  }

  #untilResumed(): Future<void> {
    this.#wake = new Deferred<void>()
    return this.#wake.future
  }
}

function fieldsOf({ headers = [], contentType }: HttpResponse): HeaderFields {
  const fields = headers.map(([name, value]) => [name.toLowerCase(), value] as const)
  return contentType === undefined ? fields : [...fields, ['content-type', contentType]]
}

/** createRequest takes the body whole. */
function gather(sent: TransportRequest): Future<Uint8Array | undefined> {
  const { body } = sent
  if (body === undefined || body instanceof Uint8Array) return Future.ready(body)
  const read = async (): Promise<Uint8Array> => {
    const pieces: Uint8Array[] = []
    for await (const piece of body) {
      sent.onProgress()
      pieces.push(Buffer.from(piece as Uint8Array))
    }
    return Buffer.concat(pieces)
  }
  return Future.from(read())
}
