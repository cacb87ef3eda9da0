import type { WebSocket } from '../../websocket/index.ts'
import type { RouteAdder, RoutesAdder, WebSocketAdder } from './adders.ts'
import { route as makeRoutes } from './methods.ts'
import { defineRoute, type Method, type Route } from './route.ts'
import { checkIncluded, type Includable, type RouteGroup, type RouterOptions } from './router.ts'
import { defineWebSocketRoute } from './websocket-route.ts'

/** What adds routes to an app, one at a time or whole routers. */
export abstract class RouteCollector {
  readonly get: RouteAdder = this.#adder('GET')
  readonly post: RouteAdder = this.#adder('POST')
  readonly put: RouteAdder = this.#adder('PUT')
  readonly patch: RouteAdder = this.#adder('PATCH')
  readonly delete: RouteAdder = this.#adder('DELETE')
  readonly head: RouteAdder = this.#adder('HEAD')
  readonly options: RouteAdder = this.#adder('OPTIONS')

  /**
   * Adds one handler for several methods: `app.route(['GET', 'POST'], '/search', { in }, handler)`.
   *
   * @throws {OptionError} for something else than a list of methods, or on unknown or impossible options
   * @throws {AppStateError} if the app has started
   */
  readonly route: RoutesAdder = (
    methods: readonly Method[],
    pattern: string,
    ...rest: readonly unknown[]
  ): void => {
    const make = makeRoutes as (...given: readonly unknown[]) => RouteGroup
    this.add(`route ${pattern}`, make(methods, pattern, ...rest))
  }

  /**
   * Adds a path whose requests open WebSockets: `app.websocket('/chat/{room}', { in }, handler)`.
   *
   * @throws {OptionError} on unknown or impossible options
   * @throws {AppStateError} if the app has started
   */
  readonly websocket: WebSocketAdder = (
    pattern: string,
    first: object,
    second?: (socket: WebSocket, inputs: never) => unknown,
  ): void => {
    this.add(`websocket ${pattern}`, defineWebSocketRoute(pattern, first, second))
  }

  /**
   * Adds a route, all routes of a router, or of an object of them: `app.include(users, { prefix: '/v1' })`.
   *
   * The options stand around those of the router, so the same router can be included several times.
   *
   * @throws {OptionError} if it is none of these, or on unknown or impossible options
   * @throws {AppStateError} if the app has started
   */
  include(member: Includable, options: RouterOptions = {}): void {
    this.add('include()', checkIncluded(member, options), options)
  }

  /**
   * @internal
   * @param what - for the failure of an app that takes no more
   */
  protected abstract add(what: string, member: Route | RouteGroup, around?: RouterOptions): void

  #adder(method: Method): RouteAdder {
    return (pattern: string, first: object, second?: (inputs: never) => unknown): void => {
      this.add(`${method} ${pattern}`, defineRoute(method, pattern, first, second))
    }
  }
}
