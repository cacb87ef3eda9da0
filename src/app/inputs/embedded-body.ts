import {
  INVALID,
  type Issues,
  type JsonSchema,
  type JsonSchemaRefs,
  type Schema,
  titleOf,
} from '../../schema/index.ts'
import type { InputNode } from '../dependencies/graph.ts'
import type { AppRequest } from '../request.ts'
import { EMBED } from './input.ts'
import { readJson } from './json-body.ts'

interface BodyKey {
  readonly name: string
  readonly slot: number
  readonly schema: Schema<unknown>
}

/** A JSON object whose keys are `body()` inputs, because there are several or one says `embed`. */
export class EmbeddedBody {
  readonly #keys: readonly BodyKey[]

  /** @param nodes - the `body()` inputs of a route */
  constructor(nodes: readonly InputNode[]) {
    this.#keys = nodes.map(({ name, slot, input }) => ({
      name,
      slot,
      schema: input.schema as Schema<unknown>,
    }))
  }

  /** @throws {HttpError} 415 */
  read(request: AppRequest, bytes: Uint8Array, values: unknown[], issues: Issues): void {
    const read = readJson(request, bytes, (input) => this.#check(input, issues), issues)
    if (read === INVALID) return
    const found = read as readonly unknown[]
    for (let at = 0; at < found.length; at++) values[this.#keys[at]!.slot] = found[at]
  }

  /** The values in the order of the keys; all of them are missing from what is no object. */
  #check(input: unknown, issues: Issues): unknown {
    const isObject = typeof input === 'object' && input !== null && !Array.isArray(input)
    const given = isObject ? (input as Record<string, unknown>) : {}
    const from = issues.items.length
    const found = this.#keys.map(({ name, schema }) => {
      const start = issues.items.length
      const isPresent = Object.hasOwn(given, name) && given[name] !== undefined
      const value = isPresent ? schema.check(given[name], issues) : absent(schema, issues)
      if (value === INVALID) issues.prefix(start, name)
      return value
    })
    return issues.items.length > from || found.includes(INVALID) ? INVALID : found
  }

  /** As FastAPI describes it: a component of all keys. */
  toOpenApi(refs: JsonSchemaRefs, title: string): object {
    const required = this.#keys
      .filter(({ schema }) => !schema.isOptional && !schema.hasDefault)
      .map(({ name }) => name)
    const schema = refs.ref(title, this, (): JsonSchema => {
      const properties = this.#keys.map(({ name, schema: inner }) => [
        name,
        inner.toJsonSchema(refs, titleOf(name)),
      ])
      return {
        properties: Object.fromEntries(properties) as JsonSchema,
        type: 'object',
        ...(required.length > 0 ? { required } : undefined),
        title,
      }
    })
    return {
      content: { 'application/json': { schema } },
      ...(required.length > 0 ? { required: true } : undefined),
    }
  }
}

function absent(schema: Schema<unknown>, issues: Issues): unknown {
  if (schema.hasDefault) return schema.makeDefault()
  if (schema.isOptional) return undefined
  return issues.add('missing', 'Field required', null)
}

/** @returns undefined where a body is one value, or there is none */
export function compileEmbedded(inputs: readonly InputNode[]): EmbeddedBody | undefined {
  const bodies = inputs.filter(({ input }) => input.source === 'body')
  const isEmbedded = bodies.length > 1 || bodies[0]?.input.details === EMBED
  return isEmbedded ? new EmbeddedBody(bodies) : undefined
}
