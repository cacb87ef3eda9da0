export { type Clock, ManualClock, systemClock, type Timer } from '../core/clock.ts'
export { deserializeError, type ErrorData, serializeError } from '../core/error-data.ts'
export {
  AbortedError,
  ClosedError,
  FasterApiError,
  LimitError,
  OptionError,
  TimeoutError,
} from '../core/errors.ts'
export {
  configureRunQueue,
  type RunQueueOptions,
  type RunQueueStats,
  runQueueStats,
} from '../core/run-queue.ts'
export { TaskGroup, type TaskGroupOptions, type TaskGroupStats } from '../core/task-group.ts'
export { Batch } from './batch.ts'
export type { BatchLoad, BatchOptions } from './batch-options.ts'
export { BoundedQueue } from './bounded-queue.ts'
export { chain } from './chain.ts'
export { ConditionVariable } from './condition-variable.ts'
export type { ItemSource } from './cursor.ts'
export { doUntil } from './do-until.ts'
export {
  dumpFutures,
  type FuturesDump,
  formatFuturesDump,
  type PendingSite,
} from './dump-futures.ts'
export {
  BatchResultError,
  BrokenError,
  CleanupError,
  FutureCycleError,
  GateClosedError,
  GateUnderflowError,
  NotReadyError,
  PipelineError,
  QueueClosedError,
  RetriesExhaustedError,
  RetryBudgetError,
  RetryCallbackError,
  TooManyFailuresError,
} from './errors.ts'
export { filterAsync } from './filter-async.ts'
export { forEachAsync } from './for-each-async.ts'
export { Deferred, type Eventual, Future, type Resolvers } from './future.ts'
export { Gate, Holder } from './gate.ts'
export { mapAsync } from './map-async.ts'
export { type MapReduceOptions, mapReduce } from './map-reduce.ts'
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
export type { StageOptions } from './pipeline/stage.ts'
export type { StageEvent, StageStats, StageTiming } from './pipeline/station.ts'
export { type Reducer, reduceAsync } from './reduce-async.ts'
export { repeat, STOP } from './repeat.ts'
export { repeatUntilValue } from './repeat-until-value.ts'
export { type Attempt, retryAsync } from './retry.ts'
export { RetryBudget, type RetryBudgetOptions } from './retry-budget.ts'
export type { FailedAttempt, RetryOptions } from './retry-policy.ts'
export { runInGroup } from './run-in-group.ts'
export { HeldLock, type LockMode, RwLock } from './rw-lock.ts'
export { Semaphore } from './semaphore.ts'
export type { SignalOptions, Work } from './signals.ts'
export { type SleepOptions, sleep } from './sleep.ts'
export { type TimeoutOptions, timeoutAsync } from './timeout.ts'
export type { TraversalOptions, Visit } from './traversal.ts'
export {
  abandonedFailures,
  onUnhandledFailure,
  type UnhandledFailure,
} from './unhandled.ts'
export { Units } from './units.ts'
export type { WaitOptions } from './wait-options.ts'
export { type Outcome, type Outcomes, whenAll } from './when-all.ts'
export { type SettledOutcomes, whenAllSettled } from './when-all-settled.ts'
export { whenAllSucceed } from './when-all-succeed.ts'
export { type First, whenAny } from './when-any.ts'
export { whenAnySucceed } from './when-any-succeed.ts'
export { type Success, whenSome } from './when-some.ts'
export { maybeYield, yieldNow } from './yield.ts'
