export { Bulkhead, type BulkheadOptions, type BulkheadStats } from './bulkhead.ts'
export { type CallContext, currentCallContext, withCallContext } from './call-context.ts'
export { circuitChange } from './channels.ts'
export { CircuitBreaker, type CircuitStats } from './circuit-breaker.ts'
export type {
  CircuitBreakerOptions,
  CircuitEvent,
  CircuitState,
} from './circuit-breaker-options.ts'
export { Deadline, type DeadlineOptions } from './deadline.ts'
export { CircuitOpenError } from './errors.ts'
export { ResiliencePolicy, type ResiliencePolicyOptions, type RunOptions } from './policy.ts'
export { RateLimiter, type RateLimiterOptions } from './rate-limiter.ts'
