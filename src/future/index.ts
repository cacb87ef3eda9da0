export { type Clock, systemClock, type Timer } from '../core/clock.ts'
export {
  AbortedError,
  ClosedError,
  FasterApiError,
  LimitError,
  OptionError,
  TimeoutError,
} from '../core/errors.ts'
export { ManualClock } from '../core/manual-clock.ts'
export { type RunQueueStats, runQueueStats } from '../core/run-queue.ts'
export {
  CleanupError,
  FutureCycleError,
  NotReadyError,
  RetriesExhaustedError,
} from './errors.ts'
export { Deferred, type Eventual, Future, type Resolvers } from './future.ts'
export {
  type Attempt,
  type FailedAttempt,
  type RetryOptions,
  retryAsync,
} from './retry.ts'
export type { Work } from './signals.ts'
export { type SleepOptions, sleep } from './sleep.ts'
export { type TimeoutOptions, timeoutAsync } from './timeout.ts'
export {
  abandonedFailures,
  onUnhandledFailure,
  type UnhandledFailure,
} from './unhandled.ts'
export { type Outcome, type Outcomes, whenAll } from './when-all.ts'
export { type First, whenAny } from './when-any.ts'
