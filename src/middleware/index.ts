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
export type { AppRequest } from './request.ts'
export { type RequestIdOptions, requestId, requestIdOf } from './request-id.ts'
export { addTiming, type ServerTimingOptions, serverTiming } from './server-timing.ts'
