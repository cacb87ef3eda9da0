import { INVALID, type Issues } from './issue.ts'

/**
 * The value if it lies between the bounds, both of which belong to the range.
 *
 * @param describe - a bound, for messages
 */
export function reportRange<Value extends string | number | Date>(
  value: Value,
  input: unknown,
  min: Value | undefined,
  max: Value | undefined,
  issues: Issues,
  describe: (bound: Value) => string = String,
): Value | typeof INVALID {
  if (max !== undefined && value > max) {
    const le = describe(max)
    return issues.add('less_than_equal', `Input should be less than or equal to ${le}`, input, {
      le,
    })
  }
  if (min !== undefined && value < min) {
    const ge = describe(min)
    const message = `Input should be greater than or equal to ${ge}`
    return issues.add('greater_than_equal', message, input, { ge })
  }
  return value
}
