import { request } from '../inputs/input.ts'
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
