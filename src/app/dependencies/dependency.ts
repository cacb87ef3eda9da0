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
  /**
   * False makes a value for each handler and dependency that needs one; default true: all that need it
   * in a request share one. Only of `request` dependencies.
   */
  readonly cache?: boolean
  /**
   * True ends the value with its `Symbol.asyncDispose` or `Symbol.dispose`, when the rest of a generator
   * would run; default false, as the value may belong to somebody else.
   */
  readonly dispose?: boolean
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
  /** @internal */ readonly isCached: boolean
  /** @internal */ readonly disposes: boolean
  /** @internal */ readonly provide: (inputs: never) => unknown

  /** @internal */
  constructor(options: DependencyOptions<InputMap>, provide: (inputs: never) => unknown) {
    this.name = provide.name || 'anonymous dependency'
    this.scope = options.scope ?? 'request'
    this.inputs = options.in ?? {}
    this.cleanup = options.cleanup ?? 'response'
    this.isCached = options.cache ?? true
    this.disposes = options.dispose ?? false
    this.provide = isClass(provide) ? (inputs) => new provide(inputs) : provide
  }
}

/**
 * Declares a dependency.
 *
 * The function gets its declared inputs (and other dependencies) and returns the value, now or
 * later; or it is a generator that yields the value once and cleans up after its `yield`. A failure
 * of the handler is thrown into the generator at that `yield`, before the response is made.
 *
 * A class is instantiated with its inputs. A value that is not a function is a dependency that is always
 * that value.
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
export function dep<Value>(construct: new () => Value): Dependency<Value>
export function dep<Value, const In extends InputMap>(
  inputs: In,
  construct: new (inputs: Values<In>) => Value,
): Dependency<Value>
export function dep<Value, const In extends InputMap = NoInputs>(
  options: DependencyOptions<In>,
  construct: new (inputs: Values<In>) => Value,
): Dependency<Value>
export function dep<Value extends object>(value: Value): Dependency<Value>
export function dep(first: unknown, given?: Provider): Dependency<unknown> {
  const provide = given as ((inputs: never) => unknown) | undefined
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

type Provider = ((inputs: never) => unknown) | (new (inputs: never) => unknown)

/** Of all functions, only classes have a prototype that cannot be replaced. */
function isClass(value: unknown): value is new (inputs: never) => unknown {
  return Object.getOwnPropertyDescriptor(value, 'prototype')?.writable === false
}

/** True for what may stand in an `in` map. */
function isDeclared(value: unknown): value is Input<unknown> | Dependency<unknown> {
  return value instanceof Input || value instanceof Dependency
}

function isInputMap(value: object): value is InputMap {
  return Object.values(value).every(isDeclared)
}

function checkOptions(options: DependencyOptions<InputMap>): DependencyOptions<InputMap> {
  rejectUnknownOptions('dep()', options, ['scope', 'in', 'cleanup', 'cache', 'dispose'])
  const { scope, cleanup } = options
  if (scope !== undefined && scope !== 'request' && scope !== 'core' && scope !== 'app') {
    throw new OptionError('dep().scope', scope, "'request', 'core' or 'app'")
  }
  if (cleanup !== undefined && cleanup !== 'response' && cleanup !== 'handler') {
    throw new OptionError('dep().cleanup', cleanup, "'response' or 'handler'")
  }
  for (const name of ['cache', 'dispose'] as const) {
    const value: unknown = options[name]
    if (value === undefined || typeof value === 'boolean') continue
    throw new OptionError(`dep().${name}`, value, 'true or false')
  }
  if (options.cache === false && scope !== undefined && scope !== 'request') {
    throw new OptionError('dep().cache', false, `absent: a ${scope} dependency is made once`)
  }
  if (options.dispose === true && scope === 'app') {
    throw new OptionError('dep().dispose', true, 'absent: reactors have copies of plain data')
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
