import { type Dependency, dep, form } from '../../app/index.ts'
import { nullable, optional, type Schema, type SchemaInfo, str } from '../../schema/index.ts'

/** What a client sends to the token endpoint of the password flow. */
export interface PasswordRequest {
  /** Always `password`, where the client says it. */
  readonly grantType: 'password' | undefined
  readonly username: string
  readonly password: string
  /** Those the client asks for. */
  readonly scopes: readonly string[]
  readonly clientId: string | undefined
  readonly clientSecret: string | undefined
}

/** Text that docs pages do not show while it is typed. */
const SECRET = { jsonSchema: { format: 'password' } }
const GRANT_TYPE = { pattern: '^password$' }

/**
 * The form of a login, as RFC 6749, section 4.3.2, says; `grant_type` may be absent, which many
 * clients need. Without user name or password it is answered with 422.
 */
export function oauth2PasswordRequestForm(): Dependency<PasswordRequest> {
  return requestForm(optional(nullable(str(GRANT_TYPE))), SECRET)
}

/** {@link oauth2PasswordRequestForm} that insists on `grant_type=password`, as the RFC does. */
export function oauth2PasswordRequestFormStrict(): Dependency<PasswordRequest> {
  return requestForm(str(GRANT_TYPE), {})
}

function requestForm(
  grantType: Schema<string | null | undefined>,
  secret: Pick<SchemaInfo<string>, 'jsonSchema'>,
): Dependency<PasswordRequest> {
  const inputs = {
    grantType: form('grant_type', grantType),
    username: form(str()),
    password: form(str(secret)),
    scope: form(str({ default: '' })),
    clientId: form('client_id', optional(nullable(str()))),
    clientSecret: form('client_secret', optional(nullable(str(), secret))),
  }
  return dep(inputs, function passwordRequestForm(values): PasswordRequest {
    return {
      grantType: values.grantType === 'password' ? 'password' : undefined,
      username: values.username,
      password: values.password,
      scopes: values.scope.split(/\s+/).filter((scope) => scope !== ''),
      clientId: values.clientId ?? undefined,
      clientSecret: values.clientSecret ?? undefined,
    }
  })
}
