import { OptionError } from '../../core/errors.ts'
import { integerOption } from '../../core/options.ts'
import { assertFits, SerializationError } from '../errors.ts'
import { INVALID, type Issues } from '../issue.ts'
import type { JsonSchema } from '../json-schema.ts'
import {
  checkSchemaOptions,
  defineSchema,
  type HasDefault,
  type Schema,
  type SchemaInfo,
} from '../schema.ts'
import { plural } from '../text.ts'
import { compareDecimals, isMultipleOf, parseDecimal, toDigits } from './decimal-text.ts'

/** Bounds are texts where a number would not be exact: `'0.1'`. */
export interface DecimalOptions extends SchemaInfo<string> {
  readonly min?: string | number
  readonly max?: string | number
  readonly above?: string | number
  readonly below?: string | number
  readonly multipleOf?: string | number
  /** Digits in all, without leading and trailing zeros. */
  readonly maxDigits?: number
  /** Digits after the point, without trailing zeros. */
  readonly decimalPlaces?: number
}

const BOUNDS = ['min', 'max', 'above', 'below', 'multipleOf'] as const

/**
 * A decimal fraction that is never rounded, for money: a text in the program and in JSON, in plain
 * notation (`12.50`; an exponent is worked out). Numbers of JSON are read too, as they are printed.
 *
 * At most 1,000 digits.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function decimal(options: DecimalOptions & HasDefault): Schema<string, string | undefined>
export function decimal(options?: DecimalOptions): Schema<string>
export function decimal(options: DecimalOptions = {}): Schema<string> {
  checkSchemaOptions('decimal', options, [...BOUNDS, 'maxDigits', 'decimalPlaces'])
  const checks = [digitsCheck(options), boundsCheck(options)]
  const checkText = (text: string, issues: Issues, input: unknown = text): unknown => {
    const value = parseDecimal(text)
    if (value === undefined) return refuse(text, input, issues)
    return checks.every((fits) => fits(value, input, issues)) ? value : INVALID
  }
  const check = (input: unknown, issues: Issues): unknown => {
    if (typeof input === 'string') return checkText(input, issues)
    if (typeof input === 'number') return checkText(String(input), issues, input)
    const message = 'Decimal input should be an integer, float, string or Decimal object'
    return issues.add('decimal_type', message, input)
  }
  return defineSchema(
    {
      kind: 'decimal',
      check,
      checkText: (text, issues) => checkText(text, issues),
      write: (value) => {
        if (typeof value !== 'string') throw new SerializationError('is not a decimal text')
        assertFits(check, value)
        return `"${parseDecimal(value)}"`
      },
      toJsonSchema: ({ mode }) => {
        const text = { pattern: PATTERN, type: 'string' }
        return mode === 'output' ? text : { anyOf: [numberFacts(options), text] }
      },
    },
    options,
  )
}

const PATTERN = '^[+-]?(?:\\d+(?:\\.\\d*)?|\\.\\d+)(?:[eE][+-]?\\d{1,3})?$'

function refuse(text: string, input: unknown, issues: Issues): typeof INVALID {
  return /^[+-]?(?:nan|inf(?:inity)?)$/i.test(text)
    ? issues.add('finite_number', 'Input should be a finite number', input)
    : issues.add('decimal_parsing', 'Input should be a valid decimal', input)
}

type DecimalCheck = (value: string, input: unknown, issues: Issues) => boolean

function digitsCheck({ maxDigits, decimalPlaces }: DecimalOptions): DecimalCheck {
  const most = integerOption('decimal().maxDigits', maxDigits, 1000, 1, 1000)
  const places = integerOption('decimal().decimalPlaces', decimalPlaces, 1000, 0, 1000)
  if (maxDigits !== undefined && decimalPlaces !== undefined && places > most) {
    throw new OptionError('decimal().decimalPlaces', places, `at most maxDigits (${most})`)
  }
  const whole = most - places
  return (value, input, issues) => {
    const { digits, decimals } = toDigits(value)
    if (maxDigits !== undefined && digits > most) {
      return tooMany('max_digits', most, `digit${plural(most)} in total`, input, issues)
    }
    if (decimalPlaces !== undefined && decimals > places) {
      return tooMany('decimal_places', places, `decimal place${plural(places)}`, input, issues)
    }
    if (maxDigits === undefined || decimalPlaces === undefined) return true
    if (digits - decimals <= whole) return true
    const rest = `digit${plural(whole)} before the decimal point`
    return tooMany('whole_digits', whole, rest, input, issues)
  }
}

function tooMany(
  fact: string,
  count: number,
  things: string,
  input: unknown,
  issues: Issues,
): boolean {
  const type = fact === 'decimal_places' ? 'decimal_max_places' : `decimal_${fact}`
  const message = `Decimal input should have no more than ${count} ${things}`
  issues.add(type, message, input, { [fact]: count })
  return false
}

/** How a value relates to a bound, in the order in which Pydantic asks. */
interface Relation {
  readonly option: (typeof BOUNDS)[number]
  readonly type: string
  readonly words: string
  readonly fact: string
  readonly holds: (value: string, bound: string) => boolean
}

const RELATIONS: readonly Relation[] = [
  {
    option: 'multipleOf',
    type: 'multiple_of',
    words: 'a multiple of',
    fact: 'multiple_of',
    holds: isMultipleOf,
  },
  {
    option: 'max',
    type: 'less_than_equal',
    words: 'less than or equal to',
    fact: 'le',
    holds: (value, bound) => compareDecimals(value, bound) <= 0,
  },
  {
    option: 'below',
    type: 'less_than',
    words: 'less than',
    fact: 'lt',
    holds: (value, bound) => compareDecimals(value, bound) < 0,
  },
  {
    option: 'min',
    type: 'greater_than_equal',
    words: 'greater than or equal to',
    fact: 'ge',
    holds: (value, bound) => compareDecimals(value, bound) >= 0,
  },
  {
    option: 'above',
    type: 'greater_than',
    words: 'greater than',
    fact: 'gt',
    holds: (value, bound) => compareDecimals(value, bound) > 0,
  },
]

function boundsCheck(options: DecimalOptions): DecimalCheck {
  const asked = RELATIONS.flatMap((relation) => {
    const bound = boundOf(relation.option, options[relation.option])
    return bound === undefined ? [] : [{ ...relation, bound }]
  })
  return (value, input, issues) => {
    const broken = asked.find(({ bound, holds }) => !holds(value, bound))
    if (broken === undefined) return true
    const { type, words, fact, bound } = broken
    issues.add(type, `Input should be ${words} ${bound}`, input, { [fact]: Number(bound) })
    return false
  }
}

function boundOf(name: string, bound: string | number | undefined): string | undefined {
  if (bound === undefined) return undefined
  const value = parseDecimal(String(bound))
  if (value === undefined) throw new OptionError(`decimal().${name}`, bound, 'a decimal number')
  if (name === 'multipleOf' && compareDecimals(value, '0') <= 0) {
    throw new OptionError('decimal().multipleOf', bound, 'above 0')
  }
  return value
}

function numberFacts({ min, max, above, below, multipleOf }: DecimalOptions): JsonSchema {
  const facts = {
    exclusiveMaximum: below,
    exclusiveMinimum: above,
    maximum: max,
    minimum: min,
    multipleOf,
  }
  const known = Object.entries(facts).filter(([, bound]) => bound !== undefined)
  return {
    ...Object.fromEntries(known.map(([keyword, bound]) => [keyword, Number(bound)])),
    type: 'number',
  }
}
