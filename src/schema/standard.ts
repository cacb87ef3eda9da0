import { OptionError } from '../core/errors.ts'
import { writeJson } from './any.ts'
import { SchemaDefinitionError, SerializationError } from './errors.ts'
import { foreignJsonSchema } from './foreign-json-schema.ts'
import { INVALID, Issues } from './issue.ts'
import type { JsonSchema, JsonSchemaRefs } from './json-schema.ts'
import { Schema, type SchemaInfo } from './schema.ts'
import type { StandardProperties, StandardResult, StandardSchema } from './standard-schema.ts'

/**
 * Uses a schema of another library inside one of ours: as a key of `object`, as items of `array`.
 * Where an input or `out` takes a schema, others are accepted without this.
 *
 * Text from path, query, header and cookie is handed over as it is: use the library's coercion
 * (`z.coerce.number()`). What a handler returns is validated, and what comes out of that is written
 * with `JSON.stringify`: a library that drops undeclared keys drops them from answers, too. A schema
 * that accepts `undefined` may be absent, and gives its default.
 *
 * @param jsonSchema - shown in OpenAPI; default what the library says through Standard JSON Schema
 * (zod, arktype, valibot with `toStandardJsonSchema`), else `{}`: anything
 * @throws {OptionError} if `foreign` does not follow Standard Schema v1
 * @throws {SchemaDefinitionError} if it validates asynchronously, which its checks may show only
 * when they run: wait for such answers in a dependency or in the handler
 */
export function standard<Output>(
  foreign: StandardSchema<Output>,
  jsonSchema?: JsonSchema,
): Schema<Output> {
  const face = foreign?.['~standard']
  if (face?.version !== 1 || typeof face.validate !== 'function') {
    throw new OptionError('standard()', foreign, 'a Standard Schema v1')
  }
  const check = (input: unknown, issues: Issues): unknown => {
    const result = validate(face, input)
    if (result.issues === undefined) return result.value
    for (const issue of result.issues) {
      const from = issues.items.length
      issues.add('value_error', issue.message, input)
      for (const step of (issue.path ?? []).toReversed()) issues.prefix(from, keyOf(step))
    }
    return INVALID
  }
  const toJsonSchema = (refs: JsonSchemaRefs): JsonSchema =>
    jsonSchema ?? foreignJsonSchema(foreign, face, refs)
  const { isOptional, info } = absence(face)
  return new Schema<Output>(
    {
      kind: face.vendor,
      check,
      checkText: check,
      write: (value) => writeChecked(check, value),
      toJsonSchema,
      ...(isOptional ? { isOptional } : undefined),
    },
    info,
  )
}

const ADOPTED = new WeakMap<object, Schema<unknown>>()

/**
 * The schema itself if it is ours, else ours around it, the same each time.
 *
 * @param where - for the message
 * @throws {OptionError} if it is no schema at all
 */
export function adoptSchema<Output>(where: string, schema: StandardSchema<Output>): Schema<Output> {
  if (schema instanceof Schema) return schema
  const isCandidate = typeof schema === 'object' || typeof schema === 'function'
  if (!isCandidate || schema === null || !('~standard' in schema)) {
    throw new OptionError(where, schema, 'a schema of ours, or one that follows Standard Schema v1')
  }
  let adopted = ADOPTED.get(schema)
  if (adopted === undefined) {
    adopted = standard(schema)
    ADOPTED.set(schema, adopted)
  }
  return adopted as Schema<Output>
}

function validate(face: StandardProperties<unknown>, input: unknown): StandardResult<unknown> {
  const result = face.validate(input)
  if (!(result instanceof Promise)) return result
  result.catch(() => undefined) // what it will say does not matter any more
  throw new SchemaDefinitionError(
    `The ${face.vendor} schema is asynchronous; make it synchronous, and wait in a dependency`,
  )
}

/** Whether a value may be absent, and what it is then, can only be tried. */
function absence(face: StandardProperties<unknown>): {
  readonly isOptional: boolean
  readonly info: SchemaInfo<unknown>
} {
  const attempt = (): StandardResult<unknown> => {
    try {
      return validate(face, undefined)
    } catch (error) {
      if (error instanceof SchemaDefinitionError) throw error
      return { issues: [{ message: 'the schema cannot read undefined' }] }
    }
  }
  const found = attempt()
  if (found.issues !== undefined) return { isOptional: false, info: {} }
  if (found.value === undefined) return { isOptional: true, info: {} }
  const defaultFactory = (): unknown => {
    const again = attempt()
    return again.issues === undefined ? again.value : undefined
  }
  return { isOptional: false, info: { defaultFactory } }
}

function writeChecked(check: (input: unknown, issues: Issues) => unknown, value: unknown): string {
  const issues = new Issues()
  const checked = check(value, issues)
  if (checked !== INVALID) return writeJson(checked)
  const [first] = issues.items
  const error = new SerializationError(first?.msg ?? 'does not fit its schema')
  for (const key of first?.loc.toReversed() ?? []) error.within(key)
  throw error
}

function keyOf(step: PropertyKey | { readonly key: PropertyKey }): string | number {
  const key = typeof step === 'object' ? step.key : step
  return typeof key === 'number' ? key : String(key)
}
