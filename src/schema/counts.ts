import { OptionError } from '../core/errors.ts'
import { integerOption } from '../core/options.ts'
import type { Issues } from './issue.ts'
import type { JsonSchema } from './json-schema.ts'
import { plural } from './text.ts'

/** How many items a collection may have. */
export interface Counts {
  readonly minItems?: number
  readonly maxItems?: number
}

export const COUNT_OPTIONS: readonly string[] = ['minItems', 'maxItems']

/** True if the count is within bounds; reports otherwise. */
export type CountCheck = (count: number, input: unknown, issues: Issues) => boolean

/**
 * @param builder - for messages about options: `set`
 * @param noun - for messages about values, as Pydantic names them: `Set`
 * @throws {OptionError} on impossible counts
 */
export function compileCounts(builder: string, noun: string, counts: Counts): CountCheck {
  const min = integerOption(`${builder}().minItems`, counts.minItems, 0)
  const max = integerOption(`${builder}().maxItems`, counts.maxItems, Number.MAX_SAFE_INTEGER)
  if (min > max) throw new OptionError(`${builder}().minItems`, min, `at most maxItems (${max})`)
  return (count, input, issues) => {
    if (count >= min && count <= max) return true
    const isShort = count < min
    const limit = isShort ? min : max
    issues.add(
      isShort ? 'too_short' : 'too_long',
      `${noun} should have at ${isShort ? 'least' : 'most'} ${limit} item${plural(limit)} after validation, not ${count}`,
      input,
      { field_type: noun, [isShort ? 'min_length' : 'max_length']: limit, actual_length: count },
    )
    return false
  }
}

/** @param things - the end of the keywords: `Items` or `Properties` */
export function countsToJsonSchema(counts: Counts, things = 'Items'): JsonSchema {
  const result: JsonSchema = {}
  if (counts.maxItems !== undefined) result[`max${things}`] = counts.maxItems
  if (counts.minItems !== undefined) result[`min${things}`] = counts.minItems
  return result
}
