import { registerErrorClasses } from '../core/error-classes.ts'
import { describe, FasterApiError, FlowError } from '../core/errors.ts'

/** `get()` was called on a future that is still pending. */
export class NotReadyError extends FasterApiError {
  readonly code = 'FUTURE_NOT_READY'

  constructor() {
    super('The future is still pending; use then() or await, or test isReady first')
  }
}

/** A future was asked to wait for itself, directly or through others: it would never end. */
export class FutureCycleError extends TypeError {
  readonly code = 'FUTURE_CYCLE'
  override readonly name = 'FutureCycleError'

  constructor() {
    super('A future cannot be resolved with itself')
  }
}

/**
 * A cleanup failed after the work had failed: both failures, neither lost.
 *
 * The fields are those of the standard `SuppressedError`, which Node 22 does not have yet.
 */
export class CleanupError extends FasterApiError {
  readonly code = 'FUTURE_CLEANUP'
  /** What the cleanup failed with. */
  readonly error: unknown
  /** What the work had failed with before. */
  readonly suppressed: unknown

  constructor(error: unknown, suppressed: unknown) {
    super(`Cleanup failed with "${messageOf(error)}" after "${messageOf(suppressed)}"`, {
      cause: error,
    })
    this.error = error
    this.suppressed = suppressed
  }
}

/** All attempts of `retryAsync` failed; `cause` is the last failure. */
export class RetriesExhaustedError extends FasterApiError {
  readonly code = 'FUTURE_RETRIES_EXHAUSTED'
  readonly attempts: number

  constructor(attempts: number, cause: unknown) {
    super(`All ${attempts} attempts failed, the last with "${messageOf(cause)}"`, { cause })
    this.attempts = attempts
  }
}

/**
 * A stage of a `Pipeline` failed; `cause` is the failure itself.
 *
 * What the caller decides (the signal, the time limit of the whole) is not wrapped.
 */
export class PipelineError extends FasterApiError {
  readonly code = 'FUTURE_PIPELINE_STAGE'
  /** Name of the stage. */
  readonly stage: string
  /** Its place in the pipeline, from 0. */
  readonly index: number
  /** Name of the branch, if the stage is a parallel one. */
  readonly branch: string | undefined

  constructor(stage: string, index: number, cause: unknown, branch?: string) {
    const where = branch === undefined ? '' : `, branch "${branch}",`
    super(`Stage "${stage}"${where} failed with "${messageOf(cause)}"`, { cause })
    this.stage = stage
    this.index = index
    this.branch = branch
  }
}

/** What was waited for, or is asked for now, was broken or disposed of by its owner. */
export class BrokenError extends FlowError {
  readonly code = 'FUTURE_BROKEN'

  constructor(what: string) {
    super(`${what} is broken: its owner has given it up`)
  }
}

/** The budget of `retryAsync` was empty, so no further attempt was made; `cause` is the last failure. */
export class RetryBudgetError extends FlowError {
  readonly code = 'FUTURE_RETRY_BUDGET'
  readonly attempts: number

  constructor(attempts: number, cause: unknown) {
    super(`No budget to retry after attempt ${attempts} failed with "${messageOf(cause)}"`, {
      cause,
    })
    this.attempts = attempts
  }
}

/** `retryIf` or `onRetry` of `retryAsync` failed itself; `cause` is that failure. */
export class RetryCallbackError extends FasterApiError {
  readonly code = 'FUTURE_RETRY_CALLBACK'
  /** What the attempt had failed with before. */
  readonly suppressed: unknown

  constructor(callback: string, cause: unknown, suppressed: unknown) {
    super(`${callback} failed with "${messageOf(cause)}" after "${messageOf(suppressed)}"`, {
      cause,
    })
    this.suppressed = suppressed
  }
}

/**
 * So many failed that there cannot be as many successes as were asked for.
 *
 * The shape is that of the standard `AggregateError`.
 */
export class TooManyFailuresError extends FasterApiError {
  readonly code = 'FUTURE_TOO_MANY_FAILURES'
  /** The failures so far, in input order. */
  readonly errors: readonly unknown[]

  constructor(what: string, needed: number, errors: readonly unknown[]) {
    super(`${what} needs ${needed} to succeed and cannot: ${errors.length} failed`, {
      cause: errors[0],
    })
    this.errors = errors
  }
}

/** A closed {@link Gate} was to be entered. */
export class GateClosedError extends FlowError {
  readonly code = 'FUTURE_GATE_CLOSED'

  constructor(what: string) {
    super(`${what} is closed`)
  }
}

/** A {@link Gate} was left more often than it was entered. */
export class GateUnderflowError extends FasterApiError {
  readonly code = 'FUTURE_GATE_UNDERFLOW'

  constructor(what: string) {
    super(`${what} was left more often than it was entered`)
  }
}

/** A closed {@link BoundedQueue} has no room for more items, or none left to give. */
export class QueueClosedError extends FlowError {
  readonly code = 'FUTURE_QUEUE_CLOSED'

  constructor(what: string) {
    super(`${what} is closed`)
  }
}

/** The load function of a {@link Batch} gave something else than one result for each key. */
export class BatchResultError extends FasterApiError {
  readonly code = 'FUTURE_BATCH_RESULT'

  constructor(what: string, keys: number, results: unknown) {
    super(`${what} must load an array of ${keys} for as many keys, got ${describe(results)}`)
  }
}

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason)
}

registerErrorClasses(
  NotReadyError,
  FutureCycleError,
  CleanupError,
  RetriesExhaustedError,
  PipelineError,
  BrokenError,
  RetryBudgetError,
  RetryCallbackError,
  TooManyFailuresError,
  GateClosedError,
  GateUnderflowError,
  QueueClosedError,
  BatchResultError,
)
