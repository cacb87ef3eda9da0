import { RoutePatternError } from './errors.ts'

/** What a path parameter may hold; `path` also takes slashes, and the rest of the path. */
export type Convertor = 'str' | 'int' | 'float' | 'uuid' | 'path'

/** One part of a pattern between two slashes. */
export type PatternSegment =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'parameter'; readonly name: string; readonly convertor: Convertor }

const CONVERTORS: readonly string[] = ['str', 'int', 'float', 'uuid', 'path']
const PARAMETER = /^\{([A-Za-z_]\w*)(?::(\w+))?\}$/

/**
 * Reads a pattern such as `/users/{id:int}/files/{rest:path}`.
 *
 * @throws {RoutePatternError} if it does not start with `/`, a parameter does not fill its segment,
 * a convertor is unknown, a name occurs twice, or something follows a `path` parameter
 */
export function parsePattern(pattern: string): readonly PatternSegment[] {
  if (!pattern.startsWith('/')) throw new RoutePatternError(pattern, 'it must start with /')
  if (/[?#]/.test(pattern)) throw new RoutePatternError(pattern, 'it must not contain ? or #')
  const names = new Set<string>()
  const texts = pattern.slice(1).split('/')
  return texts.map((text, index) => {
    const segment = parseSegment(pattern, text)
    if (segment.kind === 'literal') return segment
    if (names.has(segment.name)) {
      throw new RoutePatternError(pattern, `the parameter ${segment.name} occurs twice`)
    }
    names.add(segment.name)
    if (segment.convertor === 'path' && index < texts.length - 1) {
      throw new RoutePatternError(pattern, 'nothing can follow a path parameter')
    }
    return segment
  })
}

function parseSegment(pattern: string, text: string): PatternSegment {
  if (!/[{}]/.test(text)) return { kind: 'literal', text }
  const [, name, convertor = 'str'] = PARAMETER.exec(text) ?? []
  if (name === undefined) {
    throw new RoutePatternError(
      pattern,
      `${text} must be {name} or {name:convertor}, alone between slashes`,
    )
  }
  if (!CONVERTORS.includes(convertor)) {
    throw new RoutePatternError(
      pattern,
      `unknown convertor ${convertor}; known are ${CONVERTORS.join(', ')}`,
    )
  }
  return { kind: 'parameter', name, convertor: convertor as Convertor }
}
