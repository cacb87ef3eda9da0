import type { ErrorFormat } from '../failures/error-format.ts'
import type { ErrorRule } from '../failures/error-rule.ts'
import type { InputMap } from '../inputs/input.ts'
import { plainStatus } from '../responses/responder.ts'
import type { MiddlewareUse } from './middleware-use.ts'
import type { OutMap, Route } from './route.ts'
import { RouteGroup, type RouterOptions } from './router.ts'

/** A route as it is mounted, with what the routers around it add. */
export interface MountedRoute {
  /** With the outputs and marks of the routers, where they add any. */
  readonly route: Route
  readonly pattern: string
  readonly tags: readonly string[]
  /** Of the route in its router, or of its function. */
  readonly name: string | undefined
  /** Inputs of the routers, which the handler does not see. */
  readonly guards: readonly InputMap[]
  /** For the docs of a route that declares no outputs: those of the routers, by status. */
  readonly responses: OutMap
  /** How the routers answer failures, from the outside in. */
  readonly errorRules: readonly (readonly ErrorRule[])[]
  /** How errors are written that none of them answers; default: as the app says. */
  readonly errorFormat: ErrorFormat | undefined
  /** What the routers and the route say about middlewares, from the outside in. */
  readonly uses: readonly MiddlewareUse[]
}

/** All routes of a group with what results of the options of all routers around them. */
export function flatten(
  member: Route | RouteGroup,
  outer: readonly RouterOptions[] = [],
  key = '',
): MountedRoute[] {
  if (member instanceof RouteGroup) {
    const options = [...outer, member.options]
    return Object.entries(member.routes).flatMap(([name, inner]) => flatten(inner, options, name))
  }
  const responses: OutMap = Object.assign({}, ...outer.map(({ out }) => out))
  return [
    {
      route: withDefaults(member, outer, responses),
      pattern: outer.map(({ prefix }) => prefix ?? '').join('') + member.pattern,
      tags: [...new Set([...outer.flatMap(({ tags }) => tags ?? []), ...(member.info.tags ?? [])])],
      name: key || member.handler.name || undefined,
      guards: outer.flatMap((options) => (options.in === undefined ? [] : [options.in])),
      responses,
      errorRules: outer.flatMap(({ onError }) => (onError === undefined ? [] : [onError])),
      errorFormat: member.info.errors ?? outer.findLast(({ errors }) => errors)?.errors,
      uses: [...outer, member.info],
    },
  ]
}

function withDefaults(route: Route, outer: readonly RouterOptions[], responses: OutMap): Route {
  const deprecated = route.info.deprecated ?? outer.findLast((each) => each.deprecated)?.deprecated
  const isHidden = outer.some(({ documented }) => documented === false)
  const addsOut = route.out !== undefined && Object.keys(responses).length > 0
  const isMarked = isHidden || deprecated !== route.info.deprecated
  if (!addsOut && (!isMarked || route.info.documented === false)) return route
  return route.with(addsOut ? { ...responses, ...route.out } : route.out, {
    ...route.info,
    ...(deprecated === undefined ? undefined : { deprecated }),
    ...(isHidden ? { documented: false } : undefined),
    // Statuses that routers add do not change what a plain result means.
    ...(addsOut ? { status: plainStatus(route.out, route.info) } : undefined),
  })
}
