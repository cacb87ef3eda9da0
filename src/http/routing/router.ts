import { RouteConflictError } from './errors.ts'
import { type PatternSegment, parsePattern } from './pattern.ts'
import { RouteNode } from './route-tree.ts'

/** What a router says about a method and a path. */
export type RouteMatch<T> =
  | RouteFound<T>
  | { readonly kind: 'not-found' }
  | { readonly kind: 'method-not-allowed'; readonly allowed: readonly string[] }

export interface RouteFound<T> {
  /**
   * `unconvertible`: the path has the shape of this route and of no other, but a segment is not
   * what its convertor asks for. Answer 404 as Starlette does, or 422 as FastAPI does.
   */
  readonly kind: 'found' | 'unconvertible'
  readonly value: T
  readonly pattern: string
  /** Decoded values of the parameters, in the order of the pattern. */
  readonly params: readonly string[]
  /** Names of the parameters, in the same order. */
  readonly names: readonly string[]
}

const NOT_FOUND = { kind: 'not-found' } as const
const NONE: readonly string[] = []

class MethodRoutes<T> {
  /** Whole paths without parameters: one look-up. */
  readonly literals = new Map<string, RouteFound<T>>()
  readonly root = new RouteNode<T>()
}

/**
 * Finds the value stored for a method and a path.
 *
 * Patterns have parameters as Starlette's: `{id}`, `{id:int}`, `{x:float}`, `{id:uuid}`, and
 * `{rest:path}` at the end, which takes slashes and may be empty. Order of insertion does not
 * matter: a literal beats a parameter, `int` beats `float` beats `uuid` beats `str`, and these beat
 * `path`. A trailing slash makes another path.
 *
 * The path is split at its slashes first and decoded then, so `%2F` stays within its segment (a
 * `path` parameter is decoded as a whole). A malformed percent-encoding matches nothing.
 */
export class Router<T> {
  readonly #methods = new Map<string, MethodRoutes<T>>()

  /**
   * Adds a route.
   *
   * @throws {RoutePatternError} if the pattern cannot be read
   * @throws {RouteConflictError} if a route of the method has the same shape, `/a/{x}` and `/a/{y}`
   * included
   */
  insert(method: string, pattern: string, value: T): void {
    const segments = parsePattern(pattern)
    let routes = this.#methods.get(method)
    if (routes === undefined) {
      routes = new MethodRoutes<T>()
      this.#methods.set(method, routes)
    }
    let node = routes.root
    for (const segment of segments) node = node.childFor(segment)
    if (node.route !== undefined) throw new RouteConflictError(method, pattern, node.route.pattern)
    node.route = { pattern, value, names: namesOf(segments) }
    if (node.route.names.length === 0) {
      routes.literals.set(pattern, { kind: 'found', value, pattern, params: NONE, names: NONE })
    }
  }

  /**
   * Looks a path up. HEAD falls back to the GET route.
   *
   * @param path - percent-encoded, without the query
   */
  match(method: string, path: string): RouteMatch<T> {
    const found = this.#methods.get(method)?.literals.get(path)
    if (found !== undefined) return found
    const matched = this.#find(method, path, false)
    if (matched !== undefined) return matched
    if (method === 'HEAD') {
      const viaGet = this.match('GET', path)
      if (viaGet.kind === 'found' || viaGet.kind === 'unconvertible') return viaGet
    }
    return this.#find(method, path, true) ?? this.#otherMethods(path)
  }

  #find(method: string, path: string, isLenient: boolean): RouteFound<T> | undefined {
    const routes = this.#methods.get(method)
    if (routes === undefined || !path.startsWith('/')) return undefined
    const params: string[] = []
    const route = routes.root.find(path, 1, params, isLenient)
    if (route === undefined) return undefined
    const { value, pattern, names } = route
    return { kind: isLenient ? 'unconvertible' : 'found', value, pattern, params, names }
  }

  /** RFC 9110, 15.5.6: a 405 lists what is allowed. */
  #otherMethods(path: string): RouteMatch<T> {
    const allowed: string[] = []
    for (const method of this.#methods.keys()) {
      if (this.#find(method, path, false) !== undefined) allowed.push(method)
    }
    if (allowed.length === 0) return NOT_FOUND
    if (allowed.includes('GET') && !allowed.includes('HEAD')) allowed.push('HEAD')
    return { kind: 'method-not-allowed', allowed: allowed.toSorted() }
  }
}

function namesOf(segments: readonly PatternSegment[]): readonly string[] {
  const names: string[] = []
  for (const segment of segments) if (segment.kind === 'parameter') names.push(segment.name)
  return names
}
