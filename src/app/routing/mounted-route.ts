import { Schema } from '../../schema/index.ts'
import type { ErrorFormat } from '../failures/error-format.ts'
import type { ErrorRule } from '../failures/error-rule.ts'
import type { InputMap } from '../inputs/input.ts'
import type { ResponseDocs, RouteDocs } from '../openapi/route-docs.ts'
import { plainStatus } from '../responses/responder.ts'
import type { MiddlewareUse } from './middleware-use.ts'
import { adoptOut, type ResponseSchemas, type Route } from './route.ts'
import { MethodGroup, RouteGroup, type RouterOptions } from './router.ts'

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
  key?: string,
): MountedRoute[] {
  if (member instanceof RouteGroup) {
    const options = [...outer, member.options]
    const isNamed = !(member instanceof MethodGroup)
    return Object.entries(member.routes).flatMap(([name, inner]) =>
      flatten(inner, options, isNamed ? name : key),
    )
  }
  const responses: ResponseSchemas = Object.assign(
    {},
    ...outer.map(({ out }) => adoptOut('router()', out)),
  )
  return [
    {
      route: withDefaults(member, outer, responses),
      pattern: outer.map(({ prefix }) => prefix ?? '').join('') + member.pattern,
      tags: [...new Set([...outer.flatMap(({ tags }) => tags ?? []), ...(member.info.tags ?? [])])],
      name: key ?? (member.handler.name || undefined),
      guards: outer.flatMap((options) => (options.in === undefined ? [] : [options.in])),
      errorRules: outer.flatMap(({ onError }) => (onError === undefined ? [] : [onError])),
      errorFormat: member.info.errors ?? outer.findLast(({ errors }) => errors)?.errors,
      uses: [...outer, member.info],
    },
  ]
}

function withDefaults(
  route: Route,
  outer: readonly RouterOptions[],
  outputs: ResponseSchemas,
): Route {
  const { info, out } = route
  const deprecated = info.deprecated ?? outer.findLast((each) => each.deprecated)?.deprecated
  const isHidden = outer.some(({ documented }) => documented === false)
  const hasMore = Object.keys(outputs).length > 0
  const responses = responsesOf(route, outer, outputs)
  const isMarked = isHidden || deprecated !== info.deprecated || responses !== info.responses
  if (info.documented === false ? out === undefined || !hasMore : !hasMore && !isMarked)
    return route
  return route.with(out === undefined ? undefined : { ...outputs, ...out }, {
    ...info,
    ...(deprecated === undefined ? undefined : { deprecated }),
    ...(isHidden ? { documented: false } : undefined),
    // Outputs that routers add do not change what a plain result means, nor free results.
    ...(hasMore && out !== undefined ? { status: plainStatus(out, info) } : undefined),
    ...(responses === undefined ? undefined : { responses }),
  })
}

/** What is only said: by the routers and the route, and the routers' outputs of a route without its own. */
function responsesOf(
  { info, out }: Route,
  outer: readonly RouterOptions[],
  outputs: ResponseSchemas,
): RouteDocs['responses'] {
  const shared = out === undefined ? docsOf(outputs) : {}
  for (const { responses = {} } of outer) {
    for (const [status, docs] of Object.entries(responses)) {
      shared[status] = { ...shared[status], ...docs }
    }
  }
  return Object.keys(shared).length === 0 ? info.responses : { ...shared, ...info.responses }
}

function docsOf(outputs: ResponseSchemas): Record<string, ResponseDocs> {
  return Object.fromEntries(
    Object.entries(outputs).map(([status, output]) => [
      status,
      output instanceof Schema ? { schema: output } : {},
    ]),
  )
}
