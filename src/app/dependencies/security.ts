import { Input, type InputMap, request } from '../inputs/input.ts'
import type { AppRequest } from '../request.ts'
import { Dependency } from './dependency.ts'

/** What OpenAPI says about a way to authenticate. */
export interface SecurityScheme {
  /** In `components.securitySchemes`; those of one name are one. */
  readonly name: string
  /** The Security Scheme Object. @see OpenAPI 3.1, 4.8.27 */
  readonly definition: Readonly<Record<string, unknown>>
}

/** A dependency that takes credentials from the request, as a scheme of OpenAPI says. */
export class SecurityDependency<out Value> extends Dependency<Value> {
  readonly scheme: SecurityScheme

  /** @param read - takes the credentials; throws an `HttpError` if they have to be there */
  constructor(scheme: SecurityScheme, read: (request: AppRequest) => Value) {
    const provide = ({ request }: { readonly request: AppRequest }): Value => read(request)
    super({ in: { request: request() } }, provide)
    this.scheme = scheme
  }
}

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
export function securityScopes(): Input<SecurityScopes, 'securityScopes'> {
  return new Input('securityScopes')
}

/** Both lists in order, each scope once. */
export function mergeScopes(outer: readonly string[], own: readonly string[]): readonly string[] {
  return own.length === 0 ? outer : [...new Set([...outer, ...own])]
}

type Resolve = (dependency: Dependency<unknown>) => Dependency<unknown>

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

/** A scheme that a route uses, with all scopes that are required of it. */
export interface SecurityRequirement {
  readonly scheme: SecurityScheme
  readonly scopes: readonly string[]
}

/** The schemes behind inputs, in the order of declaration; the scopes of one name are merged. */
export function securityRequirements(
  maps: readonly InputMap[],
  resolve: Resolve,
): readonly SecurityRequirement[] {
  const found = new Map<string, SecurityRequirement>()
  const visit = (inputs: InputMap, outer: readonly string[]): void => {
    for (const declared of Object.values(inputs)) {
      if (!(declared instanceof Dependency)) continue
      const dependency = resolve(declared)
      const own = dependency instanceof ScopedDependency ? dependency.scopes : []
      const scopes = mergeScopes(outer, own)
      if (dependency instanceof SecurityDependency) {
        const { scheme } = dependency
        const known = found.get(scheme.name)?.scopes ?? []
        found.set(scheme.name, { scheme, scopes: mergeScopes(known, scopes) })
      }
      visit(dependency.inputs, scopes)
    }
  }
  for (const map of maps) visit(map, [])
  return [...found.values()]
}
