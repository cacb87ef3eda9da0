import { INVALID, type Issues, type Schema } from '../../schema/index.ts'
import type { InputNode } from '../dependencies/graph.ts'
import type { AppRequest } from '../request.ts'
import { type BodyDetails, detailsOfBody } from './body-options.ts'
import { readJson } from './json-body.ts'

interface BodyKey {
  readonly name: string
  readonly slot: number
  readonly schema: Schema<unknown>
}

/** A JSON object whose keys are `body()` inputs, because there are several or one says `embed`. */
export class EmbeddedBody {
  readonly #keys: readonly BodyKey[]
  readonly #details: Omit<BodyDetails, 'embed'>

  /** @param nodes - the `body()` inputs of a route */
  constructor(nodes: readonly InputNode[]) {
    this.#keys = nodes.map(({ name, slot, input }) => ({
      name,
      slot,
      schema: input.schema as Schema<unknown>,
    }))
    const details = nodes.map(({ input }) => detailsOfBody(input.details))
    this.#details = {
      requireContentType: details.every((each) => each?.requireContentType !== false),
      strict: details.find((each) => each?.strict !== undefined)?.strict,
    }
  }

  /** @throws {HttpError} 415 */
  read(request: AppRequest, bytes: Uint8Array, values: unknown[], issues: Issues): void {
    const read = readJson(request, bytes, this, issues, this.#details)
    if (read === INVALID) return
    const found = read as readonly unknown[]
    for (let at = 0; at < found.length; at++) values[this.#keys[at]!.slot] = found[at]
  }

  /** The values in the order of the keys; all of them are missing from what is no object. */
  check(input: unknown, issues: Issues): unknown {
    const isObject = typeof input === 'object' && input !== null && !Array.isArray(input)
    const given = isObject ? (input as Record<string, unknown>) : {}
    const found = this.#keys.map(({ name, schema }) => {
      const from = issues.items.length
      const isPresent = Object.hasOwn(given, name) && given[name] !== undefined
      const value = isPresent ? schema.tier.check(given[name], issues) : absent(schema, issues)
      if (value === INVALID) issues.prefix(from, name)
      return value
    })
    return found.includes(INVALID) ? INVALID : found
  }
}

function absent(schema: Schema<unknown>, issues: Issues): unknown {
  if (schema.hasDefault) return schema.makeDefault()
  if (schema.isOptional) return undefined
  return issues.add('missing', 'Field required', null)
}

/** Whether the body of a request with these inputs is an object that holds them. */
export function isEmbedded(bodies: readonly Pick<InputNode, 'input'>[]): boolean {
  return bodies.length > 1 || detailsOfBody(bodies[0]?.input.details)?.embed === true
}

/** @returns undefined where a body is one value, or there is none */
export function compileEmbedded(inputs: readonly InputNode[]): EmbeddedBody | undefined {
  const bodies = inputs.filter(({ input }) => input.source === 'body')
  return isEmbedded(bodies) ? new EmbeddedBody(bodies) : undefined
}
