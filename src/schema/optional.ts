import { Schema, type SchemaInfo } from './schema.ts'

/** A schema whose key may be absent from an object. */
export interface OptionalSchema<out Value> extends Schema<Value> {
  readonly isOptional: true
}

/**
 * May be absent: the key of an object, a query parameter, a header. `null` does not count as
 * absent; see {@link nullable}.
 */
export function optional<Value>(inner: Schema<Value>): OptionalSchema<Value | undefined> {
  const definition = { ...inner.definition, isOptional: true }
  return new Schema(definition, inner.info) as OptionalSchema<Value | undefined>
}

/** The value or `null`. */
export function nullable<Value>(
  inner: Schema<Value>,
  info: SchemaInfo<Value | null> = {},
): Schema<Value | null> {
  return new Schema<Value | null>(
    {
      ...inner.definition,
      check: (input, issues) => (input === null ? null : inner.check(input, issues)),
      write: (value) => (value === null ? 'null' : inner.write(value)),
      isPlain: (value) => value === null || inner.isPlain(value),
      toJsonSchema: (refs) => ({ anyOf: [inner.toJsonSchema(refs), { type: 'null' }] }),
    },
    inner.hasDefault ? { default: inner.info.default as Value, ...info } : info,
  )
}
