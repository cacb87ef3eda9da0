import type { InputMap, NoInputs } from '../inputs/input.ts'
import {
  defineRoute,
  type Handler,
  type Method,
  type OutMap,
  type Route,
  type RouteOptions,
} from './route.ts'

/** Makes a route of one method: `get('/users/{id:int}', { in, out }, handler)`. */
export interface RouteMaker {
  <const Pattern extends string>(
    pattern: Pattern,
    handler: Handler<Pattern, NoInputs, undefined>,
  ): Route<Pattern, NoInputs, undefined>
  <
    const Pattern extends string,
    const In extends InputMap = NoInputs,
    const Out extends OutMap | undefined = undefined,
  >(
    pattern: Pattern,
    options: RouteOptions<Pattern, In, Out>,
    handler: Handler<Pattern, In, Out>,
  ): Route<Pattern, In, Out>
}

function maker(method: Method): RouteMaker {
  const make = (pattern: string, first: object, second?: (inputs: never) => unknown): Route =>
    defineRoute(method, pattern, first, second)
  return make as RouteMaker
}

/** A route for GET; it answers HEAD too, unless there is a route for HEAD. */
export const get: RouteMaker = maker('GET')
export const post: RouteMaker = maker('POST')
export const put: RouteMaker = maker('PUT')
export const patch: RouteMaker = maker('PATCH')
/** A route for DELETE; `delete` itself is a reserved word. */
export const del: RouteMaker = maker('DELETE')
export const head: RouteMaker = maker('HEAD')
export const options: RouteMaker = maker('OPTIONS')
