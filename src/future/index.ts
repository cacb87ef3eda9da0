export { type BuiltInGroups, taskGroups } from '../core/built-in-groups.ts'
export {
  type Clock,
  type ClockTimer,
  systemClock,
  type Timer,
  type TimerClock,
} from '../core/clock.ts'
export { deserializeError, type ErrorData, serializeError } from '../core/error-data.ts'
export {
  AbortedError,
  ClosedError,
  FasterApiError,
  LimitError,
  OptionError,
  TimeoutError,
} from '../core/errors.ts'
export { ManualClock } from '../core/manual-clock.ts'
export {
  configureRunQueue,
  type RunQueueOptions,
  type RunQueueStats,
  runQueueStats,
  taskGroupStats,
} from '../core/run-queue.ts'
export { TaskGroup, type TaskGroupOptions, type TaskGroupStats } from '../core/task-group.ts'
export { type Outcome, type Outcomes, whenAll } from './combinators/when-all.ts'
export { type SettledOutcomes, whenAllSettled } from './combinators/when-all-settled.ts'
export { whenAllSucceed } from './combinators/when-all-succeed.ts'
export { type First, whenAny } from './combinators/when-any.ts'
export { whenAnySucceed } from './combinators/when-any-succeed.ts'
export { type Success, whenSome } from './combinators/when-some.ts'
export { Deferred } from './deferred.ts'
export {
  dumpFutures,
  type FuturesDump,
  formatFuturesDump,
  type PendingSite,
} from './diagnostics/dump-futures.ts'
export {
  abandonedFailures,
  onUnhandledFailure,
  type UnhandledFailure,
} from './diagnostics/unhandled.ts'
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
export { type Eventual, Future, type Resolvers } from './future.ts'
export type { ItemSource } from './iteration/cursor.ts'
export { doUntil } from './iteration/do-until.ts'
export { filterAsync } from './iteration/filter-async.ts'
export { forEachAsync } from './iteration/for-each-async.ts'
export { mapAsync } from './iteration/map-async.ts'
export { type MapReduceOptions, mapReduce } from './iteration/map-reduce.ts'
export { type Reducer, reduceAsync } from './iteration/reduce-async.ts'
export { repeat, STOP } from './iteration/repeat.ts'
export { repeatUntilValue } from './iteration/repeat-until-value.ts'
export type { TraversalOptions, Visit } from './iteration/traversal.ts'
export { chain } from './pipeline/chain.ts'
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
export { Batch } from './primitives/batch.ts'
export type { BatchLoad, BatchOptions } from './primitives/batch-options.ts'
export { BoundedQueue } from './primitives/bounded-queue.ts'
export { ConditionVariable } from './primitives/condition-variable.ts'
export { Gate, Holder } from './primitives/gate.ts'
export type { NameOptions } from './primitives/name-options.ts'
export { HeldLock, type LockMode, RwLock } from './primitives/rw-lock.ts'
export { Semaphore } from './primitives/semaphore.ts'
export { Units } from './primitives/units.ts'
export type { WaitOptions } from './primitives/wait-options.ts'
export { runInGroup } from './run-in-group.ts'
export type { SignalOptions, Work } from './signals.ts'
export { type Attempt, retryAsync } from './time/retry.ts'
export { RetryBudget, type RetryBudgetOptions } from './time/retry-budget.ts'
export type { FailedAttempt, RetryOptions } from './time/retry-policy.ts'
export { type SleepOptions, sleep } from './time/sleep.ts'
export { type TimeoutOptions, timeoutAsync } from './time/timeout.ts'
export { maybeYield, yieldNow } from './yield.ts'
