import { type Eventual, Future } from '../future/index.ts'
import { HttpResponse } from '../http/index.ts'
import { MiddlewareError } from './errors.ts'
import {
  type Answer,
  type AnswerNow,
  layerOf,
  type Middleware,
  type MiddlewareScope,
  type RequestAnswerer,
} from './middleware.ts'
import type { AppRequest } from './request.ts'

/** Answers what a middleware, or the handler, has failed with; does not fail itself. */
export type Recovery = (error: unknown, request: AppRequest) => Eventual<HttpResponse>

/**
 * Puts middlewares around what answers requests, the first one outermost.
 *
 * Made once, run for each request: an answer that is ready goes through without a promise. What one of
 * them fails with is answered by `recover` where it happens, so those around it see a response.
 *
 * @param recover - makes a response of a failure
 */
export function compose(
  layers: readonly Middleware[],
  handler: RequestAnswerer,
  recover: Recovery,
  scope: MiddlewareScope = { pattern: undefined },
): AnswerNow {
  let inner = guarded('the handler', handler, recover)
  for (const member of layers.toReversed()) {
    const layer = layerOf(member)
    inner = guarded(
      `the middleware ${layer.name || 'without a name'}`,
      layer.wrap(inner, scope),
      recover,
    )
  }
  return inner
}

function guarded(what: string, run: RequestAnswerer, recover: Recovery): AnswerNow {
  const failed = (error: unknown, request: AppRequest): Answer => answerOf(recover(error, request))
  const check = (result: unknown): HttpResponse => {
    if (result instanceof HttpResponse) return result
    throw new MiddlewareError(what, result)
  }
  return (request) => {
    try {
      const result = run(request)
      if (result instanceof HttpResponse) return result
      if (!isThenable(result)) return check(result)
      const future = Future.from(result)
      if (future.isReady) return check(future.get())
      return future.then(check).catch((error) => failed(error, request))
    } catch (error) {
      return failed(error, request)
    }
  }
}

function answerOf(result: Eventual<HttpResponse>): Answer {
  if (result instanceof HttpResponse) return result
  const future = Future.from(result)
  return future.isReady ? future.get() : future
}

function isThenable(value: unknown): value is PromiseLike<HttpResponse> {
  return typeof value === 'object' && value !== null && 'then' in value
}
