import { type JsonSchema, type JsonSchemaRefs, type Schema, titleOf } from '../../schema/index.ts'
import type { InputNode } from '../dependencies/graph.ts'
import type { FileDetails } from '../inputs/form-inputs.ts'
import { isModel } from '../inputs/form-plan.ts'
import { withoutAbsent } from './merge.ts'

const FILE: JsonSchema = {
  type: 'string',
  format: 'binary',
  contentMediaType: 'application/octet-stream',
}

interface Properties {
  readonly properties: Record<string, JsonSchema>
  readonly required: string[]
}

/**
 * The request body of a form, as FastAPI describes it: one object of all fields and files.
 *
 * @param name - of the component
 */
export function formBody(
  nodes: readonly InputNode[],
  refs: JsonSchemaRefs,
  name: string,
): { content: Record<string, object>; required?: boolean } {
  const hasFiles = nodes.some(({ input }) => input.source !== 'form')
  const type = hasFiles ? 'multipart/form-data' : 'application/x-www-form-urlencoded'
  const [first] = nodes
  const model = nodes.length === 1 ? first?.input.schema : undefined
  const found: Properties = { properties: {}, required: [] }
  for (const node of nodes) addProperties(node, refs, found)
  const isRequired = found.required.length > 0
  const schema = isModel(model)
    ? (model as Schema<unknown>).toJsonSchema(refs)
    : refs.ref(name, nodes, () => objectOf(found, name))
  return { content: { [type]: { schema } }, ...(isRequired ? { required: true } : undefined) }
}

function objectOf({ properties, required }: Properties, title: string): JsonSchema {
  return { properties, type: 'object', ...(required.length > 0 ? { required } : undefined), title }
}

function addProperties(
  { input, name }: InputNode,
  refs: JsonSchemaRefs,
  { properties, required }: Properties,
): void {
  if (input.source === 'parts') return
  const { schema } = input
  if (schema === undefined) {
    const { isOptional, description } = input.details as FileDetails
    const words = { title: titleOf(name), ...withoutAbsent({ description }) }
    properties[name] =
      input.source === 'file' ? { ...FILE, ...words } : { items: FILE, type: 'array', ...words }
    if (!isOptional) required.push(name)
    return
  }
  const fields = isModel(schema)
    ? (schema.fields as Record<string, Schema<unknown>>)
    : { [name]: schema }
  for (const [key, field] of Object.entries(fields)) {
    properties[key] = field.toJsonSchema(refs, titleOf(key))
    if (!field.isOptional && !field.hasDefault) required.push(key)
  }
}
