import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import type { Middleware } from '../../middleware/index.ts'
import { checkInputMap } from '../dependencies/dependency.ts'
import { checkErrorFormat, type ErrorFormat } from '../failures/error-format.ts'
import { ErrorRule } from '../failures/error-rule.ts'
import type { InputMap } from '../inputs/input.ts'
import { checkRouteDocs, type RouteDocs } from '../openapi/route-docs.ts'
import { checkUse } from './middleware-use.ts'
import { adoptOut, type OutMap, Route } from './route.ts'

export interface RouterOptions {
  /**
   * Put in front of each pattern: `/v1`. It may have parameters, `/teams/{team}`, which inputs of the
   * router and of its routes declare with `path()`.
   */
  readonly prefix?: string
  /** Put in front of each route's own tags. */
  readonly tags?: readonly string[]
  /** Needed by every route: a guard runs before the handlers, which do not see its value. */
  readonly in?: InputMap
  /**
   * What every route may answer with, by status, beside its own `out`, which counts where both speak
   * of one status. A route without `out` keeps its freedom: for it, this is only said in the docs.
   */
  readonly out?: OutMap
  /** Only said in the docs of every route, unless it says something of that status itself. */
  readonly responses?: NonNullable<RouteDocs['responses']>
  /** Marks every route in the docs, unless it says otherwise itself. */
  readonly deprecated?: boolean
  /** False leaves every route out of the docs, whatever it says itself. */
  readonly documented?: boolean
  /** Answers failures of its routes before the routers around it and the app do; see `onError`. */
  readonly onError?: readonly ErrorRule[]
  /** How errors of its routes are written; default: as routers around it and the app say. */
  readonly errors?: ErrorFormat
  /** Around every route, further in than those of the app and of routers around this one. */
  readonly use?: readonly Middleware[]
  /** Middlewares of the app, or of routers around this one, that its routes do without. */
  readonly without?: readonly (Middleware | string)[]
}

/** Routes by name, and routers within routers. */
export type RouteMap = { readonly [name: string]: Route | RouteGroup }

const OPTION_NAMES = [
  'prefix',
  'tags',
  'in',
  'out',
  'responses',
  'deprecated',
  'documented',
  'onError',
  'errors',
  'use',
  'without',
] satisfies (keyof RouterOptions)[]

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

/** Routes of one pattern and handler, by method. */
export class MethodGroup<out Routes extends RouteMap = RouteMap> extends RouteGroup<Routes> {}

/**
 * Groups routes under a prefix, tags, inputs, responses, error handlers and middlewares that all of
 * them share. A group may be part of several others, or be included several times.
 *
 * @throws {OptionError} on unknown or impossible options, or a value that is no route
 */
export function router<const Routes extends RouteMap>(
  routes: Routes,
  options: RouterOptions = {},
): RouteGroup<Routes> {
  checkRouterOptions('router()', options)
  for (const [name, route] of Object.entries(routes)) {
    if (!isMember(route)) {
      throw new OptionError(`router().${name}`, route, 'a route such as get(...), or a router()')
    }
  }
  return new RouteGroup(routes, options)
}

/** What is passed to `include`: a route, or several. */
export type Includable = Route | RouteGroup | RouteMap

/**
 * Checks what is passed to `include`.
 *
 * @returns the route or group
 * @throws {OptionError} on unknown or impossible options, or a value that is no route
 */
export function checkIncluded(member: Includable, options: RouterOptions): Route | RouteGroup {
  checkRouterOptions('include()', options)
  if (isMember(member)) return member
  const members = typeof member === 'object' && member !== null ? Object.values(member) : []
  if (members.length > 0 && members.every(isMember)) return new RouteGroup(member, {})
  throw new OptionError('include()', member, 'a route, a router(), or an object of them')
}

function isMember(value: unknown): value is Route | RouteGroup {
  return value instanceof Route || value instanceof RouteGroup
}

function checkRouterOptions(where: string, options: RouterOptions): void {
  rejectUnknownOptions(where, options, OPTION_NAMES)
  const { prefix, tags, onError } = options
  if (prefix !== undefined && !isPrefix(prefix)) {
    throw new OptionError(`${where}.prefix`, prefix, "a path such as '/v1', without a final '/'")
  }
  if (tags !== undefined && !isListOf(tags, (tag) => typeof tag === 'string')) {
    throw new OptionError(`${where}.tags`, tags, 'an array of strings')
  }
  for (const name of ['deprecated', 'documented'] as const) {
    const value = options[name]
    if (value !== undefined && typeof value !== 'boolean') {
      throw new OptionError(`${where}.${name}`, value, 'true or false')
    }
  }
  if (onError !== undefined && !isListOf(onError, (rule) => rule instanceof ErrorRule)) {
    throw new OptionError(`${where}.onError`, onError, 'an array of onError(...)')
  }
  checkErrorFormat(where, options.errors)
  checkInputMap(`${where}.in`, options.in)
  adoptOut(where, options.out)
  checkRouteDocs(where, options)
  checkUse(where, options)
}

/** True for `/v1` and `/a/{b}`. */
export function isPrefix(value: unknown): value is string {
  return typeof value === 'string' && /^(\/[^/]+)+$/.test(value)
}

function isListOf(value: unknown, isRight: (member: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isRight)
}
