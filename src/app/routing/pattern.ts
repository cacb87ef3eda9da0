import { type Convertor, parsePattern as parseSegments } from '../../http/index.ts'
import { int, num, type Schema, str, uuid } from '../../schema/index.ts'

/** One parameter of a pattern. */
interface PatternParameter {
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

const SCHEMAS: Readonly<Record<Convertor, () => Schema<unknown>>> = {
  str,
  int,
  float: num,
  uuid,
  path: str,
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
        : [{ name: segment.name, schema: SCHEMAS[segment.convertor]() }],
    ),
  }
}
