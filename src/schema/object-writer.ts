import { SerializationError } from './errors.ts'
import { isPlainObject } from './record.ts'
import type { Check, Schema, Write } from './schema.ts'

/** One declared key, ready for the loops over objects. */
export interface Field {
  readonly key: string
  readonly schema: Schema<unknown>
  readonly check: Check
  readonly write: Write
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

export function mayBeAbsent(field: Field): boolean {
  return field.isOptional && !field.schema.hasDefault
}
