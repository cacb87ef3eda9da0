import { COUNT_OPTIONS, type Counts, compileCounts, countsToJsonSchema } from '../counts.ts'
import { assertFits, SerializationError } from '../errors.ts'
import { INVALID } from '../issue.ts'
import { isPlainObject } from '../record.ts'
import { checkSchemaOptions, defineSchema, type Schema, type SchemaInfo } from '../schema.ts'
import { checkEntries, entriesToJsonSchema, refuseDictionary, writeEntries } from './entries.ts'

export interface MapOptions<Key, Value> extends Counts, SchemaInfo<ReadonlyMap<Key, Value>> {}

/**
 * Pairs of keys and values: an object in JSON, a `Map` in the program, with keys of any kind that
 * can be read from text: `map(int(), str())`.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function map<Key, Value>(
  key: Schema<Key>,
  value: Schema<Value>,
  options: MapOptions<Key, Value> = {},
): Schema<Map<Key, Value>> {
  checkSchemaOptions('map', options, COUNT_OPTIONS)
  const fits = compileCounts('map', 'Dictionary', options)
  return defineSchema(
    {
      kind: `dict[${key.kind},${value.kind}]`,
      check: (input, issues) => {
        if (input instanceof Map) return fits(input.size, input, issues) ? input : INVALID
        if (!isPlainObject(input)) return refuseDictionary(input, issues)
        const result = new Map<unknown, unknown>()
        const isFit = checkEntries(input, key, value, issues, (name, item) => {
          result.set(name, item)
        })
        return isFit && fits(result.size, input, issues) ? result : INVALID
      },
      checkText: (text, issues) => refuseDictionary(text, issues),
      write: (pairs) => {
        if (!(pairs instanceof Map)) throw new SerializationError('is not a Map')
        assertFits((all, issues) => fits(pairs.size, all, issues) || INVALID, pairs)
        return writeEntries(pairs, key, value)
      },
      toJsonSchema: (refs) => ({
        ...entriesToJsonSchema(key, value, refs),
        ...countsToJsonSchema(options, 'Properties'),
      }),
    },
    options,
  )
}
