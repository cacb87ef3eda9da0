export {
  SecurityDependency,
  type SecurityScheme,
  SecurityScopes,
  securityScopes,
} from '../app/index.ts'
export { Csrf, CsrfDependency, type CsrfOptions, csrf } from './csrf/csrf.ts'
export type { Exemption } from './csrf/origin-check.ts'
export { type SameOriginOptions, sameOrigin } from './csrf/same-origin.ts'
export {
  JwtError,
  JwtKeysError,
  type JwtProblem,
  PackageMissingError,
  PasswordHashError,
  SessionSizeError,
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
export {
  type MemorySessionStoreOptions,
  memorySessionStore,
} from './sessions/memory-session-store.ts'
export {
  type PostgresSessionStore,
  type PostgresSessionStoreOptions,
  postgresSessionStore,
} from './sessions/postgres-session-store.ts'
export {
  type RedisSessionClient,
  type RedisSessionStoreOptions,
  redisSessionStore,
} from './sessions/redis-session-store.ts'
export { Session, type SessionData } from './sessions/session.ts'
export { session } from './sessions/session-dependency.ts'
export type { SessionCookieOptions, SessionOptions } from './sessions/session-options.ts'
export type { SessionStore } from './sessions/session-store.ts'
export { timingSafeEqual } from './timing-safe-equal.ts'
