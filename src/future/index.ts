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
export type { ItemSource } from './cursor.ts'
export { doUntil } from './do-until.ts'
export {
  CleanupError,
  FutureCycleError,
  NotReadyError,
  RetriesExhaustedError,
  RetryBudgetError,
  RetryCallbackError,
  TooManyFailuresError,
} from './errors.ts'
export { filterAsync } from './filter-async.ts'
export { forEachAsync } from './for-each-async.ts'
export { Deferred, type Eventual, Future, type Resolvers } from './future.ts'
export { mapAsync } from './map-async.ts'
export { type MapReduceOptions, mapReduce } from './map-reduce.ts'
export { type Reducer, reduceAsync } from './reduce-async.ts'
export { repeat, STOP } from './repeat.ts'
export { repeatUntilValue } from './repeat-until-value.ts'
export { type Attempt, retryAsync } from './retry.ts'
export { RetryBudget, type RetryBudgetOptions } from './retry-budget.ts'
export type { FailedAttempt, RetryOptions } from './retry-policy.ts'
export type { SignalOptions, Work } from './signals.ts'
export { type SleepOptions, sleep } from './sleep.ts'
export { type TimeoutOptions, timeoutAsync } from './timeout.ts'
export type { TraversalOptions, Visit } from './traversal.ts'
export {
  abandonedFailures,
  onUnhandledFailure,
  type UnhandledFailure,
} from './unhandled.ts'
export { type Outcome, type Outcomes, whenAll } from './when-all.ts'
export { type SettledOutcomes, whenAllSettled } from './when-all-settled.ts'
export { whenAllSucceed } from './when-all-succeed.ts'
export { type First, whenAny } from './when-any.ts'
export { whenAnySucceed } from './when-any-succeed.ts'
export { type Success, whenSome } from './when-some.ts'
