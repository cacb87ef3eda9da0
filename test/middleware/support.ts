import { Future } from '../../src/future/index.ts'
import {
  createRequest,
  HttpError,
  type HttpRequest,
  HttpResponse,
  type RequestInit,
} from '../../src/http/index.ts'
import { compose, type Middleware, type RequestAnswerer } from '../../src/middleware/index.ts'

/** A response of plain text. */
export function text(status: number, body: string): HttpResponse {
  return new HttpResponse(status, body, 'text/plain')
}

/** What an app would make of a failure, as far as these tests care. */
export function recover(error: unknown): HttpResponse {
  if (!(error instanceof HttpError)) return text(500, String(error))
  return new HttpResponse(
    error.status,
    JSON.stringify({ detail: error.detail }),
    'application/json',
    Object.entries(error.headers ?? {}),
  )
}

/** Middlewares around a handler, by default one that answers `ok`. */
export function around(
  layers: readonly Middleware[],
  handler: RequestAnswerer = () => text(200, 'ok'),
): (init?: RequestInit | HttpRequest) => HttpResponse | Future<HttpResponse> {
  const run = compose(layers, handler, recover)
  return (init = {}) => run('bytes' in init ? init : createRequest(init))
}

/** The answer, which has to be there at once. */
export function now(answer: HttpResponse | Future<HttpResponse>): HttpResponse {
  return answer instanceof Future ? answer.get() : answer
}

/** The headers of a response by name, in lower case; several of one name are joined. */
export function fieldsOf(response: HttpResponse): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [name, value] of response.headers ?? []) {
    const lower = name.toLowerCase()
    fields[lower] = fields[lower] === undefined ? value : `${fields[lower]}, ${value}`
  }
  return fields
}
