import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import type { Eventual } from '../../future/index.ts'
import { type Declared, Input, type InputMap, type NoInputs } from '../inputs/input.ts'

/** How long the value of a dependency lives. */
export type DependencyScope = 'request' | 'core' | 'app'

export interface DependencyOptions<In extends InputMap> {
  /**
   * `request` (the default): made for each request that needs it, once, however many ask.
   * `core`: made once when the app starts, in each reactor; may use `core` and `app` dependencies.
   * `app`: made once for all reactors of the process, by their supervisor, before they start, and
   * ended after them. Its value is copied to each of them as `structuredClone` does, so it is plain
   * data: a URL, a configuration. May only use other `app` dependencies.
   */
  readonly scope?: DependencyScope
  readonly in?: In
  /**
   * When the rest of a generator runs: after the response was handed over (`response`, the
   * default), or before it is, so that its failure becomes the response (`handler`).
   */
  readonly cleanup?: 'response' | 'handler'
}

/** What a dependency's function may give: a value now or later, or a generator that yields it once. */
export type Provided<Value> =
  | Eventual<Value>
  | Generator<Value, unknown, unknown>
  | AsyncGenerator<Value, unknown, unknown>

/** The value that a function's result stands for. */
export type ProvidedValue<Result> =
  Result extends Generator<infer Value, unknown, never>
    ? Value
    : Result extends AsyncGenerator<infer Value, unknown, never>
      ? Value
      : Awaited<Result>

/** The values of an input map, by name. */
export type Values<In extends InputMap> = { readonly [Name in keyof In]: In[Name]['~value'] }

/** Something handlers and other dependencies need; made by {@link dep}, shared by identity. */
export class Dependency<out Value> implements Declared<Value> {
  /** Type only; never set. */
  declare readonly '~value': Value
  readonly name: string
  readonly scope: DependencyScope
  /** @internal */ readonly inputs: InputMap
  /** @internal */ readonly cleanup: 'response' | 'handler'
  /** @internal */ readonly provide: (inputs: never) => unknown

  /** @internal */
  constructor(options: DependencyOptions<InputMap>, provide: (inputs: never) => unknown) {
    this.name = provide.name || 'anonymous dependency'
    this.scope = options.scope ?? 'request'
    this.inputs = options.in ?? {}
    this.cleanup = options.cleanup ?? 'response'
    this.provide = provide
  }
}

/**
 * Declares a dependency.
 *
 * The function gets its declared inputs (and other dependencies) and returns the value, now or
 * later; or it is a generator that yields the value once and cleans up after its `yield`. A failure
 * of the handler is thrown into the generator at that `yield`, before the response is made.
 *
 * A value that is not a function is a dependency that is always that value.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function dep<Result>(provide: () => Result): Dependency<ProvidedValue<Result>>
export function dep<Result, const In extends InputMap>(
  inputs: In,
  provide: (inputs: Values<In>) => Result,
): Dependency<ProvidedValue<Result>>
export function dep<Result, const In extends InputMap = NoInputs>(
  options: DependencyOptions<In>,
  provide: (inputs: Values<In>) => Result,
): Dependency<ProvidedValue<Result>>
export function dep<Value extends object>(value: Value): Dependency<Value>
export function dep(first: unknown, provide?: (inputs: never) => unknown): Dependency<unknown> {
  if (provide === undefined) {
    return new Dependency({}, isProvider(first) ? first : () => first)
  }
  if (typeof provide !== 'function') throw new OptionError('dep()', provide, 'a function')
  if (typeof first !== 'object' || first === null) {
    throw new OptionError('dep()', first, 'a map of inputs, or options')
  }
  if (isInputMap(first)) return new Dependency({ in: first }, provide)
  return new Dependency(checkOptions(first), provide)
}

function isProvider(value: unknown): value is (inputs: never) => unknown {
  return typeof value === 'function'
}

/** True for what may stand in an `in` map. */
function isDeclared(value: unknown): value is Input<unknown> | Dependency<unknown> {
  return value instanceof Input || value instanceof Dependency
}

function isInputMap(value: object): value is InputMap {
  return Object.values(value).every(isDeclared)
}

function checkOptions(options: DependencyOptions<InputMap>): DependencyOptions<InputMap> {
  rejectUnknownOptions('dep()', options, ['scope', 'in', 'cleanup'])
  const { scope, cleanup } = options
  if (scope !== undefined && scope !== 'request' && scope !== 'core' && scope !== 'app') {
    throw new OptionError('dep().scope', scope, "'request', 'core' or 'app'")
  }
  if (cleanup !== undefined && cleanup !== 'response' && cleanup !== 'handler') {
    throw new OptionError('dep().cleanup', cleanup, "'response' or 'handler'")
  }
  checkInputMap('dep().in', options.in)
  return options
}

/** @throws {OptionError} if a value of the map is neither an input nor a dependency */
export function checkInputMap(where: string, inputs: unknown): void {
  if (inputs === undefined) return
  if (typeof inputs !== 'object' || inputs === null) throw new OptionError(where, inputs, 'a map')
  for (const [name, value] of Object.entries(inputs)) {
    if (!isDeclared(value)) {
      throw new OptionError(`${where}.${name}`, value, 'an input such as query(int()), or a dep()')
    }
  }
}
