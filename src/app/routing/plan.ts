import { type Eventual, Future } from '../../future/index.ts'
import type { HttpResponse } from '../../http/index.ts'
import type { WebSocketResponse } from '../../websocket/index.ts'
import type { Cleanup } from '../dependencies/cleanup.ts'
import { buildGraph, type GraphContext, type InputGraph } from '../dependencies/graph.ts'
import { RouteDefinitionError } from '../errors.ts'
import type { ErrorFormat } from '../failures/error-format.ts'
import type { ErrorRule } from '../failures/error-rule.ts'
import { compileEmbedded, type EmbeddedBody } from '../inputs/embedded-body.ts'
import { compileForm, type FormPlan } from '../inputs/form-plan.ts'
import type { InputSource } from '../inputs/input.ts'
import type { AppRequest } from '../request.ts'
import { compileResponder, type Responder } from '../responses/responder.ts'
import { Execution, isThenable } from './execution.ts'
import type { MountedRoute } from './mounted-route.ts'
import { parsePattern } from './pattern.ts'
import type { Route } from './route.ts'
import { WebSocketRoute } from './websocket-route.ts'

/** What a plan needs from the app it belongs to. */
export interface PlanHost {
  readonly respondToError: (error: unknown, request: AppRequest) => Eventual<HttpResponse>
  /** For routes of routers that answer failures in ways of their own, from the outside in. */
  within(errorRules: readonly (readonly ErrorRule[])[], format: ErrorFormat | undefined): PlanHost
  /** Runs cleanups, the last made first, once the response is handed over. */
  afterResponse(cleanups: readonly Cleanup[], request: AppRequest): void
  /** Runs cleanups, the last made first, once the socket is closed and its handler has ended. */
  afterSocket(response: WebSocketResponse, cleanups: readonly Cleanup[], request: AppRequest): void
  logError(error: unknown, request: AppRequest): void
}

const NO_INPUTS = Object.freeze({})

/** How one route answers: compiled once, run for each request. */
export class RoutePlan {
  readonly mounted: MountedRoute
  readonly graph: InputGraph
  readonly host: PlanHost
  readonly handler: Route['handler']
  readonly respond: Responder
  readonly needsBody: boolean
  readonly bodyOptions: { readonly maxBytes?: number }
  readonly form: FormPlan | undefined
  readonly embedded: EmbeddedBody | undefined
  /** Of the input that speaks about the response, if there is one. */
  readonly responseSlot: number | undefined
  /** Of the input that takes background work, if there is one. */
  readonly backgroundSlot: number | undefined
  readonly #isBare: boolean
  readonly #socketRoute: WebSocketRoute | undefined

  constructor(mounted: MountedRoute, host: PlanHost, context: GraphContext) {
    const { route, pattern, guards, errorRules, errorFormat } = mounted
    this.mounted = mounted
    this.host = host.within(errorRules, errorFormat)
    this.handler = route instanceof WebSocketRoute ? route.handlerFor(host) : route.handler
    this.graph = buildGraph(parsePattern(pattern), route.inputs, guards, context)
    this.respond = compileResponder(`${route.method} ${pattern}`, route.out, route.info)
    this.needsBody = this.graph.inputs.some(({ read }) => read === undefined)
    if (this.needsBody && route instanceof WebSocketRoute) {
      throw new RouteDefinitionError(`websocket ${pattern}: a handshake has no body to read`)
    }
    const { maxBodyBytes } = route.info
    this.bodyOptions = maxBodyBytes === undefined ? {} : { maxBytes: maxBodyBytes }
    this.form = compileForm(`${route.method} ${pattern}`, this.graph.inputs, route.info)
    this.embedded = compileEmbedded(this.graph.inputs)
    const slotOf = (source: InputSource): number | undefined =>
      this.graph.inputs.find(({ input }) => input.source === source)?.slot
    this.responseSlot = slotOf('response')
    this.backgroundSlot = slotOf('background')
    this.#isBare = this.graph.size === 0
    this.#socketRoute = route instanceof WebSocketRoute ? route : undefined
  }

  /**
   * Answers one request; a ready answer is returned as it is, without a promise.
   *
   * @param params - decoded values of the path parameters, in the order of the pattern
   */
  run(request: AppRequest, params: readonly string[]): Eventual<HttpResponse> {
    if (this.#isBare) return this.#runBare(request)
    if (this.#socketRoute !== undefined) {
      try {
        this.#socketRoute.checkHandshake(request)
      } catch (error) {
        return this.host.respondToError(error, request)
      }
    }
    const execution = new Execution(this, request)
    return this.graph.completions.length === 0
      ? execution.start(params)
      : execution.startCompleting(params)
  }

  #runBare(request: AppRequest): Eventual<HttpResponse> {
    try {
      const result = this.handler(NO_INPUTS as never)
      if (!isThenable(result)) return this.respond(result)
      const future = Future.from(result)
      if (future.isReady) return this.respond(future.get())
      return future.then(this.respond).catch((error) => this.host.respondToError(error, request))
    } catch (error) {
      return this.host.respondToError(error, request)
    }
  }
}
