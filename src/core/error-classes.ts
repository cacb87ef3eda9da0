/** An error class, whatever its constructor takes. */
export type ErrorClass = abstract new (...args: never[]) => Error

const classes = new Map<string, ErrorClass>()

/**
 * Lets errors of these classes be instances of them again when they come from another core.
 *
 * Name, code, message, stack, cause and other fields come along in any case; `instanceof` does for
 * classes that are registered, by name, on the core that gets the error: the built-in ones, and those
 * of every module of this package that is loaded there. The constructor is not run again.
 */
export function registerErrorClasses(...added: readonly ErrorClass[]): void {
  for (const each of added) classes.set(each.name, each)
}

/** @returns the class that is registered under the name */
export function errorClass(name: string): ErrorClass | undefined {
  return classes.get(name)
}

registerErrorClasses(EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError)
registerErrorClasses(AggregateError)
