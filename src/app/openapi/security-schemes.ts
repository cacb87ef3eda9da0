import type { SecurityScheme } from '../dependencies/security-dependency.ts'
import type { OperationSource } from './source.ts'

/** The security schemes of all routes, as OpenAPI tells them. */
export class OpenApiSecurity {
  readonly #schemes: Map<string, SecurityScheme> = new Map()

  /** The part of an operation that says what it requires; undefined if that is nothing. */
  operation({ security }: OperationSource): readonly object[] | undefined {
    if (security.length === 0) return undefined
    for (const { scheme } of security) this.#schemes.set(scheme.name, scheme)
    return security.map(({ scheme, scopes }) => ({ [scheme.name]: scopes }))
  }

  /** `components.securitySchemes`. */
  schemes(): object {
    const all = [...this.#schemes.values()]
    return Object.fromEntries(all.map(({ name, definition }) => [name, definition]))
  }
}
