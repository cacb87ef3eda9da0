export {
  SecurityDependency,
  type SecurityScheme,
  SecurityScopes,
  securityScopes,
} from '../app/index.ts'
export {
  JwtError,
  JwtKeysError,
  type JwtProblem,
  PackageMissingError,
  PasswordHashError,
} from './errors.ts'
export type { JwtAlgorithm, KeyAlgorithm, SecretAlgorithm } from './jwt/algorithms.ts'
export { type JwtDependencyOptions, jwt, type TokenCredentials } from './jwt/jwt.ts'
export type { JwtClaims, JwtOptions } from './jwt/jwt-options.ts'
export { JwtVerifier } from './jwt/jwt-verifier.ts'
export type { JwksOptions } from './jwt/remote-keys.ts'
export { type SignJwtOptions, signJwt } from './jwt/sign-jwt.ts'
export type { JwtPublicKey, JwtSecret } from './jwt/verification-key.ts'

export { hashPassword, needsRehash, verifyPassword } from './passwords/hash-password.ts'
export { PasswordHasher, type PasswordHasherOptions } from './passwords/password-hasher.ts'
export { type ApiKeyOptions, apiKey } from './schemes/api-key.ts'
export { type BasicCredentials, type HttpBasicOptions, httpBasic } from './schemes/http-basic.ts'
export {
  type HttpBearerOptions,
  type HttpCredentials,
  type HttpSchemeOptions,
  httpBearer,
  httpDigest,
  httpScheme,
} from './schemes/http-scheme.ts'
export {
  type OAuth2AuthorizationCodeOptions,
  type OAuth2Flows,
  type OAuth2Options,
  type OAuth2PasswordOptions,
  type OpenIdConnectOptions,
  oauth2,
  oauth2AuthorizationCode,
  oauth2Password,
  openIdConnect,
  type ScopeDescriptions,
} from './schemes/oauth2.ts'
export {
  oauth2PasswordRequestForm,
  oauth2PasswordRequestFormStrict,
  type PasswordRequest,
} from './schemes/password-request-form.ts'
export type { Credentials, SchemeOptions } from './schemes/scheme-options.ts'
export { security } from './schemes/security.ts'
export { timingSafeEqual } from './timing-safe-equal.ts'
