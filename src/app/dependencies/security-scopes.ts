import { Input, type InputMap } from '../inputs/input.ts'
import { Dependency } from './dependency.ts'

/** A dependency with the scopes that somebody requires of it; made by {@link security}. */
export class ScopedDependency<out Value> extends Dependency<Value> {
  /** @internal */ readonly target: Dependency<Value>
  /** @internal */ readonly scopes: readonly string[]

  /** @internal */
  constructor(target: Dependency<Value>, scopes: readonly string[]) {
    super({ in: { target } }, ({ target: value }: { readonly target: Value }) => value)
    this.target = target
    this.scopes = scopes
  }
}

/** The scopes that all who need a dependency require, outermost first. */
export class SecurityScopes {
  readonly scopes: readonly string[]

  /** @internal */
  constructor(scopes: readonly string[]) {
    this.scopes = scopes
  }

  /** Joined by blanks, as OAuth 2 writes them: for `www-authenticate: Bearer scope="..."`. */
  get text(): string {
    return this.scopes.join(' ')
  }
}

/**
 * The scopes that the route, and the dependencies on the way from it to this one, require with
 * `security()`. A dependency that has this input is made once for each set of scopes.
 */
export function securityScopes(): Input<SecurityScopes, 'securityScopes', never> {
  return new Input('securityScopes')
}

/** Both lists in order, each scope once. */
export function mergeScopes(outer: readonly string[], own: readonly string[]): readonly string[] {
  return own.length === 0 ? outer : [...new Set([...outer, ...own])]
}

/** The fake, where there is one. */
export type Resolve = (dependency: Dependency<unknown>) => Dependency<unknown>

/** Whether the value of a dependency depends on the scopes that are required of it. */
export function usesScopes(dependency: Dependency<unknown>, resolve: Resolve): boolean {
  const seen = new Set<Dependency<unknown>>()
  const visit = (inputs: InputMap): boolean =>
    Object.values(inputs).some((declared) => {
      if (declared instanceof Input) return declared.source === 'securityScopes'
      const needed = resolve(declared as Dependency<unknown>)
      if (seen.has(needed)) return false
      seen.add(needed)
      return visit(needed.inputs)
    })
  return visit(dependency.inputs)
}
