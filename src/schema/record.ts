import type { Code } from './compile/code.ts'
import { type EmitPart, emitCheck, emitJson, withCode } from './compile/emit.ts'
import { SerializationError } from './errors.ts'
import { INVALID, type Issues } from './issue.ts'
import {
  checkSchemaOptions,
  defineSchema,
  type HasDefault,
  type Schema,
  type SchemaInfo,
  type Sendable,
} from './schema.ts'
import { quote } from './text.ts'

/**
 * An object with any keys whose values all fit `value`. The result has no prototype, so that a key
 * such as `__proto__` is a key like any other.
 *
 * @throws {OptionError} on unknown options
 */
export function record<Value, Sent>(
  value: Schema<Value, Sent>,
  options: SchemaInfo<Readonly<Record<string, Value>>> & HasDefault,
): Schema<Record<string, Value>, Record<string, Sendable<Value, Sent>> | undefined>
export function record<Value, Sent>(
  value: Schema<Value, Sent>,
  options?: SchemaInfo<Readonly<Record<string, Value>>>,
): Schema<Record<string, Value>, Record<string, Sendable<Value, Sent>>>
export function record<Value>(
  value: Schema<Value>,
  options: SchemaInfo<Readonly<Record<string, Value>>> = {},
): Schema<Record<string, Value>> {
  checkSchemaOptions('record', options, [])
  return defineSchema(
    {
      kind: `dict[str,${value.kind}]`,
      check: withCode(
        (input: unknown, issues: Issues) => {
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
        (code, input) => emitEntries(value, emitCheck, code, input),
      ),
      checkText: (text, issues) =>
        issues.add('dict_type', 'Input should be a valid dictionary', text),
      write: withCode(
        (object: unknown) => writeEntries(object, value),
        (code, object) => emitEntries(value, emitJson, code, object),
      ),
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

/** Leaves unless the value is what {@link isPlainObject} says. */
export function emitObjectTest(code: Code, value: string): void {
  code.failIf(`typeof ${value} !== 'object' || ${value} === null || Array.isArray(${value})`)
}

function emitEntries(
  schema: Schema<unknown>,
  emitPart: EmitPart,
  code: Code,
  input: string,
): string {
  const [result, key, value] = [code.name(), code.name(), code.name()]
  emitObjectTest(code, input)
  code.line(`const ${result} = Object.create(null)`)
  code.line(`for (const ${key} of Object.keys(${input})) {`)
  code.line(`const ${value} = ${input}[${key}]`)
  if (emitPart === emitJson) code.line(`if (${value} === undefined) continue`)
  code.line(`${result}[${key}] = ${emitPart(code, schema, value)}`)
  code.line('}')
  return result
}
