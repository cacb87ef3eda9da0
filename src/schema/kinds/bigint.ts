import { OptionError } from '../../core/errors.ts'
import { assertFits, SerializationError } from '../errors.ts'
import { INVALID, type Issues } from '../issue.ts'
import { checkSchemaOptions, defineSchema, type Schema, type SchemaInfo } from '../schema.ts'

export interface BigintOptions extends SchemaInfo<bigint> {
  readonly min?: bigint
  readonly max?: bigint
}

/**
 * A whole number of any size: a `bigint` in the program, a text of digits in JSON, because numbers
 * of JSON are rounded beyond 2^53 by most who read them. Exact numbers are read as well.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function bigint(options: BigintOptions = {}): Schema<bigint> {
  checkSchemaOptions('bigint', options, ['min', 'max'])
  const { min, max } = options
  for (const [name, bound] of Object.entries({ min, max })) {
    if (bound === undefined || typeof bound === 'bigint') continue
    throw new OptionError(`bigint().${name}`, bound, 'a bigint')
  }
  const within = (value: bigint, input: unknown, issues: Issues): unknown => {
    if (min !== undefined && value < min) {
      const message = `Input should be greater than or equal to ${min}`
      return issues.add('greater_than_equal', message, input, { ge: String(min) })
    }
    if (max !== undefined && value > max) {
      const message = `Input should be less than or equal to ${max}`
      return issues.add('less_than_equal', message, input, { le: String(max) })
    }
    return value
  }
  const checkText = (text: string, issues: Issues): unknown =>
    DIGITS.test(text) ? within(BigInt(text), text, issues) : refuseText(text, issues)
  const check = (input: unknown, issues: Issues): unknown => {
    if (typeof input === 'string') return checkText(input, issues)
    if (typeof input === 'bigint') return within(input, input, issues)
    return Number.isSafeInteger(input)
      ? within(BigInt(input as number), input, issues)
      : refuse(input, issues)
  }
  return defineSchema(
    {
      kind: 'int',
      check,
      checkText,
      write: (value) => {
        if (typeof value !== 'bigint') throw new SerializationError('is not a bigint')
        if (min !== undefined || max !== undefined) assertFits(check, value)
        return `"${value}"`
      },
      toJsonSchema: (refs) => {
        const text = { type: 'string', pattern: '^-?\\d{1,1000}$' }
        return refs.mode === 'output' ? text : { anyOf: [{ type: 'integer' }, text] }
      },
    },
    options,
  )
}

/** Bounded: to read a number of n digits takes more than n steps. */
const DIGITS = /^-?\d{1,1000}$/

function refuseText(text: string, issues: Issues): typeof INVALID {
  const message = 'Input should be a valid integer, unable to parse string as an integer'
  return issues.add('int_parsing', message, text)
}

function refuse(input: unknown, issues: Issues): typeof INVALID {
  if (typeof input !== 'number') {
    return issues.add('int_type', 'Input should be a valid integer', input)
  }
  if (Number.isInteger(input)) {
    const message = 'Input should be a text of digits: as a number it was rounded'
    return issues.add('int_parsing_size', message, input)
  }
  const message = 'Input should be a valid integer, got a number with a fractional part'
  return issues.add('int_from_float', message, input)
}
