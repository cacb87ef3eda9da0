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
    define(properties, name, propertyOf(name, schema, refs))
    if (!schema.isOptional && !schema.hasDefault) required.push(name)
  }
  for (const [key, { schema }] of isOutput ? Object.entries(facts.computed ?? {}) : []) {
    const name = outputName(schema, key)
    define(properties, name, { ...propertyOf(name, schema, refs), readOnly: true })
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

/** Assigning to `__proto__` would not make a key. */
function define(properties: Record<string, JsonSchema>, name: string, value: JsonSchema): void {
  Object.defineProperty(properties, name, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  })
}

/** A component that may be null has the words of the component, as in Pydantic; others are titled. */
function propertyOf(name: string, schema: Schema<unknown>, refs: JsonSchemaRefs): JsonSchema {
  const property = schema.toJsonSchema(refs, titleOf(name))
  const [first, second, ...others] = (property['anyOf'] ?? []) as readonly JsonSchema[]
  const isNullable = second?.['type'] === 'null' && others.length === 0
  if (!isNullable || first?.['$ref'] === undefined || schema.info.title !== undefined) {
    return property
  }
  const { title: _, ...rest } = property
  return rest
}
