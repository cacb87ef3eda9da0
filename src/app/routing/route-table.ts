import type { Eventual } from '../../future/index.ts'
import { HttpError, type HttpResponse, Router } from '../../http/index.ts'
import type { GraphContext } from '../dependencies/graph.ts'
import { docsRoutes } from '../docs-page.ts'
import { AppStateError } from '../errors.ts'
import { openApiDocument } from '../openapi.ts'
import type { AppSettings } from '../options.ts'
import type { AppRequest } from '../request.ts'
import { type PlanHost, RoutePlan } from './plan.ts'
import { flatten, type MountedRoute } from './router.ts'
import type { StaticMount } from './static-mount.ts'

/** One for all: scanners ask for thousands of paths that are not there, and a stack costs much. */
const NOT_FOUND = new HttpError(404, 'Not Found')

/** What an app answers with: its routes as they were declared, and as they are once it has started. */
export class RouteTable {
  readonly routes: MountedRoute[] = []
  readonly mounts: StaticMount[] = []
  readonly #settings: AppSettings
  readonly #host: PlanHost
  #router = new Router<RoutePlan | StaticMount>()
  #document: object | undefined

  constructor(settings: AppSettings, host: PlanHost) {
    this.#settings = settings
    this.#host = host
  }

  /**
   * The OpenAPI document.
   *
   * @throws {AppStateError} if the table has not been compiled
   */
  get document(): object {
    if (this.#document === undefined) throw new AppStateError('The app has not started')
    return this.#document
  }

  /**
   * Plans every route, and puts the plans in the place of those before.
   *
   * @throws {RouteDefinitionError} for a route that cannot work
   * @throws {RouteConflictError} for two routes of one method and path
   */
  compile(context: GraphContext): void {
    const plans = this.routes.map((mounted) => new RoutePlan(mounted, this.#host, context))
    const document = openApiDocument(this.#settings, plans)
    const docs = docsRoutes(this.#settings, document).flatMap((route) => flatten(route))
    plans.push(...docs.map((mounted) => new RoutePlan(mounted, this.#host, context)))
    const router = new Router<RoutePlan | StaticMount>()
    for (const plan of plans) {
      router.insert(plan.mounted.route.method, plan.mounted.pattern, plan)
    }
    for (const mount of this.mounts) {
      for (const pattern of mount.patterns) router.insert('GET', pattern, mount)
    }
    this.#document = document
    this.#router = router
  }

  answer(request: AppRequest): Eventual<HttpResponse> {
    const match = this.#router.match(request.method, request.path)
    if (match.kind === 'not-found') return this.#host.respondToError(NOT_FOUND, request)
    if (match.kind === 'method-not-allowed') {
      const allow = { allow: match.allowed.join(', ') }
      return this.#host.respondToError(new HttpError(405, 'Method Not Allowed', allow), request)
    }
    // Parameters are checked by their schemas, so that a wrong one is told precisely, with 422:
    // it makes no difference here whether the router could convert them.
    return match.value.run(request, match.params)
  }
}
