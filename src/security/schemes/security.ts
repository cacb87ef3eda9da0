import { Dependency, ScopedDependency } from '../../app/index.ts'
import { OptionError } from '../../core/errors.ts'

/**
 * A dependency with scopes that are required of it: `security(currentUser, ['items'])`.
 *
 * Whatever it needs sees them through `securityScopes()`, together with those that others on the way
 * require, and checks them; OpenAPI lists them with the schemes behind it.
 *
 * @throws {OptionError} if it is no dependency, or the scopes are no list of texts without blanks
 */
export function security<Value>(
  dependency: Dependency<Value>,
  scopes: readonly string[],
): Dependency<Value> {
  if (!(dependency instanceof Dependency)) {
    throw new OptionError('security()', dependency, 'a dependency')
  }
  const isList = Array.isArray(scopes) && scopes.every((scope) => SCOPE.test(scope))
  if (!isList) throw new OptionError('security() scopes', scopes, "a list such as ['items:read']")
  return new ScopedDependency(dependency, scopes)
}

/** RFC 6749, section 3.3. */
const SCOPE = /^[!#-[\]-~]+$/
