import { EVENT_STREAM_TYPE, reasonPhrase } from '../../http/index.ts'
import { type JsonSchema, type JsonSchemaRefs, Schema } from '../../schema/index.ts'
import { EventStreamOutput } from '../responses/event-stream.ts'
import { plainStatus } from '../responses/responder.ts'
import type { Route } from '../routing/route.ts'
import { writeSchemas } from './media-types.ts'
import { mergeDeeply, withoutAbsent } from './merge.ts'
import type { ResponseDocs } from './route-docs.ts'
import type { OperationSource } from './source.ts'
import { validationContent } from './validation-error.ts'

const VALIDATED = new Set(['path', 'query', 'header', 'cookie', 'body', 'form', 'file', 'files'])
const LINES_TYPE = 'application/jsonl'
const JSON_TYPE = 'application/json'

/** Names of whole classes of statuses, as FastAPI has them. */
const RANGES: Readonly<Record<string, string>> = {
  '1XX': 'Information',
  '2XX': 'Success',
  '3XX': 'Redirection',
  '4XX': 'Client Error',
  '5XX': 'Server Error',
  default: 'Default Response',
}

type ResponseObject = Record<string, unknown>

/** The Responses Object of an operation. */
export function responseObjects(
  { route, inputs, errorFormat }: OperationSource,
  operationId: string,
  refs: JsonSchemaRefs,
): Record<string, ResponseObject> {
  const found: Record<string, ResponseObject> = {}
  const plain = plainStatus(route.out, route.info)
  if (route.out === undefined) found[plain] = plainResponse(route, plain)
  for (const [status, output] of Object.entries(route.out ?? {})) {
    const isPlain = Number(status) === plain
    const name = isPlain ? `Response_${operationId}` : `Response_${status}_${operationId}`
    found[status] = {
      description: isPlain ? successOf(route) : descriptionOf(status),
      ...withoutAbsent({
        description: output instanceof Schema ? output.info.description : undefined,
        content: output === null ? undefined : contentOf(route, isPlain, output, name, refs),
      }),
    }
  }
  for (const [status, docs] of Object.entries(route.info.responses ?? {})) {
    addDocs(found, status, docs, `Response_${status}_${operationId}`, refs)
  }
  const isValidated = inputs.some(({ input }) => VALIDATED.has(input.source))
  if (isValidated && !['422', '4XX', 'default'].some((status) => status in found)) {
    found['422'] = {
      description: 'Validation Error',
      content: validationContent(errorFormat, refs),
    }
  }
  return found
}

function successOf({ info }: Route): string {
  return info.responseDescription ?? 'Successful Response'
}

function descriptionOf(status: string): string {
  return RANGES[status] ?? (reasonPhrase(Number(status)) || 'Additional Response')
}

/** Of a route that declares no bodies. */
function plainResponse(route: Route, status: number): ResponseObject {
  const description = successOf(route)
  const { mediaType } = route.info
  if (mediaType === undefined && isBodiless(status)) return { description }
  if (mediaType !== undefined && mediaType !== JSON_TYPE) {
    return { description, content: { [mediaType]: { schema: { type: 'string' } } } }
  }
  const content = isGenerator(route.handler)
    ? { [LINES_TYPE]: { itemSchema: {} } }
    : { [JSON_TYPE]: { schema: {} } }
  return { description, content }
}

function isBodiless(status: number): boolean {
  return status === 204 || status === 205 || (status >= 300 && status < 400)
}

function contentOf(
  route: Route,
  isPlain: boolean,
  output: Schema<unknown> | EventStreamOutput<unknown>,
  name: string,
  refs: JsonSchemaRefs,
): object {
  if (output instanceof EventStreamOutput) {
    return { [EVENT_STREAM_TYPE]: { itemSchema: output.toJsonSchema(refs) } }
  }
  if (isPlain && isGenerator(route.handler)) {
    return { [route.info.mediaType ?? LINES_TYPE]: { itemSchema: output.toJsonSchema(refs) } }
  }
  const type = isPlain ? (route.info.mediaType ?? JSON_TYPE) : JSON_TYPE
  return { [type]: { schema: titled(output, name, refs) } }
}

/** FastAPI titles what is no component: `Response Read Items Items  Get`. */
function titled(output: Schema<unknown>, name: string, refs: JsonSchemaRefs): JsonSchema {
  const title = name.replaceAll(/(^|_)([a-z])/g, (_, gap: string, letter: string) => {
    return gap + letter.toUpperCase()
  })
  return output.toJsonSchema(refs, title.replaceAll('_', ' '))
}

/** Whether a handler streams items; one that only returns a generator is not known to. */
function isGenerator(handler: object): boolean {
  const tag = (handler as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
  return tag === 'AsyncGeneratorFunction' || tag === 'GeneratorFunction'
}

function addDocs(
  found: Record<string, ResponseObject>,
  status: string,
  docs: ResponseDocs,
  name: string,
  refs: JsonSchemaRefs,
): void {
  const { description, schema, content = {}, headers, links } = docs
  const present = found[status] ?? { description: descriptionOf(status) }
  const model = schema === undefined ? {} : { [JSON_TYPE]: { schema: titled(schema, name, refs) } }
  const all = mergeDeeply(model, writeSchemas(content, refs))
  const extra = withoutAbsent({
    description,
    content: Object.keys(all).length === 0 ? undefined : all,
    headers: headers === undefined ? undefined : writeSchemas(headers, refs),
    links,
  })
  found[status] = mergeDeeply(present, extra)
}
