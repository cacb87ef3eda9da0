import { type Convertor, parsePattern as parseSegments } from '../http/index.ts'
import { int, num, type Schema, str, uuid } from '../schema/index.ts'

/** One parameter of a pattern. */
export interface PatternParameter {
  readonly name: string
  /** What the pattern says about the value: `int()` for `{id:int}`. */
  readonly schema: Schema<unknown>
}

/** A pattern as the app reads it. */
export interface ParsedPattern {
  /** As OpenAPI writes it: `/users/{id}`. */
  readonly openApiPath: string
  readonly parameters: readonly PatternParameter[]
}

/** @throws {RoutePatternError} if the pattern cannot be read */
export function parsePattern(pattern: string): ParsedPattern {
  const segments = parseSegments(pattern)
  const texts = segments.map((segment) =>
    segment.kind === 'literal' ? segment.text : `{${segment.name}}`,
  )
  return {
    openApiPath: `/${texts.join('/')}`,
    parameters: segments.flatMap((segment) =>
      segment.kind === 'literal'
        ? []
        : [{ name: segment.name, schema: schemaOf(segment.convertor) }],
    ),
  }
}

function schemaOf(convertor: Convertor): Schema<unknown> {
  switch (convertor) {
    case 'int':
      return int()
    case 'float':
      return num()
    case 'uuid':
      return uuid()
    case 'str':
    case 'path':
      return str()
  }
}
