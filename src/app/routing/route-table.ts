import type { Eventual } from '../../future/index.ts'
import { HttpError, type HttpResponse, Router } from '../../http/index.ts'
import type { Middleware, RequestAnswerer } from '../../middleware/index.ts'
import type { GraphContext } from '../dependencies/graph.ts'
import { AppStateError } from '../errors.ts'
import { ApiDocument } from '../openapi/document.ts'
import type { OpenApiDocument } from '../openapi/options.ts'
import { docsRoutes } from '../openapi/pages/docs-routes.ts'
import type { AppSettings } from '../options.ts'
import type { AppRequest } from '../request.ts'
import { chainTarget, type Target } from './chain.ts'
import { layersFor } from './middleware-use.ts'
import { type PlanHost, RoutePlan } from './plan.ts'
import { flatten, type MountedRoute } from './router.ts'
import type { StaticMount } from './static-mount.ts'

/** One for all: scanners ask for thousands of paths that are not there, and a stack costs much. */
const NOT_FOUND = new HttpError(404, 'Not Found')

/** What an app answers with: its routes as they were declared, and as they are once it has started. */
export class RouteTable {
  readonly routes: MountedRoute[] = []
  readonly mounts: StaticMount[] = []
  /** Around everything, the first one outermost. */
  readonly layers: Middleware[] = []
  readonly #settings: AppSettings
  readonly #host: PlanHost
  #router = new Router<Target>()
  #unrouted: RequestAnswerer = (request) => this.#answerUnrouted(request)
  #document: ApiDocument | undefined

  constructor(settings: AppSettings, host: PlanHost) {
    this.#settings = settings
    this.#host = host
  }

  /**
   * The OpenAPI document.
   *
   * @throws {AppStateError} if the table has not been compiled
   * @throws {SchemaDefinitionError} if two different objects have the same name
   */
  get document(): OpenApiDocument {
    if (this.#document === undefined) throw new AppStateError('The app has not started')
    return this.#document.value
  }

  /**
   * Plans every route, and puts the plans in the place of those before.
   *
   * @throws {RouteDefinitionError} for a route that cannot work
   * @throws {RouteConflictError} for two routes of one method and path
   */
  compile(context: GraphContext): void {
    const plans = this.routes.map((mounted) => new RoutePlan(mounted, this.#host, context))
    const document = new ApiDocument(this.#settings, plans)
    // Written when it is asked for; while one develops at once, so that a mistake stops the start.
    if (process.env['NODE_ENV'] !== 'production') void document.value
    const docs = docsRoutes(this.#settings, document).flatMap((route) => flatten(route))
    plans.push(...docs.map((mounted) => new RoutePlan(mounted, this.#host, context)))
    const router = new Router<Target>()
    for (const plan of plans) {
      const { route, pattern, uses } = plan.mounted
      const layers = layersFor(`${route.method} ${pattern}`, this.layers, uses)
      router.insert(route.method, pattern, this.#chain(plan, pattern, layers))
    }
    for (const mount of this.mounts) {
      const target = this.#chain(mount, undefined, this.layers)
      for (const pattern of mount.patterns) router.insert('GET', pattern, target)
    }
    const nothing: Target = { run: (request) => this.#answerUnrouted(request) }
    const unrouted = this.#chain(nothing, undefined, this.layers)
    this.#unrouted = (request) => unrouted.run(request, [])
    this.#document = document
    this.#router = router
  }

  answer(request: AppRequest): Eventual<HttpResponse> {
    const match = this.#router.match(request.method, request.path)
    if (match.kind === 'not-found') return this.#unrouted(request)
    if (match.kind === 'method-not-allowed') return this.#answerNotAllowed(request)
    // Parameters are checked by their schemas, so that a wrong one is told precisely, with 422:
    // it makes no difference here whether the router could convert them.
    return match.value.run(request, match.params)
  }

  /** A browser that asks before it sends a request is answered by what is around that request's route. */
  #answerNotAllowed(request: AppRequest): Eventual<HttpResponse> {
    if (request.method !== 'OPTIONS') return this.#unrouted(request)
    const method = request.header('access-control-request-method')
    const asked = method === undefined ? undefined : this.#router.match(method, request.path)
    if (asked === undefined || !('value' in asked)) return this.#unrouted(request)
    return asked.value.preflight?.(request) ?? this.#answerUnrouted(request)
  }

  /** What no route was found for: 404, or 405 with what is allowed. */
  #answerUnrouted(request: AppRequest): Eventual<HttpResponse> {
    const match = this.#router.match(request.method, request.path)
    if (match.kind !== 'method-not-allowed') return this.#host.respondToError(NOT_FOUND, request)
    const allow = { allow: match.allowed.join(', ') }
    return this.#host.respondToError(new HttpError(405, 'Method Not Allowed', allow), request)
  }

  #chain(target: Target, pattern: string | undefined, layers: readonly Middleware[]): Target {
    const unrouted = (request: AppRequest): Eventual<HttpResponse> => this.#answerUnrouted(request)
    return chainTarget(target, pattern, layers, unrouted, this.#host.respondToError)
  }
}
