import { OptionError } from '../core/errors.ts'
import { integerOption } from '../core/options.ts'
import type { Code } from './compile/code.ts'
import { withCode } from './compile/emit.ts'
import { assertFits, SerializationError } from './errors.ts'
import { INVALID, Issues } from './issue.ts'
import type { JsonSchema } from './json-schema.ts'
import {
  checkSchemaOptions,
  defineSchema,
  type HasDefault,
  type Schema,
  type SchemaDefinition,
  type SchemaInfo,
} from './schema.ts'
import { countCodePoints, plural, quote } from './text.ts'

export interface StrOptions extends SchemaInfo<string> {
  /** In code points. */
  readonly minLength?: number
  /** In code points. */
  readonly maxLength?: number
  /** Must match somewhere; anchor it with `^` and `$`. Runs on untrusted text: keep it linear. */
  readonly pattern?: string | RegExp
}

interface StrCheck {
  (text: string, issues: Issues): boolean
  /** An expression that says the same of the text with that name; without it the check is called. */
  readonly emit?: (code: Code, text: string) => string
}

/**
 * Text.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function str(options: StrOptions & HasDefault): Schema<string, string | undefined>
export function str(options?: StrOptions): Schema<string>
export function str(options: StrOptions = {}): Schema<string> {
  checkSchemaOptions('str', options, ['minLength', 'maxLength', 'pattern'])
  const pattern = compilePattern(options.pattern)
  const checks = [...compileLength(options), ...(pattern === undefined ? [] : [matches(pattern)])]
  const facts: JsonSchema = { type: 'string' }
  if (options.maxLength !== undefined) facts['maxLength'] = options.maxLength
  if (options.minLength !== undefined) facts['minLength'] = options.minLength
  if (pattern !== undefined) facts['pattern'] = pattern.source
  return defineSchema(textDefinition('str', checks, facts), options)
}

/** A schema whose values are strings on both sides: `str`, `email`, `uuid`, `date`. */
export function textDefinition(
  kind: string,
  checks: readonly StrCheck[],
  facts: JsonSchema,
): SchemaDefinition {
  const [first, second, ...more] = checks
  if (more.length > 0) return textDefinition(kind, [all(checks)], facts)
  const checkText = (text: string, issues: Issues): unknown => {
    if (first !== undefined && !first(text, issues)) return INVALID
    return second === undefined || second(text, issues) ? text : INVALID
  }
  const emitTest = (code: Code, text: string): string => {
    code.failIf(`typeof ${text} !== 'string'`)
    for (const each of checks) {
      const call = (): string => `${code.constant(each)}(${text}, ${code.issues})`
      code.failIf(`!(${each.emit?.(code, text) ?? call()})`)
    }
    return text
  }
  const check = withCode(
    (input: unknown, issues: Issues): unknown =>
      typeof input === 'string'
        ? checkText(input, issues)
        : issues.add('string_type', 'Input should be a valid string', input),
    emitTest,
  )
  return {
    kind,
    check,
    checkText,
    write: withCode((value: unknown) => {
      if (typeof value !== 'string') throw new SerializationError('is not a string')
      if (first !== undefined) assertFits(check, value)
      return quote(value)
    }, emitTest),
    toJsonSchema: () => facts,
  }
}

function all(checks: readonly StrCheck[]): StrCheck {
  return (text, issues) => checks.every((check) => check(text, issues))
}

function compileLength({ minLength, maxLength }: StrOptions): StrCheck[] {
  const min = integerOption('str().minLength', minLength, 0)
  const max = integerOption('str().maxLength', maxLength, Number.MAX_SAFE_INTEGER)
  if (min > max) throw new OptionError('str().minLength', min, `at most maxLength (${max})`)
  if (minLength === undefined && maxLength === undefined) return []
  const emit = (code: Code, text: string): string =>
    `(${text}.length >= ${2 * min} && ${text}.length <= ${max}) || ` +
    `${code.constant(isWithin)}(${text}, ${min}, ${max})`
  const check = (text: string, issues: Issues): boolean => {
    // A string of n UTF-16 units has n / 2 to n code points: count only when that leaves doubt.
    if (text.length >= 2 * min && text.length <= max) return true
    const length = countCodePoints(text)
    if (length < min) {
      const message = `String should have at least ${min} character${plural(min)}`
      issues.add('string_too_short', message, text, { min_length: min })
    } else if (length > max) {
      const message = `String should have at most ${max} character${plural(max)}`
      issues.add('string_too_long', message, text, { max_length: max })
    } else {
      return true
    }
    return false
  }
  return [withCode(check, emit)]
}

function isWithin(text: string, min: number, max: number): boolean {
  const length = countCodePoints(text)
  return length >= min && length <= max
}

/** Without `g` and `y`: those make a pattern remember where the last match ended. */
function compilePattern(pattern: string | RegExp | undefined): RegExp | undefined {
  if (pattern === undefined) return undefined
  if (typeof pattern !== 'string') {
    return new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ''))
  }
  try {
    return new RegExp(pattern, 'u')
  } catch {
    throw new OptionError('str().pattern', pattern, 'a regular expression')
  }
}

function matches(pattern: RegExp): StrCheck {
  const message = `String should match pattern '${pattern.source}'`
  return withCode(
    (text: string, issues: Issues): boolean => {
      if (pattern.test(text)) return true
      issues.add('string_pattern_mismatch', message, text, { pattern: pattern.source })
      return false
    },
    (code: Code, text: string): string => `${code.constant(pattern)}.test(${text})`,
  )
}
