import type { Code } from './compile/code.ts'
import { withCode } from './compile/emit.ts'
import { SerializationError } from './errors.ts'
import { checkSchemaOptions, defineSchema, type Schema, type SchemaInfo } from './schema.ts'

/**
 * Any JSON value, passed through as it is; it leaves as `JSON.stringify` writes it.
 *
 * @throws {OptionError} on unknown options
 */
export function unknown(options: SchemaInfo<unknown> = {}): Schema<unknown> {
  checkSchemaOptions('unknown', options, [])
  return defineSchema(
    {
      kind: 'any',
      check: withCode(
        (input: unknown) => input,
        (_code, input) => input,
      ),
      checkText: (text) => text,
      write: withCode((value: unknown) => writeJson(value), emitJsonValue),
      toJsonSchema: () => ({}),
    },
    options,
  )
}

/**
 * What `JSON.stringify` makes of a value.
 *
 * @throws {SerializationError} if that is nothing (`undefined`, a function), a cycle or a `bigint`
 */
export function writeJson(value: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(value)
  } catch (error) {
    throw new SerializationError(error instanceof Error ? error.message : 'is not a JSON value')
  }
  if (text === undefined) throw new SerializationError('is not a JSON value')
  return text
}

/** Leaves where `JSON.stringify` would leave something out instead of refusing it. */
function emitJsonValue(code: Code, value: string): string {
  code.failIf(`!${code.constant(isWritten)}(${value})`)
  return value
}

function isWritten(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) {
    return value !== undefined && typeof value !== 'function' && typeof value !== 'symbol'
  }
  const { toJSON } = value as { readonly toJSON?: unknown }
  return typeof toJSON !== 'function' || value instanceof Date
}
