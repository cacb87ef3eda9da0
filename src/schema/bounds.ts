import { OptionError } from '../core/errors.ts'
import type { Code } from './compile/code.ts'
import type { Issues } from './issue.ts'
import type { JsonSchema } from './json-schema.ts'

/** Limits of a number; `min` and `max` belong to the range, `above` and `below` do not. */
export interface Bounds {
  readonly min?: number
  readonly max?: number
  readonly above?: number
  readonly below?: number
  readonly multipleOf?: number
}

export const BOUND_OPTIONS: readonly string[] = ['min', 'max', 'above', 'below', 'multipleOf']

/** Reports the bound that `value`, read from `input`, breaks; `undefined` if there is none. */
export type BoundsCheck = ((value: number, input: unknown, issues: Issues) => boolean) | undefined

/**
 * @returns true from the check if all bounds hold
 * @throws {OptionError} if a bound is not a finite number
 */
export function compileBounds(builder: string, bounds: Bounds): BoundsCheck {
  const { min, max, above, below, multipleOf } = bounds
  for (const name of BOUND_OPTIONS) {
    const value = bounds[name as keyof Bounds]
    if (value !== undefined && !Number.isFinite(value)) {
      throw new OptionError(`${builder}().${name}`, value, 'a finite number')
    }
  }
  if (multipleOf !== undefined && multipleOf <= 0) {
    throw new OptionError(`${builder}().multipleOf`, multipleOf, 'above 0')
  }
  const isFree = [min, max, above, below, multipleOf].every((bound) => bound === undefined)
  if (isFree) return undefined
  const low = min ?? Number.NEGATIVE_INFINITY
  const high = max ?? Number.POSITIVE_INFINITY
  const under = above ?? Number.NEGATIVE_INFINITY
  const over = below ?? Number.POSITIVE_INFINITY
  return (value, input, issues) => {
    if (value >= low && value <= high && value > under && value < over) {
      if (multipleOf === undefined || isMultiple(value, multipleOf)) return true
    }
    report(bounds, value, input, issues)
    return false
  }
}

/** Leaves unless the number named `value` is within the bounds. */
export function emitBounds(bounds: Bounds, code: Code, value: string): void {
  const { min, max, above, below, multipleOf } = bounds
  const broken: string[] = []
  if (min !== undefined) broken.push(`${value} < ${min}`)
  if (max !== undefined) broken.push(`${value} > ${max}`)
  if (above !== undefined) broken.push(`${value} <= ${above}`)
  if (below !== undefined) broken.push(`${value} >= ${below}`)
  if (multipleOf !== undefined) {
    broken.push(`!${code.constant(isMultiple)}(${value}, ${multipleOf})`)
  }
  if (broken.length > 0) code.failIf(broken.join(' || '))
}

function report(bounds: Bounds, value: number, input: unknown, issues: Issues): void {
  const { min, max, above, below, multipleOf } = bounds
  const should = 'Input should be'
  if (multipleOf !== undefined && !isMultiple(value, multipleOf)) {
    const ctx = { multiple_of: multipleOf }
    issues.add('multiple_of', `${should} a multiple of ${multipleOf}`, input, ctx)
  } else if (max !== undefined && value > max) {
    issues.add('less_than_equal', `${should} less than or equal to ${max}`, input, { le: max })
  } else if (below !== undefined && value >= below) {
    issues.add('less_than', `${should} less than ${below}`, input, { lt: below })
  } else if (min !== undefined && value < min) {
    issues.add('greater_than_equal', `${should} greater than or equal to ${min}`, input, {
      ge: min,
    })
  } else if (above !== undefined) {
    issues.add('greater_than', `${should} greater than ${above}`, input, { gt: above })
  }
}

/** Tolerates the rounding of decimal fractions: 0.3 is a multiple of 0.1. */
function isMultiple(value: number, factor: number): boolean {
  const quotient = value / factor
  return Math.abs(quotient - Math.round(quotient)) <= Math.abs(quotient) * 1e-12
}

export function boundsToJsonSchema(bounds: Bounds): JsonSchema {
  const result: JsonSchema = {}
  if (bounds.max !== undefined) result['maximum'] = bounds.max
  if (bounds.below !== undefined) result['exclusiveMaximum'] = bounds.below
  if (bounds.min !== undefined) result['minimum'] = bounds.min
  if (bounds.above !== undefined) result['exclusiveMinimum'] = bounds.above
  if (bounds.multipleOf !== undefined) result['multipleOf'] = bounds.multipleOf
  return result
}
