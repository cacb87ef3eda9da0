import { FasterApiError, FlowError } from '../core/errors.ts'

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

function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason)
}
