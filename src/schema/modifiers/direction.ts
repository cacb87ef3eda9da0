import { OptionError } from '../../core/errors.ts'
import type { OptionalSchema } from '../optional.ts'
import { checkInfo, Schema, type SchemaInfo } from '../schema.ts'
import { carryKeys } from './rebuild.ts'

/**
 * A key of an object that only answers have, such as an id: what a client sends under it is left
 * out, so it may be absent from values that were read. An answer must have it.
 *
 * @throws {OptionError} unless given a schema
 * @throws {SchemaDefinitionError} if it is `writeOnly` as well
 */
export function readOnly<Value>(schema: Schema<Value>): OptionalSchema<Value | undefined> {
  return directed('readOnly', schema) as OptionalSchema<Value | undefined>
}

/**
 * A key of an object that only requests have, such as a password: it never leaves, whatever the
 * handler returns.
 *
 * @throws {OptionError} unless given a schema
 * @throws {SchemaDefinitionError} if it is `readOnly` as well
 */
export function writeOnly<Kind extends Schema<unknown>>(schema: Kind): Kind {
  return directed('writeOnly', schema) as Kind
}

function directed(direction: 'readOnly' | 'writeOnly', schema: Schema<unknown>): Schema<unknown> {
  if (!(schema instanceof Schema)) throw new OptionError(`${direction}()`, schema, 'a schema')
  const info: SchemaInfo<unknown> = { ...schema.info, [direction]: true }
  checkInfo(schema.kind, info)
  return carryKeys(schema, new Schema(schema.definition, info))
}
