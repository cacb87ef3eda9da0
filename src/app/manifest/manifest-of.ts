import { OptionError } from '../../core/errors.ts'
import { parsePattern } from '../../http/index.ts'
import { Dependency } from '../dependencies/dependency.ts'
import { isEmbedded } from '../inputs/embedded-body.ts'
import { Input, type InputMap, type InputSource } from '../inputs/input.ts'
import { wireName } from '../inputs/readers.ts'
import type { OutMap, Route } from '../routing/route.ts'
import { RouteGroup, type RouterOptions } from '../routing/router.ts'
import { WebSocketRoute } from '../routing/websocket-route.ts'
import type {
  ArgumentPlace,
  Manifest,
  ManifestInput,
  ManifestRoute,
  ManifestRoutes,
} from './manifest.ts'

const PLACES: Readonly<Partial<Record<InputSource, ArgumentPlace>>> = {
  path: 'path',
  query: 'query',
  header: 'header',
  cookie: 'cookie',
  body: 'body',
  rawBody: 'rawBody',
  bodyStream: 'rawBody',
  parts: 'rawBody',
  form: 'form',
  file: 'file',
  files: 'files',
}

/**
 * What clients of a router have to know at run time: method, path and the places of the arguments of
 * each route, by name. Plain JSON, without schemas, handlers or anything else of the server.
 *
 * @param api - what `typeof api` the client is made for
 * @throws {OptionError} if it is no router
 */
export function manifestOf(api: RouteGroup): Manifest {
  if (!(api instanceof RouteGroup)) {
    throw new OptionError('manifestOf()', api, 'a router(), whose names the client calls')
  }
  return { version: 1, routes: routesOf(api, []) }
}

function routesOf(group: RouteGroup, outer: readonly RouterOptions[]): ManifestRoutes {
  const around = [...outer, group.options]
  return Object.fromEntries(
    Object.entries(group.routes).map(([name, member]) => [
      name,
      member instanceof RouteGroup ? { routes: routesOf(member, around) } : routeOf(member, around),
    ]),
  )
}

function routeOf(route: Route, around: readonly RouterOptions[]): ManifestRoute {
  const prefix = around.map((options) => options.prefix ?? '').join('')
  const inputs = new Map<string, ManifestInput>()
  const segments = parsePattern(prefix + route.pattern).map((segment) => {
    if (segment.kind === 'literal') return segment.text
    const { name, convertor } = segment
    inputs.set(name, [name, convertor === 'path' ? 'rest' : 'path'])
    return `{${name}}`
  })
  const bodies: { input: Input<unknown> }[] = []
  for (const { in: guard = {} } of around) collect(guard, inputs, bodies)
  collect(route.inputs, inputs, bodies)
  if (isEmbedded(bodies)) {
    for (const [name, [, place, wire = name]] of inputs) {
      if (place === 'body') inputs.set(name, [name, 'bodyKey', wire])
    }
  }
  const method = route instanceof WebSocketRoute ? 'WEBSOCKET' : route.method
  const known = { method, path: `/${segments.join('/')}`, inputs: [...inputs.values()] }
  return route.out === undefined ? known : { ...known, statuses: statusesOf(route, around) }
}

function statusesOf(route: Route, around: readonly RouterOptions[]): number[] {
  const declared = Object.assign({}, ...around.map(({ out }) => out), route.out) as OutMap
  return Object.keys(declared).map(Number)
}

/** Inputs of dependencies are arguments of the call, too; those of the route itself stand above them. */
function collect(
  declared: InputMap,
  inputs: Map<string, ManifestInput>,
  bodies: { input: Input<unknown> }[],
): void {
  for (const value of Object.values(declared)) {
    if (value instanceof Dependency) collect(value.inputs, inputs, bodies)
  }
  for (const [name, value] of Object.entries(declared)) {
    if (!(value instanceof Input)) continue
    const place = PLACES[value.source as InputSource]
    if (place === undefined) continue
    if (value.source === 'path' && inputs.has(name)) continue
    const wire = wireName(value, name)
    if (place === 'body' && inputs.get(name)?.[1] !== 'body') bodies.push({ input: value })
    inputs.set(name, wire === name ? [name, place] : [name, place, wire])
  }
}
