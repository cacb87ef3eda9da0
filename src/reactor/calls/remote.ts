import { OptionError } from '../../core/errors.ts'
import { type RemoteTarget, register } from '../mesh/remote-registry.ts'

/** A function that other cores can call, by its name; made by {@link remote}. */
export interface Remote<Args extends readonly unknown[] = readonly never[], Result = unknown> {
  readonly name: string
  /** Hash of the name. */
  readonly id: number
  readonly run: (...args: [...Args]) => Result
}

/** The remote functions of a module, with the keys of its functions. */
export type Remotes<Functions> = {
  readonly [Key in keyof Functions]: Functions[Key] extends (...args: infer Args) => infer Result
    ? Remote<Args, Result>
    : never
}

type AnyFunction = (...args: never[]) => unknown

/**
 * Makes a function known under a name, so that other cores can call it with `submitTo`.
 *
 * Functions cannot be sent to another core: each core loads the module, and the name says which of its
 * functions is meant. So this belongs at the top of a module, not into a function.
 *
 * @param name - different from all others in the process
 * @throws {RemoteNameError} if the name is registered already
 * @throws {OptionError} if `name` is empty or `run` not a function
 */
export function remote<Args extends readonly unknown[], Result>(
  name: string,
  run: (...args: Args) => Result,
): Remote<Args, Result>
/**
 * Makes several functions of a module known, under the module's address and their keys.
 *
 * @param module - `import.meta`
 */
export function remote<const Functions extends Readonly<Record<string, AnyFunction>>>(
  module: ImportMeta,
  functions: Functions,
): Remotes<Functions>
export function remote(
  scope: string | ImportMeta,
  functions: AnyFunction | Readonly<Record<string, AnyFunction>>,
): unknown {
  if (typeof functions === 'function') return registerOne(scopeName(scope), functions)
  if (typeof functions !== 'object' || functions === null) {
    throw new OptionError('remote', functions, 'a function, or an object of functions')
  }
  const prefix = scopeName(scope)
  return Object.fromEntries(
    Object.entries(functions).map(([key, run]) => [key, registerOne(`${prefix}#${key}`, run)]),
  )
}

/**
 * What names begin with.
 *
 * @throws {OptionError} if it is neither a name nor `import.meta`
 */
export function scopeName(scope: string | ImportMeta): string {
  const name = typeof scope === 'string' ? scope : scope?.url
  if (typeof name !== 'string' || name === '') {
    throw new OptionError('name', scope, 'a name, or import.meta')
  }
  return name
}

function registerOne(name: string, run: unknown): RemoteTarget {
  if (typeof run !== 'function') throw new OptionError(name, run, 'a function')
  return register(name, run as AnyFunction)
}
