import { type JsonSchema, type JsonSchemaRefs, titleOf } from '../json-schema.ts'
import type { Schema, SchemaInfo } from '../schema.ts'
import type { Computed } from './computed.ts'
import { inputNames, outputName } from './wire-names.ts'

/** What the JSON Schema of an object is made from. */
export interface ObjectFacts extends SchemaInfo<unknown> {
  readonly extra?: 'ignore' | 'forbid' | 'allow'
  readonly computed?: { readonly [key: string]: Computed<never> }
}

/** As Pydantic writes it: keys under their names on the wire, each with a title. */
export function objectToJsonSchema(
  fields: readonly { readonly key: string; readonly schema: Schema<unknown> }[],
  facts: ObjectFacts,
  refs: JsonSchemaRefs,
): JsonSchema {
  const properties: Record<string, JsonSchema> = {}
  const required: string[] = []
  const isOutput = refs.mode === 'output'
  for (const { key, schema } of fields) {
    if (isOutput ? schema.info.writeOnly : schema.info.readOnly) continue
    const name = isOutput ? outputName(schema, key) : inputNames(schema, key)[0]!
    define(properties, name, propertyToJsonSchema(schema, name, refs))
    if (!schema.isOptional && !schema.hasDefault) required.push(name)
  }
  for (const [key, { schema }] of isOutput ? Object.entries(facts.computed ?? {}) : []) {
    const name = outputName(schema, key)
    define(properties, name, { ...propertyToJsonSchema(schema, name, refs), readOnly: true })
    if (!schema.isOptional) required.push(name)
  }
  const { extra, title, description, examples } = facts
  return {
    properties,
    ...(extra === 'forbid' ? { additionalProperties: false } : undefined),
    ...(extra === 'allow' ? { additionalProperties: true } : undefined),
    type: 'object',
    ...(required.length > 0 ? { required } : undefined),
    ...(title === undefined ? undefined : { title }),
    ...(description === undefined ? undefined : { description }),
    ...(examples === undefined ? undefined : { examples }),
    ...(title === undefined ? undefined : facts.jsonSchema),
  }
}

/** A key that refers to a component has no title, though it may be `null`: the component has one. */
function propertyToJsonSchema(
  schema: Schema<unknown>,
  name: string,
  refs: JsonSchemaRefs,
): JsonSchema {
  const written = schema.toJsonSchema(refs, titleOf(name))
  const { title, ...untitled } = written
  const isMade = title !== undefined && schema.info.title === undefined
  return isMade && isNullableReference(written['anyOf']) ? untitled : written
}

function isNullableReference(anyOf: unknown): boolean {
  if (!Array.isArray(anyOf) || anyOf.length !== 2) return false
  const [value, empty] = anyOf as readonly JsonSchema[]
  return value?.['$ref'] !== undefined && empty?.['type'] === 'null'
}

/** Assigning to `__proto__` would not make a key. */
function define(properties: Record<string, JsonSchema>, name: string, value: JsonSchema): void {
  Object.defineProperty(properties, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}
