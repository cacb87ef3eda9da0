export { type Clock, ManualClock, systemClock, type Timer } from '../core/clock.ts'
export {
  AbortedError,
  ClosedError,
  FasterApiError,
  LimitError,
  OptionError,
  TimeoutError,
} from '../core/errors.ts'
export { type RunQueueStats, runQueueStats } from '../core/run-queue.ts'
export { Batch } from './batch.ts'
export type { BatchLoad, BatchOptions } from './batch-options.ts'
export { BoundedQueue } from './bounded-queue.ts'
export { ConditionVariable } from './condition-variable.ts'
export {
  BatchResultError,
  BrokenError,
  CleanupError,
  FutureCycleError,
  GateClosedError,
  GateUnderflowError,
  NotReadyError,
  QueueClosedError,
  RetriesExhaustedError,
} from './errors.ts'
export { Deferred, type Eventual, Future, type Resolvers } from './future.ts'
export { Gate, Holder } from './gate.ts'
export type { NameOptions } from './name-options.ts'
export {
  type Attempt,
  type FailedAttempt,
  type RetryOptions,
  retryAsync,
} from './retry.ts'
export { HeldLock, type LockMode, RwLock } from './rw-lock.ts'
export { Semaphore } from './semaphore.ts'
export type { Work } from './signals.ts'
export { type SleepOptions, sleep } from './sleep.ts'
export { type TimeoutOptions, timeoutAsync } from './timeout.ts'
export {
  abandonedFailures,
  onUnhandledFailure,
  type UnhandledFailure,
} from './unhandled.ts'
export { Units } from './units.ts'
export type { WaitOptions } from './wait-options.ts'
export { type Outcome, type Outcomes, whenAll } from './when-all.ts'
export { type First, whenAny } from './when-any.ts'
