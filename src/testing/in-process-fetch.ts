import { Buffer } from 'node:buffer'
import { OptionError } from '../core/errors.ts'
import { Future } from '../future/index.ts'
import { type HttpResponse, StreamBody } from '../http/index.ts'
import { WebSocketResponse } from '../websocket/index.ts'
import { TestRequest } from './test-request.ts'

const ORIGIN = 'http://testserver'
/** The web's `Response` refuses a body for them. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304])

/** How an app answers a request that no socket brought. */
export type Answerer = (request: TestRequest) => Future<HttpResponse>

/**
 * Answers as `fetch` does, without sockets. Bodies stream both ways.
 *
 * @param input - absolute, or a path
 */
export async function fetchInProcess(
  answer: Answerer,
  maxBodyBytes: number,
  input: string | URL | Request,
  init: RequestInit | undefined,
): Promise<Response> {
  const asked = input instanceof Request ? input : new Request(new URL(input, ORIGIN), init)
  const { method, signal } = asked
  const { host, pathname, search } = new URL(asked.url)
  const headers = new Map([['host', host], ...asked.headers])
  const isStream = init?.body instanceof ReadableStream
  const body = isStream ? asked.body : new Uint8Array(await asked.arrayBuffer())
  const request = new TestRequest(
    method,
    pathname + search,
    [...headers],
    asked.body === null ? undefined : (body ?? undefined),
    maxBodyBytes,
  )
  const giveUp = (): void => request.giveUp(signal.reason)
  signal.addEventListener('abort', giveUp, { once: true })
  const response = await Promise.race([answer(request).toPromise(), whenAborted(signal)])
  return toWebResponse(response, method, () => {
    signal.removeEventListener('abort', giveUp)
    request.sent()
  })
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => reject(signal.reason as Error)
    if (signal.aborted) fail()
    else signal.addEventListener('abort', fail, { once: true })
  })
}

function toWebResponse(response: HttpResponse, method: string, onSent: () => void): Response {
  if (response instanceof WebSocketResponse) {
    throw new OptionError('fetch() url', method, 'no WebSocket route; connect() opens those')
  }
  const { status, contentType, headers = [] } = response
  const fields = new Headers(headers.map(([name, value]): [string, string] => [name, value]))
  if (contentType !== undefined) fields.set('content-type', contentType)
  const hasBody = method !== 'HEAD' && !WITHOUT_BODY.has(status)
  return new Response(bodyOf(response, hasBody, onSent), { status, headers: fields })
}

function bodyOf(
  { body }: HttpResponse,
  hasBody: boolean,
  onSent: () => void,
): ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null {
  if (!hasBody || body === null || !(body instanceof StreamBody)) {
    if (body instanceof StreamBody) body.abandon()
    onSent()
    return hasBody && body !== null ? Uint8Array.from(Buffer.from(body as string)) : null
  }
  const reader = body.open()
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const step = await reader.next()
      if (step.done !== true) controller.enqueue(Buffer.from(step.value as string))
      else {
        onSent()
        controller.close()
      }
    },
    cancel() {
      body.shutdown()
      onSent()
    },
  })
}
