import type { Code } from './compile/code.ts'
import { type EmitPart, emitCheck, emitJson, withCode } from './compile/emit.ts'
import type { Issues } from './issue.ts'
import { type HasDefault, Schema, type SchemaInfo, type Sendable } from './schema.ts'

/** A schema whose key may be absent from an object. */
export interface OptionalSchema<out Value, out Sent = unknown> extends Schema<Value, Sent> {
  readonly isOptional: true
}

/**
 * May be absent: the key of an object, a query parameter, a header. `null` does not count as
 * absent; see {@link nullable}.
 */
export function optional<Value, Sent>(
  inner: Schema<Value, Sent>,
): OptionalSchema<Value | undefined, Sendable<Value, Sent> | undefined> {
  const definition = { ...inner.definition, isOptional: true }
  return new Schema(definition, inner.info) as OptionalSchema<
    Value | undefined,
    Sendable<Value, Sent> | undefined
  >
}

/** The value or `null`. */
export function nullable<Value, Sent>(
  inner: Schema<Value, Sent>,
  info: SchemaInfo<Value | null> & HasDefault,
): Schema<Value | null, Sendable<Value, Sent> | null | undefined>
export function nullable<Value, Sent>(
  inner: Schema<Value, Sent>,
  info?: SchemaInfo<Value | null>,
): Schema<Value | null, Sendable<Value, Sent> | null>
export function nullable<Value>(
  inner: Schema<Value>,
  info: SchemaInfo<Value | null> = {},
): Schema<Value | null> {
  return new Schema<Value | null>(
    {
      ...inner.definition,
      check: withCode(
        (input: unknown, issues: Issues) => (input === null ? null : inner.check(input, issues)),
        (code, input) => emitNullable(inner, emitCheck, code, input),
      ),
      write: withCode(
        (value: unknown) => (value === null ? 'null' : inner.write(value)),
        (code, value) => emitNullable(inner, emitJson, code, value),
      ),
      toJsonSchema: (refs) => ({ anyOf: [inner.toJsonSchema(refs), { type: 'null' }] }),
    },
    inner.hasDefault ? { default: inner.info.default as Value, ...info } : info,
  )
}

function emitNullable(
  inner: Schema<unknown>,
  emitPart: EmitPart,
  code: Code,
  input: string,
): string {
  const result = code.name()
  code.line(`let ${result} = ${input}`)
  code.line(`if (${input} !== null) {`)
  const checked = emitPart(code, inner, input)
  if (checked !== input) code.line(`${result} = ${checked}`)
  code.line('}')
  return checked === input ? input : result
}
