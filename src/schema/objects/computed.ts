import { OptionError } from '../../core/errors.ts'
import { Schema } from '../schema.ts'

/** A key that is worked out from the others when the object is written. */
export interface Computed<in Value> {
  readonly schema: Schema<unknown>
  readonly compute: (value: Value) => unknown
}

/**
 * A key of answers that is worked out from the rest of the object; it stands in the `computed`
 * option of `object`, and in JSON Schema as a `readOnly` key that is always there.
 *
 * @param schema - of the result
 * @param compute - gets the value as the program has it, before it is written
 * @throws {OptionError} unless given a schema and a function
 */
export function computed<Value, Result>(
  schema: Schema<Result>,
  compute: (value: Value) => Result,
): Computed<Value> {
  if (!(schema instanceof Schema)) throw new OptionError('computed()', schema, 'a schema')
  if (typeof compute !== 'function') throw new OptionError('computed()', compute, 'a function')
  return { schema, compute }
}
