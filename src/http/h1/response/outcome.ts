import type { Future } from '../../../future/future.ts'
import { HttpError, HttpResponseError } from '../../errors.ts'
import type { HttpRequest } from '../../message/request.ts'
import { detailResponse, HttpResponse, responseOfError } from '../../message/response.ts'
import { StreamBody } from '../../message/stream-body.ts'
import type { ServerCore } from '../server-core.ts'

/** The response that a settled future of a handler stands for. */
export function responseOfFuture(
  core: ServerCore,
  request: HttpRequest,
  outcome: Future<unknown>,
): HttpResponse {
  try {
    return responseOfResult(core, request, outcome.get())
  } catch (error) {
    return responseOfFailure(core, request, error)
  }
}

/** What a handler returned, if it is a response. */
export function responseOfResult(
  core: ServerCore,
  request: HttpRequest,
  result: unknown,
): HttpResponse {
  if (result instanceof HttpResponse) return result
  const error = new HttpResponseError('A handler must return an HttpResponse')
  return responseOfFailure(core, request, error)
}

/** The answer to what a handler threw; what is not meant for the client is reported. */
export function responseOfFailure(
  core: ServerCore,
  request: HttpRequest,
  error: unknown,
): HttpResponse {
  if (!(error instanceof HttpError)) core.report(error, request)
  try {
    return responseOfError(error)
  } catch (unprintable) {
    core.report(unprintable, request)
    return detailResponse(500, 'Internal Server Error')
  }
}

/** Nobody will get this response: ends what it would have been streamed from. */
export function dropResponse(response: unknown): void {
  if (response instanceof HttpResponse && response.body instanceof StreamBody) {
    response.body.abandon()
  }
}
