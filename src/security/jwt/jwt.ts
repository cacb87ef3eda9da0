import { type Dependency, dep, securityScopes } from '../../app/index.ts'
import { OptionError } from '../../core/errors.ts'
import type { Future } from '../../future/index.ts'
import { HttpError } from '../../http/index.ts'
import { JwtError, JwtKeysError } from '../errors.ts'
import { type HttpCredentials, httpBearer } from '../schemes/http-scheme.ts'
import type { JwtClaims, JwtOptions } from './jwt-options.ts'
import { JwtVerifier } from './jwt-verifier.ts'

/** What a scheme may give for a token to be in it. */
export type TokenCredentials = string | HttpCredentials | undefined

export interface JwtDependencyOptions<Claims, Token extends TokenCredentials>
  extends JwtOptions<Claims> {
  /** Where the token is: `oauth2Password()`, `apiKey({ in: 'cookie' })`; default `httpBearer()`. */
  readonly scheme?: Dependency<Token>
  /** Which scopes the claims give; default those of `scope` and `scp`. */
  readonly scopes?: (claims: Claims) => readonly string[]
}

type Optional<Token, Claims> = undefined extends Token ? Claims | undefined : Claims

/**
 * The claims of the JSON Web Token that a request carries, once they are checked.
 *
 * A token that is not to be trusted is answered with 401, one without a scope that `security()` requires
 * with 403, both as RFC 6750 says; 503 if the keys of the issuer cannot be had. Needs the package `jose`.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function jwt<Claims = JwtClaims, const Token extends TokenCredentials = HttpCredentials>(
  options: JwtDependencyOptions<Claims, Token>,
): Dependency<Optional<Token, Claims>> {
  const { scheme = httpBearer({ bearerFormat: 'JWT' }), scopes: given, ...rest } = options
  const scopesOf = given ?? (scopesOfClaims as (claims: Claims) => readonly string[])
  if (typeof scopesOf !== 'function') throw new OptionError('jwt().scopes', given, 'a function')
  const verifier = new JwtVerifier<Claims>(rest)
  const inputs = { token: scheme as Dependency<TokenCredentials>, scopes: securityScopes() }
  return dep(inputs, function jwtClaims({ token, scopes: required }): Future<Claims> | undefined {
    if (token === undefined) return undefined
    const { scopes, text } = required
    const scope = scopes.length === 0 ? '' : `, scope="${text}"`
    return verifier.verify(typeof token === 'string' ? token : token.credentials).then(
      (claims) => {
        const granted = scopesOf(claims)
        if (scopes.every((each) => granted.includes(each))) return claims
        throw refuse(403, 'Not enough permissions', `error="insufficient_scope"${scope}`)
      },
      (error: unknown) => {
        throw toHttpError(error, scope)
      },
    )
  }) as Dependency<Optional<Token, Claims>>
}

function toHttpError(error: unknown, scope: string): unknown {
  if (error instanceof JwtError) {
    const words = `error="invalid_token", error_description="${error.message}"${scope}`
    return refuse(401, 'Could not validate credentials', words, error)
  }
  if (error instanceof JwtKeysError) {
    const detail = 'Credentials cannot be checked at the moment'
    return new HttpError(503, detail, { 'retry-after': '5' }, { cause: error })
  }
  return error
}

/** @see RFC 6750, section 3 */
function refuse(status: number, detail: string, words: string, cause?: unknown): HttpError {
  return new HttpError(status, detail, { 'www-authenticate': `Bearer ${words}` }, { cause })
}

/** `scope` as RFC 8693, section 4.2, has it; `scp` as a list or a text, as others do. */
function scopesOfClaims(claims: JwtClaims): readonly string[] {
  return [claims['scope'], claims['scp']].flatMap((value) => {
    if (typeof value === 'string') return value.split(' ')
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []
  })
}
