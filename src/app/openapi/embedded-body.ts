import { type JsonSchema, type JsonSchemaRefs, type Schema, titleOf } from '../../schema/index.ts'
import type { InputNode } from '../dependencies/graph.ts'

/**
 * The request body of `body()` inputs that are keys of one object, as FastAPI describes it.
 *
 * @param name - of the component
 */
export function embeddedBody(
  nodes: readonly InputNode[],
  refs: JsonSchemaRefs,
  name: string,
): { content: Record<string, object>; required?: boolean } {
  const keys = nodes.map((node) => ({
    key: node.name,
    schema: node.input.schema as Schema<unknown>,
  }))
  const required = keys
    .filter(({ schema }) => !schema.isOptional && !schema.hasDefault)
    .map(({ key }) => key)
  const build = (): JsonSchema => ({
    properties: Object.fromEntries(
      keys.map(({ key, schema }) => [key, schema.toJsonSchema(refs, titleOf(key))]),
    ),
    type: 'object',
    ...(required.length > 0 ? { required } : undefined),
    title: name,
  })
  return {
    content: { 'application/json': { schema: refs.ref(name, nodes, build) } },
    ...(required.length > 0 ? { required: true } : undefined),
  }
}
