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
export { chain } from './chain.ts'
export {
  BrokenError,
  CleanupError,
  FutureCycleError,
  NotReadyError,
  PipelineError,
  RetriesExhaustedError,
} from './errors.ts'
export { Deferred, type Eventual, Future, type Resolvers } from './future.ts'
export type { NameOptions } from './name-options.ts'
export type { StageContext } from './pipeline/context.ts'
export type {
  ExecuteOptions,
  ManyOptions,
  OnStage,
  PipelineOptions,
} from './pipeline/options.ts'
export {
  type Branches,
  type BranchResults,
  Pipeline,
  type StageWork,
} from './pipeline/pipeline.ts'
export type { StageRetry } from './pipeline/policies.ts'
export type { Items } from './pipeline/source.ts'
export type { StageOptions } from './pipeline/stage.ts'
export type { StageEvent, StageStats, StageTiming } from './pipeline/station.ts'
export {
  type Attempt,
  type FailedAttempt,
  type RetryOptions,
  retryAsync,
} from './retry.ts'
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
