import type { JsonSchemaRefs } from '../../schema/index.ts'
import { mergeDeeply, withoutAbsent } from './merge.ts'
import { summaryOf } from './names.ts'
import { parameterObjects } from './parameters.ts'
import { requestBodyObject } from './request-body.ts'
import { responseObjects } from './responses.ts'
import type { OpenApiSecurity } from './security-schemes.ts'
import type { OperationSource } from './source.ts'

/** What all operations of a document share while it is written. */
export interface Writing {
  /** Components of what clients send. */
  readonly input: JsonSchemaRefs
  /** Components of what they get. */
  readonly output: JsonSchemaRefs
  readonly ids: ReadonlyMap<OperationSource, string>
  /** Collects the schemes that operations require. */
  readonly security: OpenApiSecurity
}

/** The Operation Object of one route, callbacks included. */
export function operationObject(source: OperationSource, writing: Writing): object {
  const { route, tags, inputs, name } = source
  const { info } = route
  const operationId = writing.ids.get(source)!
  const parameters = parameterObjects(inputs, writing.input, info.parameters)
  const operation = withoutAbsent({
    tags: tags.length === 0 ? undefined : tags,
    summary: info.summary ?? (name === undefined ? undefined : summaryOf(name)),
    description: info.description,
    externalDocs: info.externalDocs,
    operationId,
    parameters: parameters.length === 0 ? undefined : parameters,
    requestBody: requestBodyObject(inputs, operationId, writing.input, info.requestBody),
    responses: responseObjects(source, operationId, writing.output),
    callbacks: callbackObjects(source, writing),
    deprecated: info.deprecated,
    ...writing.security.operation(source.plan),
  })
  return info.openapiExtra === undefined ? operation : mergeDeeply(operation, info.openapiExtra)
}

function callbackObjects({ callbacks }: OperationSource, writing: Writing): object | undefined {
  if (callbacks.length === 0) return undefined
  const found: Record<string, Record<string, object>> = {}
  for (const { name, source } of callbacks) {
    found[name] ??= {}
    found[name][source.path] = {
      ...found[name][source.path],
      [source.method.toLowerCase()]: operationObject(source, writing),
    }
  }
  return found
}
