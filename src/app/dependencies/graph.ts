import { RouteDefinitionError } from '../errors.ts'
import { Input, type InputMap, type InputSource } from '../inputs/input.ts'
import { compileReader, type Reader, wireName } from '../inputs/readers.ts'
import type { ParsedPattern } from '../routing/pattern.ts'
import { Dependency } from './dependency.ts'

/** Where the named values of a handler or dependency are found. */
export interface ArgumentPlan {
  readonly names: readonly string[]
  readonly slots: readonly number[]
}

/** An input from the wire, with its place among the values of a request. */
export interface InputNode {
  readonly slot: number
  readonly input: Input<unknown>
  readonly name: string
  /** Undefined for those that need the body. */
  readonly read: Reader | undefined
}

/** A dependency made for each request. */
export interface DependencyNode {
  readonly slot: number
  readonly dependency: Dependency<unknown>
  readonly arguments: ArgumentPlan
  /** Slots of the dependencies it has to wait for. */
  readonly needs: readonly number[]
}

/** Everything that has to be there before a handler runs, in an order that works. */
export interface InputGraph {
  readonly size: number
  readonly inputs: readonly InputNode[]
  readonly dependencies: readonly DependencyNode[]
  /** Values of core dependencies, which are there before any request. */
  readonly constants: readonly { readonly slot: number; readonly value: unknown }[]
  readonly arguments: ArgumentPlan
}

/** What the app knows when it plans its routes. */
export interface GraphContext {
  /** The fake, where there is one. */
  resolve(dependency: Dependency<unknown>): Dependency<unknown>
  /** @throws {RouteDefinitionError} if the core dependency is not started */
  coreValue(dependency: Dependency<unknown>): unknown
}

/**
 * Plans the inputs of one route: each dependency gets one slot however many ask for it, and comes
 * after those it needs.
 *
 * @throws {RouteDefinitionError} on a cycle, two bodies, or a `path()` that the pattern lacks
 */
export function buildGraph(
  pattern: ParsedPattern,
  inputs: InputMap,
  guards: readonly InputMap[],
  context: GraphContext,
): InputGraph {
  const builder = new GraphBuilder(pattern, context)
  const declared: InputMap = { ...builder.patternInputs(inputs), ...inputs }
  const handlerArguments = builder.plan(declared, [])
  for (const guard of guards) builder.plan(guard, [])
  return {
    size: builder.size,
    inputs: builder.inputs,
    dependencies: builder.dependencies,
    constants: builder.constants,
    arguments: handlerArguments,
  }
}

class GraphBuilder {
  size = 0
  readonly inputs: InputNode[] = []
  readonly dependencies: DependencyNode[] = []
  readonly constants: { slot: number; value: unknown }[] = []
  readonly #slots: Map<Dependency<unknown>, number> = new Map()
  readonly #pattern: ParsedPattern
  readonly #context: GraphContext

  constructor(pattern: ParsedPattern, context: GraphContext) {
    this.#pattern = pattern
    this.#context = context
  }

  /** Parameters of the pattern that no input declares. */
  patternInputs(inputs: InputMap): InputMap {
    const missing = this.#pattern.parameters.filter(({ name }) => !Object.hasOwn(inputs, name))
    return Object.fromEntries(missing.map(({ name, schema }) => [name, new Input('path', schema)]))
  }

  plan(inputs: InputMap, trail: readonly Dependency<unknown>[]): ArgumentPlan {
    const names = Object.keys(inputs)
    const slots = names.map((name) => {
      const declared = inputs[name]
      if (declared instanceof Input) return this.#input(declared, name)
      if (declared instanceof Dependency) return this.#dependency(declared, trail)
      throw new RouteDefinitionError(`'${name}' is neither an input nor a dependency`)
    })
    return { names, slots }
  }

  #input(input: Input<unknown>, key: string): number {
    const name = wireName(input, key)
    const same = this.inputs.find(
      (node) =>
        node.input.source === input.source &&
        node.name === name &&
        node.input.schema === input.schema &&
        node.input.details === input.details,
    )
    if (same !== undefined && isShareable(input.source)) return same.slot
    if (input.source === 'body' && this.inputs.some((node) => node.input.source === 'body')) {
      throw new RouteDefinitionError(`'${key}' is a second body(); a request has one`)
    }
    const position = this.#pattern.parameters.findIndex((parameter) => parameter.name === name)
    if (input.source === 'path' && position === -1) {
      throw new RouteDefinitionError(
        `'${this.#pattern.openApiPath}' has no parameter {${name}}, but path() declares it`,
      )
    }
    this.#checkBody(input, key)
    const slot = this.size++
    this.inputs.push({ slot, input, name, read: compileReader(input, key, position) })
    return slot
  }

  /** A body is read in one way. */
  #checkBody({ source }: Input<unknown>, key: string): void {
    const way = BODY_WAYS[source]
    if (way === undefined) return
    const other = this.inputs.find(({ input }) => (BODY_WAYS[input.source] ?? way) !== way)
    if (other === undefined) return
    throw new RouteDefinitionError(
      `'${key}' reads the body as ${way}, but ${other.input.source}() reads it as ${BODY_WAYS[other.input.source]}`,
    )
  }

  #dependency(declared: Dependency<unknown>, trail: readonly Dependency<unknown>[]): number {
    const dependency = this.#context.resolve(declared)
    if (trail.includes(dependency)) throw cycleError([...trail, dependency])
    const known = this.#slots.get(dependency)
    if (known !== undefined) return known
    if (dependency.scope !== 'request') {
      const slot = this.size++
      this.constants.push({ slot, value: this.#context.coreValue(dependency) })
      this.#slots.set(dependency, slot)
      return slot
    }
    const plan = this.plan(dependency.inputs, [...trail, dependency])
    const own = new Set(this.dependencies.map((node) => node.slot))
    const slot = this.size++
    const needs = plan.slots.filter((needed) => own.has(needed))
    this.dependencies.push({ slot, dependency, arguments: plan, needs })
    this.#slots.set(dependency, slot)
    return slot
  }
}

const BODY_WAYS: { readonly [Source in InputSource]?: string } = {
  body: 'a whole',
  rawBody: 'a whole',
  form: 'a form',
  file: 'a form',
  files: 'a form',
  parts: 'parts that arrive',
}

function isShareable(source: InputSource): boolean {
  return source !== 'body'
}

export function cycleError(trail: readonly Dependency<unknown>[]): RouteDefinitionError {
  const names = trail.map((dependency) => dependency.name).join(' -> ')
  return new RouteDefinitionError(`Dependencies need each other in a circle: ${names}`)
}
