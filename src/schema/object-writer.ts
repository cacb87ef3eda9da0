import { SerializationError } from './errors.ts'
import { isPlainObject } from './record.ts'
import type { Check, IsPlain, Schema, Write } from './schema.ts'

/** One declared key, ready for the loops over objects. */
export interface Field {
  readonly key: string
  readonly schema: Schema<unknown>
  readonly check: Check
  readonly write: Write
  readonly isPlain: IsPlain
  readonly isOptional: boolean
  /** Every object has such a key by inheritance (`constructor`), so look whether it is its own. */
  readonly isInherited: boolean
  /** The key as it stands in JSON text, with its colon. */
  readonly label: string
}

/**
 * JSON text with the declared keys only, in the order of declaration.
 *
 * @throws {SerializationError} with the path to the first value that does not fit
 */
export function writeFields(plan: readonly Field[], value: unknown): string {
  if (!isPlainObject(value)) throw new SerializationError('is not an object')
  let text = '{'
  let at = 0
  try {
    for (; at < plan.length; at++) {
      const field = plan[at]!
      let item =
        field.isInherited && !Object.hasOwn(value, field.key) ? undefined : value[field.key]
      if (item === undefined) {
        if (field.schema.hasDefault) item = field.schema.makeDefault()
        else if (field.isOptional) continue
        else throw new SerializationError('is missing')
      }
      text += (text.length === 1 ? '' : ',') + field.label + field.write(item)
    }
  } catch (error) {
    throw error instanceof SerializationError ? error.within(plan[at]!.key) : error
  }
  return `${text}}`
}

/**
 * True for plain objects whose own keys are declared ones in the order of declaration.
 *
 * One walk over the keys: the engine reads `value[key]` in such a loop by position, without a
 * look-up, and a key out of order is rare enough to be written the slow way.
 */
export function hasPlainFields(plan: readonly Field[], value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (Object.getPrototypeOf(value) !== Object.prototype) return false
  let at = 0
  for (const key in value) {
    while (at < plan.length && plan[at]!.key !== key) if (!mayBeAbsent(plan[at++]!)) return false
    const field = plan[at++]
    if (field === undefined) return false
    if (!field.isPlain((value as Record<string, unknown>)[key])) return false
  }
  while (at < plan.length) if (!mayBeAbsent(plan[at++]!)) return false
  return true
}

export function mayBeAbsent(field: Field): boolean {
  return field.isOptional && !field.schema.hasDefault
}
