import {
  BOUND_OPTIONS,
  type Bounds,
  boundsToJsonSchema,
  compileBounds,
  emitBounds,
} from './bounds.ts'
import { withCode } from './compile/emit.ts'
import { assertFits, SerializationError } from './errors.ts'
import { INVALID, Issues } from './issue.ts'
import {
  checkSchemaOptions,
  defineSchema,
  type HasDefault,
  type Schema,
  type SchemaInfo,
} from './schema.ts'

export interface IntOptions extends Bounds, SchemaInfo<number> {}

/**
 * A whole number that JavaScript holds exactly, from -(2^53 - 1) to 2^53 - 1.
 *
 * Text may have a sign, surrounding blanks, `_` between digits and a fraction of zeros, as Pydantic
 * allows. Numbers beyond the safe range are refused, never rounded.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function int(options: IntOptions & HasDefault): Schema<number, number | undefined>
export function int(options?: IntOptions): Schema<number>
export function int(options: IntOptions = {}): Schema<number> {
  checkSchemaOptions('int', options, BOUND_OPTIONS)
  const bounded = compileBounds('int', options)
  const within = (value: number, input: unknown, issues: Issues): unknown =>
    bounded === undefined || bounded(value, input, issues) ? value : INVALID
  const withinItself = (value: unknown, issues: Issues): unknown =>
    within(value as number, value, issues)
  return defineSchema(
    {
      kind: 'int',
      check: withCode(
        (input: unknown, issues: Issues) =>
          Number.isSafeInteger(input)
            ? within(input as number, input, issues)
            : refuse(input, issues),
        (code, input) => {
          code.failIf(`!Number.isSafeInteger(${input})`)
          emitBounds(options, code, input)
          return input
        },
      ),
      checkText: (text, issues) => {
        const value = parseInteger(text)
        return value === undefined ? refuseText(text, issues) : within(value, text, issues)
      },
      write: withCode(
        (value: unknown) => {
          // A database gives `bigint` for int8: exact, so it may leave as a number.
          if (!Number.isSafeInteger(value) && typeof value !== 'bigint') {
            throw new SerializationError('is not an integer')
          }
          if (bounded !== undefined) assertFits(withinItself, Number(value))
          return `${value as number}`
        },
        (code, value) => {
          const result = code.name()
          code.line(`const ${result} = typeof ${value} === 'bigint' ? Number(${value}) : ${value}`)
          code.failIf(`!Number.isSafeInteger(${result})`)
          emitBounds(options, code, result)
          return result
        },
      ),
      toJsonSchema: () => ({ type: 'integer', ...boundsToJsonSchema(options) }),
    },
    options,
  )
}

function refuse(input: unknown, issues: Issues): typeof INVALID {
  if (typeof input !== 'number') {
    return issues.add('int_type', 'Input should be a valid integer', input)
  }
  if (Number.isInteger(input)) return issues.add('int_parsing_size', TOO_LARGE, input)
  const message = 'Input should be a valid integer, got a number with a fractional part'
  return issues.add('int_from_float', message, input)
}

const TOO_LARGE = 'Unable to parse input string as an integer, exceeded maximum size'
const INTEGER = /^[+-]?\d+(?:_\d+)*(?:\.0+)?$/

/** `undefined` if the text is no integer, or one that JavaScript cannot hold. */
function parseInteger(text: string): number | undefined {
  if (text.length > 0 && text.length <= 15) {
    let value = 0
    let at = 0
    for (; at < text.length; at++) {
      const digit = text.charCodeAt(at) - 48
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
    }
    if (at === text.length) return value
  }
  const trimmed = text.trim()
  if (!INTEGER.test(trimmed)) return undefined
  const value = Number(trimmed.replaceAll('_', ''))
  // Adding 0 turns the -0 of '-0' into 0.
  return Number.isSafeInteger(value) ? value + 0 : undefined
}

function refuseText(text: string, issues: Issues): typeof INVALID {
  if (INTEGER.test(text.trim())) return issues.add('int_parsing_size', TOO_LARGE, text)
  const message = 'Input should be a valid integer, unable to parse string as an integer'
  return issues.add('int_parsing', message, text)
}
