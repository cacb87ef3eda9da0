import {
  inputNames,
  type JsonSchema,
  type JsonSchemaRefs,
  type Schema,
  titleOf,
} from '../../schema/index.ts'
import type { InputNode } from '../dependencies/graph.ts'
import { isModel } from '../inputs/form-plan.ts'
import { headersOfModel } from '../inputs/header-names.ts'
import { withoutAbsent } from './merge.ts'
import type { ParameterDocs } from './route-docs.ts'

/** In FastAPI's order. */
const SOURCES = ['path', 'query', 'header', 'cookie'] as const

interface ParameterObject {
  readonly name: string
  readonly in: string
  readonly required: boolean
  readonly schema: JsonSchema
}

interface Parameter {
  readonly name: string
  readonly title: string
  readonly source: string
  readonly schema: Schema<unknown> | undefined
}

/** The Parameter Objects of an operation; the fields of a model are parameters of their own. */
export function parameterObjects(
  nodes: readonly InputNode[],
  refs: JsonSchemaRefs,
  docs: Readonly<Record<string, ParameterDocs>> = {},
): object[] {
  const found = new Map<string, ParameterObject>()
  for (const source of SOURCES) {
    for (const node of nodes.filter(({ input }) => input.source === source)) {
      for (const parameter of parametersOf(node)) {
        const { documented, ...more } = docs[parameter.name] ?? {}
        if (documented === false) continue
        const key = `${source} ${parameter.name}`
        const object = parameterObject(parameter, refs, more)
        // Where two dependencies disagree, the one that needs it is right.
        if (found.get(key)?.required !== true || object.required) found.set(key, object)
      }
    }
  }
  return [...found.values()]
}

function parametersOf({ input, name }: InputNode): Parameter[] {
  const { schema, source } = input
  if (!isModel(schema) || source === 'path') return [{ name, title: titleOf(name), source, schema }]
  const headers = source === 'header' ? headersOfModel(input) : undefined
  return Object.entries<Schema<unknown>>(schema.fields).map(([key, field]) => {
    const called = inputNames(field, key)[0] ?? key
    const title = titleOf(called)
    return { name: headers?.get(called) ?? called, title, source, schema: field }
  })
}

function parameterObject(
  { name, title, source, schema }: Parameter,
  refs: JsonSchemaRefs,
  docs: Omit<ParameterDocs, 'documented'>,
): ParameterObject {
  const isRequired = schema?.isOptional === false && !schema.hasDefault
  return {
    name,
    in: source,
    required: source === 'path' || isRequired,
    schema: schema?.toJsonSchema(refs, title) ?? {},
    ...withoutAbsent({
      description: schema?.info.description,
      deprecated: schema?.info.deprecated,
      ...docs,
    }),
  }
}
