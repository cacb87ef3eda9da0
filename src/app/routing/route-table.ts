import type { Eventual } from '../../future/index.ts'
import { HttpError, HttpResponse, Router } from '../../http/index.ts'
import type { Middleware, Recovery, RequestAnswerer } from '../../middleware/index.ts'
import type { GraphContext } from '../dependencies/graph.ts'
import { AppStateError } from '../errors.ts'
import { ApiDocument } from '../openapi/document.ts'
import type { OpenApiDocument } from '../openapi/options.ts'
import { docsRoutes } from '../openapi/pages/docs-routes.ts'
import type { AppSettings } from '../options.ts'
import type { AppRequest } from '../request.ts'
import { type AppMount, type Place, pathBelow, segmentsOf } from './app-mount.ts'
import { chainTarget, type Target } from './chain.ts'
import { layersFor } from './middleware-use.ts'
import { flatten, type MountedRoute } from './mounted-route.ts'
import { type PlanHost, RoutePlan } from './plan.ts'
import { METHODS } from './route.ts'
import { type RouteSummary, summaryOf, summaryOfFiles } from './route-summary.ts'
import type { StaticMount } from './static-mount.ts'

/** One for all: scanners ask for thousands of paths that are not there, and a stack costs much. */
const NOT_FOUND = new HttpError(404, 'Not Found')

/** Where an app is that is in no other. */
export const TOP: Place = { prefix: '', root: '' }

/** What an app answers with: its routes as they were declared, and as they are once it has started. */
export class RouteTable {
  readonly routes: MountedRoute[] = []
  readonly files: StaticMount[] = []
  readonly apps: AppMount[] = []
  /** Around everything, the first one outermost. */
  readonly layers: Middleware[] = []
  readonly #settings: AppSettings
  readonly #host: PlanHost
  #router = new Router<Target>()
  #unrouted: RequestAnswerer = (request) => this.#answerUnrouted(request)
  #document: ApiDocument | undefined
  #place = TOP
  #skippedSegments = 0

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

  /** Where the app is; known when it starts. */
  get place(): Place {
    return this.#place
  }

  set place(place: Place) {
    this.#place = place
    this.#skippedSegments = segmentsOf(place.prefix)
    for (const mount of this.files) mount.mountAt(place.prefix)
  }

  /**
   * Plans every route, and puts the plans in the place of those before.
   *
   * @throws {RouteDefinitionError} for a route that cannot work
   * @throws {RouteConflictError} for two routes of one method and path
   */
  compile(context: GraphContext): void {
    const plans = this.routes.map((mounted) => new RoutePlan(mounted, this.#host, context))
    const settings = this.#placedSettings()
    const document = new ApiDocument(settings, plans)
    const docs = docsRoutes(settings, document).flatMap((route) => flatten(route))
    plans.push(...docs.map((mounted) => new RoutePlan(mounted, this.#host, context)))
    const router = new Router<Target>()
    for (const plan of plans) {
      const { route, pattern, uses } = plan.mounted
      const layers = layersFor(`${route.method} ${pattern}`, this.layers, uses)
      router.insert(route.method, pattern, this.#chain(plan, pattern, layers, plan.host))
    }
    this.#insertMounts(router)
    const nothing: Target = { run: (request) => this.#answerUnrouted(request) }
    const unrouted = this.#chain(nothing, undefined, this.layers)
    this.#unrouted = (request) => unrouted.run(request, [])
    this.#document = document
    this.#router = router
  }

  /** Everything that is declared, in the order of declaration; the docs are not. */
  summaries(context: GraphContext): RouteSummary[] {
    const { prefix } = this.#place
    return [
      ...this.routes.map((each) => summaryOf(new RoutePlan(each, this.#host, context), prefix)),
      ...this.files.flatMap(({ patterns }) =>
        patterns.slice(-1).map((pattern) => summaryOfFiles(`${prefix}${pattern}`)),
      ),
    ]
  }

  answer(request: AppRequest): Eventual<HttpResponse> {
    const match = this.#router.match(request.method, this.#pathOf(request))
    if (match.kind === 'not-found') return this.#unrouted(request)
    if (match.kind === 'method-not-allowed') return this.#answerNotAllowed(request)
    // Parameters are checked by their schemas, so that a wrong one is told precisely, with 422:
    // it makes no difference here whether the router could convert them.
    return match.value.run(request, match.params)
  }

  #pathOf({ path }: AppRequest): string {
    return this.#skippedSegments === 0 ? path : pathBelow(path, this.#skippedSegments)
  }

  #insertMounts(router: Router<Target>): void {
    for (const mount of this.files) {
      const target = this.#chain(mount, undefined, this.layers)
      for (const pattern of mount.patterns) router.insert('GET', pattern, target)
    }
    for (const mount of this.apps) {
      const target = this.#chain(mount, undefined, this.layers)
      for (const pattern of mount.patterns) {
        for (const method of METHODS) router.insert(method, pattern, target)
      }
    }
  }

  /** A browser that asks before it sends a request is answered by what is around that request's route. */
  #answerNotAllowed(request: AppRequest): Eventual<HttpResponse> {
    if (request.method !== 'OPTIONS') return this.#unrouted(request)
    const method = request.header('access-control-request-method')
    const path = this.#pathOf(request)
    const asked = method === undefined ? undefined : this.#router.match(method, path)
    if (asked === undefined || !('value' in asked)) return this.#unrouted(request)
    return asked.value.preflight?.(request) ?? this.#answerUnrouted(request)
  }

  /** What no route was found for: a redirect to where there is one, 404, or 405 with what is allowed. */
  #answerUnrouted(request: AppRequest): Eventual<HttpResponse> {
    const path = this.#pathOf(request)
    const match = this.#router.match(request.method, path)
    if (match.kind === 'method-not-allowed') {
      const allow = { allow: match.allowed.join(', ') }
      return this.#host.respondToError(new HttpError(405, 'Method Not Allowed', allow), request)
    }
    const redirect = this.#settings.redirectSlashes ? this.#otherSlash(request, path) : undefined
    return redirect ?? this.#host.respondToError(NOT_FOUND, request)
  }

  /** With the slash at the end that is too much or missing, if there is something then. */
  #otherSlash(request: AppRequest, path: string): HttpResponse | undefined {
    if (path === '/') return undefined
    const other = path.endsWith('/') ? path.slice(0, -1) : `${path}/`
    const target = `${this.#place.root}${other}`
    // A browser would take it for another host.
    if (/^[/\\]{2}/.test(target)) return undefined
    if (this.#router.match(request.method, other).kind === 'not-found') return undefined
    const { queryString } = request
    const location = queryString === '' ? target : `${target}?${queryString}`
    return new HttpResponse(307, null, undefined, [['location', location]])
  }

  /** Clients of a mounted app, or of one behind a proxy, write more than this process gets. */
  #placedSettings(): AppSettings {
    const { root } = this.#place
    const { servers = [], rootPathInServers } = this.#settings
    if (root === '' || !rootPathInServers) return this.#settings
    return { ...this.#settings, servers: [{ url: root }, ...servers] }
  }

  #chain(
    target: Target,
    pattern: string | undefined,
    layers: readonly Middleware[],
    host: PlanHost = this.#host,
  ): Target {
    const unrouted = (request: AppRequest): Eventual<HttpResponse> => this.#answerUnrouted(request)
    const recover: Recovery = (error, request) => host.respondToError(error, request)
    return chainTarget(target, pattern, layers, unrouted, recover)
  }
}
