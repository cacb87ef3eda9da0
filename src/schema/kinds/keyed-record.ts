import { COUNT_OPTIONS, type Counts, compileCounts, countsToJsonSchema } from '../counts.ts'
import { assertFits, SerializationError } from '../errors.ts'
import { INVALID } from '../issue.ts'
import { isPlainObject } from '../record.ts'
import { checkSchemaOptions, defineSchema, type Schema, type SchemaInfo } from '../schema.ts'
import { checkEntries, entriesToJsonSchema, refuseDictionary, writeEntries } from './entries.ts'

export interface KeyedRecordOptions<Key extends string, Value>
  extends Counts,
    SchemaInfo<{ readonly [Name in Key]?: Value }> {}

/**
 * An object whose keys fit `key`, a kind of text, and whose values fit `value`. The result has no
 * prototype, so that a key such as `__proto__` is a key like any other.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function keyedRecord<Key extends string, Value>(
  key: Schema<Key>,
  value: Schema<Value>,
  options: KeyedRecordOptions<Key, Value> = {},
): Schema<{ [Name in Key]?: Value }> {
  checkSchemaOptions('keyedRecord', options, COUNT_OPTIONS)
  const fits = compileCounts('keyedRecord', 'Dictionary', options)
  return defineSchema(
    {
      kind: `dict[${key.kind},${value.kind}]`,
      check: (input, issues) => {
        if (!isPlainObject(input)) return refuseDictionary(input, issues)
        const result: Record<string, unknown> = Object.create(null)
        const isFit = checkEntries(input, key, value, issues, (name, item) => {
          result[name as string] = item
        })
        return isFit && fits(Object.keys(result).length, input, issues) ? result : INVALID
      },
      checkText: (text, issues) => refuseDictionary(text, issues),
      write: (object) => {
        if (!isPlainObject(object)) throw new SerializationError('is not an object')
        const entries = Object.entries(object)
        assertFits((all, issues) => fits(entries.length, all, issues) || INVALID, object)
        return writeEntries(entries, key, value)
      },
      toJsonSchema: (refs) => ({
        ...entriesToJsonSchema(key, value, refs),
        ...countsToJsonSchema(options, 'Properties'),
      }),
    },
    options,
  )
}
