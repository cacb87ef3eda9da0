import { type JsonSchemaRefs, Schema } from '../../schema/index.ts'
import type { HeaderDocs, MediaTypeDocs } from './route-docs.ts'

/** Media Type Objects, or Header Objects, with our schemas written as JSON Schema. */
export function writeSchemas<Docs extends MediaTypeDocs | HeaderDocs>(
  docs: Readonly<Record<string, Docs>>,
  refs: JsonSchemaRefs,
): Record<string, object> {
  return Object.fromEntries(
    Object.entries(docs).map(([name, each]) => {
      const { schema } = each
      return [
        name,
        schema instanceof Schema ? { ...each, schema: schema.toJsonSchema(refs) } : each,
      ]
    }),
  )
}
