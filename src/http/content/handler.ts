import { Future } from '../../future/index.ts'
import type { HttpRequest } from '../message/request.ts'
import { HttpResponse } from '../message/response.ts'

/** What the wrappers of handlers read of a request. */
export type ContentRequest = Pick<HttpRequest, 'method' | 'path' | 'queryString' | 'header'>

/** A handler of requests that have at least what the wrapper reads. */
export type ContentHandler<Request extends ContentRequest> = (
  request: Request,
) => HttpResponse | PromiseLike<HttpResponse>

/** Changes a response, at once if it is ready. */
export function mapResponse(
  result: HttpResponse | PromiseLike<HttpResponse>,
  change: (response: HttpResponse) => HttpResponse | PromiseLike<HttpResponse>,
): HttpResponse | PromiseLike<HttpResponse> {
  if (result instanceof HttpResponse) return change(result)
  const future = Future.from(result)
  return future.isReady ? change(future.get()) : future.then(change)
}
