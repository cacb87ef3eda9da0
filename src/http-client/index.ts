export {
  childTrace,
  formatTraceparent,
  parseTraceparent,
  startTrace,
  type TraceContext,
} from '../core/trace-context.ts'
export {
  formatTracestate,
  parseTracestate,
  type TraceStateMember,
  withTracestate,
} from '../core/trace-state.ts'
export { type ClientRequestMessage, clientRequestFinish, clientRequestStart } from './channels.ts'
export { type CloseOptions, HttpClient } from './client.ts'
export {
  HttpClientError,
  type HttpClientErrorCode,
  type TimeoutPhase,
} from './errors.ts'
export type { HeaderFields, HeadersInput } from './header-fields.ts'
export { type BodyFlow, IncomingBody } from './incoming-body.ts'
export type {
  CallOptions,
  ClientBreakerOptions,
  HttpClientOptions,
  RequestOptions,
} from './options.ts'
export type { ClientTlsOptions, PoolOptions, ProxyOptions } from './pool-options.ts'
export type { BodyInput, BodyOptions, BodySource, FormInput } from './request-body.ts'
export { ClientResponse, type ReadOptions } from './response.ts'
export type { ClientRetryOptions } from './retry-rules.ts'
export { CLIENT_LATENCY_BOUNDS_S, type HttpClientStats, type OriginStats } from './stats.ts'
export type { PathParams, QueryInput } from './target-url.ts'
export type {
  Transport,
  TransportExchange,
  TransportRequest,
  TransportResponse,
} from './transport.ts'
