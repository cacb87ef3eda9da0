import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import type { Middleware } from '../../middleware/index.ts'
import { checkInputMap } from '../dependencies/dependency.ts'
import type { InputMap } from '../inputs/input.ts'
import { checkUse, type MiddlewareUse } from './middleware-use.ts'
import { Route } from './route.ts'

export interface RouterOptions {
  /** Put in front of each pattern: `/v1`. */
  readonly prefix?: string
  /** Put in front of each route's own tags. */
  readonly tags?: readonly string[]
  /** Needed by every route: a guard runs before the handlers, which do not see its value. */
  readonly in?: InputMap
  /** Around every route, further in than those of the app and of routers around this one. */
  readonly use?: readonly Middleware[]
  /** Middlewares of the app, or of routers around this one, that its routes do without. */
  readonly without?: readonly (Middleware | string)[]
}

/** Routes by name, and routers within routers. */
export type RouteMap = { readonly [name: string]: Route | RouteGroup }

/** Routes that belong together; made by {@link router}. */
export class RouteGroup<out Routes extends RouteMap = RouteMap> {
  readonly routes: Routes
  readonly options: RouterOptions

  /** @internal */
  constructor(routes: Routes, options: RouterOptions) {
    this.routes = routes
    this.options = options
  }
}

/**
 * Groups routes under a prefix, tags and inputs that all of them need.
 *
 * @throws {OptionError} on unknown or impossible options, or a value that is no route
 */
export function router<const Routes extends RouteMap>(
  routes: Routes,
  options: RouterOptions = {},
): RouteGroup<Routes> {
  rejectUnknownOptions('router()', options, ['prefix', 'tags', 'in', 'use', 'without'])
  const { prefix } = options
  if (prefix !== undefined && !/^(\/[^/]+)+$/.test(prefix)) {
    throw new OptionError('router().prefix', prefix, "a path such as '/v1', without a final '/'")
  }
  checkInputMap('router().in', options.in)
  checkUse('router()', options)
  for (const [name, route] of Object.entries(routes)) {
    if (!(route instanceof Route) && !(route instanceof RouteGroup)) {
      throw new OptionError(`router().${name}`, route, 'a route such as get(...), or a router()')
    }
  }
  return new RouteGroup(routes, options)
}

/** A route as it is mounted, with what the routers around it add. */
export interface MountedRoute {
  readonly route: Route
  readonly pattern: string
  readonly tags: readonly string[]
  /** Of the route in its router, or of its function. */
  readonly name: string | undefined
  /** Inputs of the routers, which the handler does not see. */
  readonly guards: readonly InputMap[]
  /** What the routers and the route say about middlewares, from the outside in. */
  readonly uses: readonly MiddlewareUse[]
}

/** All routes of a group with the patterns, tags and guards that result. */
export function flatten(
  member: Route | RouteGroup,
  outer: RouterOptions[] = [],
  key?: string,
): MountedRoute[] {
  if (member instanceof RouteGroup) {
    const options = [...outer, member.options]
    return Object.entries(member.routes).flatMap(([name, inner]) => flatten(inner, options, name))
  }
  return [
    {
      route: member,
      pattern: outer.map((options) => options.prefix ?? '').join('') + member.pattern,
      tags: [...new Set([...outer.flatMap(({ tags }) => tags ?? []), ...(member.info.tags ?? [])])],
      name: key ?? (member.handler.name || undefined),
      guards: outer.map((options) => options.in ?? {}),
      uses: [...outer, member.info],
    },
  ]
}
