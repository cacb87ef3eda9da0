import { deserializeError } from '../../core/error-data.ts'
import * as coreErrors from '../../core/errors.ts'
import * as futureErrors from '../../future/errors.ts'
import * as meshErrors from './mesh-errors.ts'

/** An error class, whatever its constructor takes. */
export type ErrorClass = abstract new (...args: never[]) => Error

const classes = new Map<string, ErrorClass>()

/**
 * Lets errors of these classes be instances of them again when they come from another core.
 *
 * Name, code, message, stack, cause and other fields come along in any case; `instanceof` does for the
 * built-in classes, those of `core`, `future` and this folder, and those registered here, by name. The
 * constructor is not run again.
 */
export function registerErrorClasses(...added: readonly ErrorClass[]): void {
  for (const each of added) classes.set(each.name, each)
}

/** Makes of what `serializeError` made of a failure the failure again, as an instance of its class. */
export function reviveFailure(data: unknown): unknown {
  const failure = deserializeError(data)
  revive(failure)
  return failure
}

/** Depth is bounded: `serializeError` cuts long chains of causes. */
function revive(failure: unknown): void {
  if (Array.isArray(failure)) return failure.forEach(revive)
  if (!(failure instanceof Error)) return
  const known = classes.get(failure.name)
  if (known !== undefined) Object.setPrototypeOf(failure, known.prototype as object)
  for (const name of Object.getOwnPropertyNames(failure)) {
    revive((failure as unknown as Record<string, unknown>)[name])
  }
}

registerErrorClasses(EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError)
registerErrorClasses(AggregateError)
for (const exported of Object.values({ ...coreErrors, ...futureErrors, ...meshErrors })) {
  if (exported.prototype instanceof Error) registerErrorClasses(exported as ErrorClass)
}
