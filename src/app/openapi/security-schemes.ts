import type { SecurityScheme } from '../dependencies/security.ts'
import type { RoutePlan } from '../routing/plan.ts'

/** The security schemes of all routes, as OpenAPI tells them. */
export class OpenApiSecurity {
  readonly #schemes: Map<string, SecurityScheme> = new Map()

  /** The part of an operation that says what it requires; empty if that is nothing. */
  operation(plan: RoutePlan | undefined): { readonly security?: readonly object[] } {
    const security = plan?.graph.security ?? []
    if (security.length === 0) return {}
    for (const { scheme } of security) this.#schemes.set(scheme.name, scheme)
    return { security: security.map(({ scheme, scopes }) => ({ [scheme.name]: scopes })) }
  }

  /** `components.securitySchemes`. */
  schemes(): object {
    const all = [...this.#schemes.values()]
    return Object.fromEntries(all.map(({ name, definition }) => [name, definition]))
  }
}
