export { type AccessLogLayer, accessLog } from './access-log/access-log.ts'
export type { AccessLogEntry } from './access-log/entry.ts'
export type { LineTarget } from './access-log/line-writer.ts'
export type { AccessLogOptions } from './access-log/options.ts'
export { SECRET_PARAMETERS } from './access-log/redact.ts'
export { compose, type Recovery } from './compose.ts'
export { compression, conditional, decompression } from './content/content.ts'
export { cors } from './cors/cors.ts'
export type { CorsOptions } from './cors/options.ts'
export type { OriginPredicate, Origins } from './cors/origins.ts'
export { MiddlewareError } from './errors.ts'
export { type HttpsRedirectOptions, httpsRedirect } from './hosts/https-redirect.ts'
export { type TrustedHostOptions, trustedHost } from './hosts/trusted-host.ts'
export { bodyLimit } from './limits/body-limit.ts'
export { type TimeoutMiddlewareOptions, timeout } from './limits/timeout.ts'
export {
  type Middleware,
  type MiddlewareFunction,
  MiddlewareLayer,
  type MiddlewareScope,
  middleware,
  type Next,
  type RequestAnswerer,
} from './middleware.ts'
export { MemoryStore, type MemoryStoreOptions } from './rate-limit/memory-store.ts'
export type { RateLimitHeaders, RateLimitOptions } from './rate-limit/options.ts'
export type { RateAlgorithm, RateDecision, RatePolicy } from './rate-limit/policy.ts'
export { type RateLimitLayer, rateLimit } from './rate-limit/rate-limit.ts'
export {
  type RedisScriptClient,
  RedisStore,
  type RedisStoreOptions,
} from './rate-limit/redis-store.ts'
export { SharedStore } from './rate-limit/shared-store.ts'
export type { RateLimitStore } from './rate-limit/store.ts'
export type { AppRequest } from './request.ts'
export { type RequestIdOptions, requestId, requestIdOf } from './request-id.ts'
export {
  CSP_NONCE,
  type CspDirectives,
  type CspSource,
} from './security-headers/content-security-policy.ts'
export type {
  ContentSecurityPolicyOptions,
  ReferrerPolicy,
  SecurityHeadersOptions,
  StrictTransportSecurityOptions,
} from './security-headers/options.ts'
export { cspNonceOf, securityHeaders } from './security-headers/security-headers.ts'
export { addTiming, type ServerTimingOptions, serverTiming } from './server-timing.ts'
