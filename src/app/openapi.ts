import { EVENT_STREAM_TYPE, reasonPhrase } from '../http/index.ts'
import { type JsonSchema, JsonSchemaRefs, Schema, titleOf } from '../schema/index.ts'
import type { InputNode } from './dependencies/graph.ts'
import { isForm } from './inputs/form-plan.ts'
import { formBody } from './openapi-form.ts'
import type { AppSettings } from './options.ts'
import type { EventStreamOutput } from './responses/event-stream.ts'
import { plainStatus } from './responses/responder.ts'
import { parsePattern } from './routing/pattern.ts'
import type { RoutePlan } from './routing/plan.ts'

const VALIDATED = new Set(['path', 'query', 'header', 'cookie', 'body', 'form', 'file', 'files'])

/**
 * The OpenAPI 3.1 document of all documented routes, in the manner of FastAPI.
 *
 * @throws {SchemaDefinitionError} if two different objects have the same name
 */
export function openApiDocument(settings: AppSettings, plans: readonly RoutePlan[]): object {
  const refs = new JsonSchemaRefs('#/components/schemas/')
  const paths: Record<string, Record<string, object>> = {}
  const usedIds = new Set<string>()
  for (const plan of plans) {
    const { route, pattern } = plan.mounted
    if (route.info.documented === false) continue
    const { openApiPath } = parsePattern(pattern)
    const method = route.method.toLowerCase()
    paths[openApiPath] ??= {}
    paths[openApiPath][method] = operation(plan, refs, uniqueId(plan, openApiPath, usedIds))
  }
  const { title, version, summary, description, servers, tags } = settings
  const schemas = Object.fromEntries(refs.definitions)
  return {
    openapi: '3.1.0',
    info: withoutAbsent({ title, summary, description, version }),
    ...withoutAbsent({ servers }),
    paths,
    ...(refs.definitions.size === 0 ? undefined : { components: { schemas } }),
    ...withoutAbsent({ tags }),
  }
}

function operation(plan: RoutePlan, refs: JsonSchemaRefs, operationId: string): object {
  const { route, tags } = plan.mounted
  const { summary, description, deprecated } = route.info
  const parameters = plan.graph.inputs.filter(isParameter).map((node) => parameter(node, refs))
  return {
    ...(tags.length === 0 ? undefined : { tags }),
    ...withoutAbsent({ summary, description }),
    operationId,
    ...(parameters.length === 0 ? undefined : { parameters }),
    ...withoutAbsent({ requestBody: requestBody(plan, refs, operationId) }),
    responses: responses(plan, refs),
    ...withoutAbsent({ deprecated }),
  }
}

/** `GET /users/{id}` is `get_users__id_`: it changes only if the route does. */
function uniqueId(plan: RoutePlan, openApiPath: string, used: Set<string>): string {
  const { route } = plan.mounted
  const base =
    route.info.operationId ?? `${route.method.toLowerCase()}${openApiPath}`.replaceAll(/\W/g, '_')
  let id = base
  for (let count = 2; used.has(id); count++) id = `${base}_${count}`
  used.add(id)
  return id
}

function isParameter({ input }: InputNode): boolean {
  return ['path', 'query', 'header', 'cookie'].includes(input.source)
}

function parameter({ input, name }: InputNode, refs: JsonSchemaRefs): object {
  const { schema } = input
  const isRequired = schema?.isOptional === false && !schema.hasDefault
  return {
    name,
    in: input.source,
    required: input.source === 'path' || isRequired,
    schema: schema?.toJsonSchema(refs, titleOf(name)) ?? {},
    ...withoutAbsent({
      description: schema?.info.description,
      deprecated: schema?.info.deprecated,
    }),
  }
}

function requestBody(
  plan: RoutePlan,
  refs: JsonSchemaRefs,
  operationId: string,
): object | undefined {
  const body = plan.graph.inputs.find(({ input }) => input.source === 'body')?.input.schema
  if (body !== undefined) {
    return {
      content: { 'application/json': { schema: body.toJsonSchema(refs) } },
      required: !body.isOptional && !body.hasDefault,
    }
  }
  const form = plan.graph.inputs.filter(({ input }) => isForm(input.source))
  if (form.length > 0) return formBody(form, refs, `Body_${operationId}`)
  const isRaw = plan.graph.inputs.some(
    ({ input }) => input.source === 'rawBody' || input.source === 'bodyStream',
  )
  const schema = { type: 'string', format: 'binary' }
  return isRaw ? { content: { 'application/octet-stream': { schema } } } : undefined
}

function responses(plan: RoutePlan, refs: JsonSchemaRefs): object {
  const { out, info, handler } = plan.mounted.route
  const type = isGenerator(handler) ? 'application/jsonl' : 'application/json'
  const result: Record<string, object> = {}
  if (out === undefined) {
    const status = plainStatus(undefined, info)
    const content = { [type]: { schema: {} } }
    result[status] = {
      description: describeStatus(status),
      ...(status === 204 || status === 205 ? undefined : { content }),
    }
  }
  for (const [status, schema] of Object.entries(out ?? {})) {
    const content =
      schema === null
        ? undefined
        : contentOf(schema, isSuccess(status) ? type : 'application/json', refs)
    const description = schema instanceof Schema ? schema.info.description : undefined
    result[status] = {
      description: description ?? describeStatus(Number(status)),
      ...withoutAbsent({ content }),
    }
  }
  if (plan.graph.inputs.some(({ input }) => VALIDATED.has(input.source))) {
    result['422'] ??= {
      description: 'Validation Error',
      content: { 'application/json': { schema: validationErrorSchema(refs) } },
    }
  }
  return result
}

/** Whether a handler streams items; one that only returns a generator is not known to. */
function isGenerator(handler: object): boolean {
  const tag = (handler as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
  return tag === 'AsyncGeneratorFunction' || tag === 'GeneratorFunction'
}

function isSuccess(status: string): boolean {
  return status.startsWith('2')
}

function contentOf(
  output: Schema<unknown> | EventStreamOutput<unknown>,
  type: string,
  refs: JsonSchemaRefs,
): object {
  return output instanceof Schema
    ? { [type]: { schema: output.toJsonSchema(refs) } }
    : { [EVENT_STREAM_TYPE]: { itemSchema: output.toJsonSchema(refs) } }
}

function describeStatus(status: number): string {
  return status < 300 ? 'Successful Response' : reasonPhrase(status)
}

const VALIDATION_ERROR = {}
const HTTP_VALIDATION_ERROR = {}

/** The names and shape that FastAPI's clients know. */
function validationErrorSchema(refs: JsonSchemaRefs): JsonSchema {
  return refs.ref('HTTPValidationError', HTTP_VALIDATION_ERROR, () => ({
    properties: {
      detail: {
        items: refs.ref('ValidationError', VALIDATION_ERROR, () => ({
          properties: {
            loc: {
              items: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
              type: 'array',
              title: 'Location',
            },
            msg: { type: 'string', title: 'Message' },
            type: { type: 'string', title: 'Error Type' },
            input: { title: 'Input' },
            ctx: { type: 'object', title: 'Context' },
          },
          type: 'object',
          required: ['loc', 'msg', 'type'],
          title: 'ValidationError',
        })),
        type: 'array',
        title: 'Detail',
      },
    },
    type: 'object',
    title: 'HTTPValidationError',
  }))
}

function withoutAbsent(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
