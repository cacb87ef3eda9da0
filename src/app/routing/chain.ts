import type { Eventual } from '../../future/index.ts'
import { type HttpResponse, RequestValue } from '../../http/index.ts'
import {
  compose,
  type Middleware,
  type Recovery,
  type RequestAnswerer,
} from '../../middleware/index.ts'
import type { AppRequest } from '../request.ts'

/** What a pattern leads to. */
export interface Target {
  run(request: AppRequest, params: readonly string[]): Eventual<HttpResponse>
  /** Answers OPTIONS of browsers that ask before they send a request here; undefined to answer as if it were not there. */
  readonly preflight?: RequestAnswerer | undefined
}

/** Path parameters of a request on its way through middlewares. */
const parameters = new RequestValue<readonly string[]>()
const NONE: readonly string[] = []

/**
 * Puts middlewares around a target: composed once, at start.
 *
 * @param unrouted - answers what has no route, for preflights that no middleware answers
 * @returns the target itself if there are none
 */
export function chainTarget(
  target: Target,
  pattern: string | undefined,
  layers: readonly Middleware[],
  unrouted: RequestAnswerer,
  recover: Recovery,
): Target {
  if (layers.length === 0) return target
  const scope = { pattern }
  const run = compose(
    layers,
    (request) => target.run(request, parameters.get(request) ?? NONE),
    recover,
    scope,
  )
  return {
    run: (request, params) => {
      if (params.length > 0) parameters.set(request, params)
      return run(request)
    },
    preflight: compose(layers, unrouted, recover, scope),
  }
}
