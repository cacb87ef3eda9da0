import { FasterApiError } from '../core/errors.ts'

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

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason)
}
