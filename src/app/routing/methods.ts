import { OptionError } from '../../core/errors.ts'
import type { InputMap, NoInputs } from '../inputs/input.ts'
import {
  defineRoute,
  type Handler,
  METHODS,
  type Method,
  type OutMap,
  type Route,
  type RouteOptions,
} from './route.ts'
import { MethodGroup } from './router.ts'

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

/** The routes of {@link route}, by method. */
export type RoutesByMethod<
  Methods extends Method,
  Pattern extends string,
  In extends InputMap,
  Out extends OutMap | undefined,
> = MethodGroup<{ readonly [Name in Methods]: Route<Pattern, In, Out> }>

/**
 * Makes a route for each of several methods, with one handler:
 * `route(['GET', 'POST'], '/search', { in }, handler)`. They are a group, for `router` and `include`.
 *
 * @throws {OptionError} for something else than a list of methods, or on unknown or impossible options
 */
export function route<const Methods extends Method, const Pattern extends string>(
  methods: readonly Methods[],
  pattern: Pattern,
  handler: Handler<Pattern, NoInputs, undefined>,
): RoutesByMethod<Methods, Pattern, NoInputs, undefined>
export function route<
  const Methods extends Method,
  const Pattern extends string,
  const In extends InputMap = NoInputs,
  const Out extends OutMap | undefined = undefined,
>(
  methods: readonly Methods[],
  pattern: Pattern,
  options: RouteOptions<Pattern, In, Out>,
  handler: Handler<Pattern, In, Out>,
): RoutesByMethod<Methods, Pattern, In, Out>
export function route(
  methods: readonly Method[],
  pattern: string,
  first: object,
  second?: (inputs: never) => unknown,
): MethodGroup {
  const isList = Array.isArray(methods) && methods.length > 0
  if (!isList || !methods.every((each) => METHODS.includes(each))) {
    throw new OptionError('route() methods', methods, `some of ${METHODS.join(', ')}`)
  }
  const routes = methods.map((each) => [each, defineRoute(each, pattern, first, second)])
  return new MethodGroup(Object.fromEntries(routes), {})
}
