import { RouteDefinitionError } from '../errors.ts'
import { Input, type InputMap, type InputSource } from '../inputs/input.ts'
import { compileReader, type Reader, type ReaderContext, wireName } from '../inputs/readers.ts'
import type { ParsedPattern } from '../routing/pattern.ts'
import { Dependency } from './dependency.ts'
import { type CompleteResponse, ResponseDependency } from './response-dependency.ts'
import { SecurityDependency } from './security-dependency.ts'
import { type SecurityRequirement, securityRequirements } from './security-requirements.ts'
import { mergeScopes, ScopedDependency, SecurityScopes, usesScopes } from './security-scopes.ts'

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

/** A dependency that has a say in the response. */
interface CompletionNode {
  readonly slot: number
  readonly complete: CompleteResponse<unknown>
}

/** Everything that has to be there before a handler runs, in an order that works. */
export interface InputGraph {
  readonly size: number
  readonly inputs: readonly InputNode[]
  /** Who the client is, and what that needs: made before inputs are judged and the body is read. */
  readonly guards: readonly DependencyNode[]
  /** All others. */
  readonly dependencies: readonly DependencyNode[]
  readonly completions: readonly CompletionNode[]
  readonly security: readonly SecurityRequirement[]
  /** Values of core dependencies, which are there before any request. */
  readonly constants: readonly { readonly slot: number; readonly value: unknown }[]
  readonly arguments: ArgumentPlan
}

/** What the app knows when it plans its routes. */
export interface GraphContext extends ReaderContext {
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
  // Guards run first, but in the docs the route's own inputs stand first.
  const first = Object.entries(declared).filter(([, each]) => each instanceof Input)
  builder.plan(Object.fromEntries(first), [])
  for (const guard of guards) builder.plan(guard, [])
  const handlerArguments = builder.plan(declared, [])
  const isGuard = guardTest(builder)
  return {
    size: builder.size,
    inputs: builder.inputs,
    guards: builder.dependencies.filter(isGuard),
    dependencies: builder.dependencies.filter((node) => !isGuard(node)),
    completions: builder.dependencies.flatMap(({ slot, dependency }) =>
      dependency instanceof ResponseDependency ? [{ slot, complete: dependency.complete }] : [],
    ),
    security: securityRequirements([...guards, inputs], (each) => context.resolve(each)),
    constants: builder.constants,
    arguments: handlerArguments,
  }
}

/** Finds schemes, what is made of their values without a body, and whatever these need. */
function guardTest({ inputs, dependencies }: GraphBuilder): (node: DependencyNode) => boolean {
  const body = new Set(inputs.flatMap(({ slot, read }) => (read === undefined ? [slot] : [])))
  const secure = new Set<number>()
  for (const { slot, dependency, arguments: plan } of dependencies) {
    if (plan.slots.some((needed) => body.has(needed))) body.add(slot)
    else if (dependency instanceof SecurityDependency) secure.add(slot)
    else if (plan.slots.some((needed) => secure.has(needed))) secure.add(slot)
  }
  for (const { slot, needs } of dependencies.toReversed()) {
    if (secure.has(slot)) for (const needed of needs) secure.add(needed)
  }
  return ({ slot }) => secure.has(slot)
}

class GraphBuilder {
  size = 0
  readonly inputs: InputNode[] = []
  readonly dependencies: DependencyNode[] = []
  readonly constants: { slot: number; value: unknown }[] = []
  /** By dependency, and the scopes that make a difference to it. */
  readonly #slots: Map<Dependency<unknown>, Map<string, number>> = new Map()
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

  plan(
    inputs: InputMap,
    trail: readonly Dependency<unknown>[],
    scopes: readonly string[] = [],
  ): ArgumentPlan {
    const names = Object.keys(inputs)
    const slots = names.map((name) => {
      const declared = inputs[name]
      if (declared instanceof Input) {
        if (declared.source !== 'securityScopes') return this.#input(declared, name)
        return this.#constant(new SecurityScopes(scopes))
      }
      if (declared instanceof Dependency) return this.#dependency(declared, trail, scopes)
      throw new RouteDefinitionError(`'${name}' is neither an input nor a dependency`)
    })
    return { names, slots }
  }

  #input(input: Input<unknown>, key: string): number {
    const name = wireName(input, key)
    const same = this.inputs.find(
      (node) =>
        node.input.source === input.source &&
        (node.name === name || NAMELESS.has(input.source)) &&
        node.input.schema === input.schema &&
        node.input.details === input.details,
    )
    if (same !== undefined) return same.slot
    const position = this.#pattern.parameters.findIndex((parameter) => parameter.name === name)
    if (input.source === 'path' && position === -1) {
      throw new RouteDefinitionError(
        `'${this.#pattern.openApiPath}' has no parameter {${name}}, but path() declares it`,
      )
    }
    this.#checkBody(input, key)
    const slot = this.size++
    this.inputs.push({
      slot,
      input,
      name,
      read: compileReader(input, key, position, this.#context),
    })
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

  #constant(value: unknown): number {
    const slot = this.size++
    this.constants.push({ slot, value })
    return slot
  }

  #dependency(
    declared: Dependency<unknown>,
    trail: readonly Dependency<unknown>[],
    scopes: readonly string[],
  ): number {
    const dependency = this.#context.resolve(declared)
    if (dependency instanceof ScopedDependency) {
      return this.#dependency(dependency.target, trail, mergeScopes(scopes, dependency.scopes))
    }
    if (trail.includes(dependency)) throw cycleError([...trail, dependency])
    const slots = this.#slots.get(dependency) ?? new Map<string, number>()
    this.#slots.set(dependency, slots)
    const isScoped = usesScopes(dependency, (needed) => this.#context.resolve(needed))
    const key = isScoped ? scopes.toSorted().join(' ') : ''
    const known = slots.get(key)
    if (known !== undefined) return known
    const slot =
      dependency.scope === 'request'
        ? this.#node(dependency, [...trail, dependency], scopes)
        : this.#constant(this.#context.coreValue(dependency))
    if (dependency.isCached) slots.set(key, slot)
    return slot
  }

  #node(
    dependency: Dependency<unknown>,
    trail: readonly Dependency<unknown>[],
    scopes: readonly string[],
  ): number {
    const plan = this.plan(dependency.inputs, trail, scopes)
    const own = new Set(this.dependencies.map((node) => node.slot))
    const slot = this.size++
    const needs = plan.slots.filter((needed) => own.has(needed))
    this.dependencies.push({ slot, dependency, arguments: plan, needs })
    return slot
  }
}

/** Inputs that are the same whatever they are called. */
const NAMELESS: ReadonlySet<InputSource> = new Set([
  'request',
  'signal',
  'response',
  'background',
  'rootPath',
])

const BODY_WAYS: { readonly [Source in InputSource]?: string } = {
  body: 'a whole',
  rawBody: 'a whole',
  form: 'a form',
  file: 'a form',
  files: 'a form',
  parts: 'parts that arrive',
}

export function cycleError(trail: readonly Dependency<unknown>[]): RouteDefinitionError {
  const names = trail.map((dependency) => dependency.name).join(' -> ')
  return new RouteDefinitionError(`Dependencies need each other in a circle: ${names}`)
}
