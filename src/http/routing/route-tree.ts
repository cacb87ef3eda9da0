import { decodeSegment, isConvertible } from './convertor.ts'
import type { Convertor, PatternSegment } from './pattern.ts'

/** What is stored at the end of a pattern. */
export interface Route<T> {
  readonly pattern: string
  readonly value: T
  readonly names: readonly string[]
}

/** Narrower convertors are tried first: `/{id:int}` and `/{name}` may stand side by side. */
const PRECEDENCE: readonly Convertor[] = ['int', 'float', 'uuid', 'str']

interface ParameterEdge<T> {
  readonly convertor: Convertor
  readonly node: RouteNode<T>
}

/** One segment of the paths of a method: a tree with a level for each slash. */
export class RouteNode<T> {
  readonly #literals = new Map<string, RouteNode<T>>()
  #parameters: ParameterEdge<T>[] = []
  #rest: RouteNode<T> | undefined
  route: Route<T> | undefined

  /** The node below for a segment of a pattern, made if it is not there. */
  childFor(segment: PatternSegment): RouteNode<T> {
    if (segment.kind === 'literal') {
      const child = this.#literals.get(segment.text) ?? new RouteNode<T>()
      this.#literals.set(segment.text, child)
      return child
    }
    if (segment.convertor === 'path') return (this.#rest ??= new RouteNode<T>())
    const existing = this.#parameters.find((edge) => edge.convertor === segment.convertor)
    if (existing !== undefined) return existing.node
    const edge = { convertor: segment.convertor, node: new RouteNode<T>() }
    this.#parameters = [...this.#parameters, edge].toSorted(
      (a, b) => PRECEDENCE.indexOf(a.convertor) - PRECEDENCE.indexOf(b.convertor),
    )
    return edge.node
  }

  /**
   * Finds the route of a path: a literal beats a parameter, a parameter beats the rest.
   *
   * @param start - offset behind the slash in front of this level's segment
   * @param params - values so far; those of the route found are left in it
   * @param isLenient - takes a segment also where it is not what the convertor asks for
   */
  find(path: string, start: number, params: string[], isLenient: boolean): Route<T> | undefined {
    const slash = path.indexOf('/', start)
    const end = slash === -1 ? path.length : slash
    const text = decodeSegment(path.substring(start, end))
    if (text === undefined) return undefined
    const literal = this.#literals.get(text)
    if (literal !== undefined) {
      const found = literal.#below(path, end, params, isLenient)
      if (found !== undefined) return found
    }
    if (text !== '') {
      for (const { convertor, node } of this.#parameters) {
        if (!isLenient && !isConvertible(convertor, text)) continue
        params.push(text)
        const found = node.#below(path, end, params, isLenient)
        if (found !== undefined) return found
        params.pop()
      }
    }
    return this.#findRest(path, start, params)
  }

  #below(path: string, end: number, params: string[], isLenient: boolean): Route<T> | undefined {
    return end === path.length ? this.route : this.find(path, end + 1, params, isLenient)
  }

  #findRest(path: string, start: number, params: string[]): Route<T> | undefined {
    if (this.#rest === undefined) return undefined
    const rest = decodeSegment(path.substring(start))
    if (rest === undefined) return undefined
    params.push(rest)
    return this.#rest.route
  }
}
