import { describe, FasterApiError, FlowError } from '../core/errors.ts'

/** `get()` was called on a future that is still pending. */
export class NotReadyError extends FasterApiError {
  readonly code = 'FUTURE_NOT_READY'

  constructor() {
    super('The future is still pending; use then() or await, or test isReady first')
  }
}

/** A future was asked to wait for itself, which would never end. */
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

/** What was waited for, or is asked for now, was broken or disposed of by its owner. */
export class BrokenError extends FlowError {
  readonly code = 'FUTURE_BROKEN'

  constructor(what: string) {
    super(`${what} is broken: its owner has given it up`)
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
