import { SerializationError } from './errors.ts'
import { INVALID } from './issue.ts'
import { checkSchemaOptions, defineSchema, type Schema, type SchemaInfo } from './schema.ts'
import { quote } from './text.ts'

/**
 * An object with any keys whose values all fit `value`. The result has no prototype, so that a key
 * such as `__proto__` is a key like any other.
 *
 * @throws {OptionError} on unknown options
 */
export function record<Value>(
  value: Schema<Value>,
  options: SchemaInfo<Readonly<Record<string, Value>>> = {},
): Schema<Record<string, Value>> {
  checkSchemaOptions('record', options, [])
  return defineSchema(
    {
      kind: `dict[str,${value.kind}]`,
      check: (input, issues) => {
        if (!isPlainObject(input)) {
          return issues.add('dict_type', 'Input should be a valid dictionary', input)
        }
        const result: Record<string, unknown> = Object.create(null)
        let failed = false
        for (const key of Object.keys(input)) {
          const from = issues.items.length
          const checked = value.check(input[key], issues)
          if (checked === INVALID) {
            issues.prefix(from, key)
            failed = true
          } else {
            result[key] = checked
          }
        }
        return failed ? INVALID : result
      },
      checkText: (text, issues) =>
        issues.add('dict_type', 'Input should be a valid dictionary', text),
      write: (object) => writeEntries(object, value),
      toJsonSchema: (refs) => ({
        type: 'object',
        additionalProperties: value.toJsonSchema(refs),
      }),
    },
    options,
  )
}

export function isPlainObject(input: unknown): input is Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input)
}

function writeEntries(object: unknown, value: Schema<unknown>): string {
  if (!isPlainObject(object)) throw new SerializationError('is not an object')
  let text = ''
  for (const key of Object.keys(object)) {
    const item = object[key]
    if (item === undefined) continue // as JSON.stringify does
    try {
      text += `${text === '' ? '' : ','}${quote(key)}:${value.write(item)}`
    } catch (error) {
      throw error instanceof SerializationError ? error.within(key) : error
    }
  }
  return `{${text}}`
}
