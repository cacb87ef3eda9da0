import { type JsonSchemaRefs, titleOf } from '../../schema/index.ts'
import type { InputNode } from '../dependencies/graph.ts'
import { isEmbedded } from '../inputs/embedded-body.ts'
import { isForm } from '../inputs/form-plan.ts'
import { embeddedBody } from './embedded-body.ts'
import { formBody } from './form-body.ts'
import { writeSchemas } from './media-types.ts'
import { mergeDeeply, withoutAbsent } from './merge.ts'
import type { RequestBodyDocs } from './route-docs.ts'

interface RequestBody {
  readonly description?: string
  readonly content: Record<string, object>
  readonly required?: boolean
}

/** The Request Body Object of an operation; undefined if it has none. */
export function requestBodyObject(
  inputs: readonly InputNode[],
  operationId: string,
  refs: JsonSchemaRefs,
  docs: RequestBodyDocs = {},
): object | undefined {
  const declared = declaredBody(inputs, operationId, refs)
  const { description, examples, content } = docs
  if (declared === undefined && content === undefined) return undefined
  const isSaid = content !== undefined && inputs.some(isRaw)
  const own = isSaid ? [] : Object.entries(declared?.content ?? {})
  const described = own.map(([type, each]) => [type, { ...each, ...withoutAbsent({ examples }) }])
  return withoutAbsent({
    description,
    content: mergeDeeply(Object.fromEntries(described), writeSchemas(content ?? {}, refs)),
    required: docs.required ?? declared?.required,
  })
}

function declaredBody(
  inputs: readonly InputNode[],
  operationId: string,
  refs: JsonSchemaRefs,
): RequestBody | undefined {
  const bodies = inputs.filter(({ input }) => input.source === 'body')
  if (isEmbedded(bodies)) return embeddedBody(bodies, refs, `Body_${operationId}`)
  const [node] = bodies
  const body = node?.input.schema
  if (node !== undefined && body !== undefined) {
    const schema = body.toJsonSchema(refs, titleOf(node.name))
    const isRequired = !body.isOptional && !body.hasDefault
    return {
      content: { 'application/json': { schema } },
      ...(isRequired ? { required: true } : undefined),
    }
  }
  const form = inputs.filter(({ input }) => isForm(input.source))
  if (form.length > 0) return formBody(form, refs, `Body_${operationId}`)
  const schema = { type: 'string', format: 'binary' }
  return inputs.some(isRaw) ? { content: { 'application/octet-stream': { schema } } } : undefined
}

function isRaw({ input }: InputNode): boolean {
  return input.source === 'rawBody' || input.source === 'bodyStream'
}
