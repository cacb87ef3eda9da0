import { AbortedError, FlowError } from '../../core/errors.ts'
import { HttpError } from '../../http/index.ts'
import { RequestValidationError } from '../errors.ts'

/** The status of a failure that is meant to be an answer; undefined for one nobody has foreseen. */
export function intendedStatus(failure: unknown): number | undefined {
  if (failure instanceof HttpError) return failure.status
  return failure instanceof RequestValidationError ? 422 : undefined
}

/**
 * Work that was given up because `request.signal` fired has not failed: the signal's reason, such as
 * a client that went away, is the answer, and nothing to log.
 */
export function abortCause(failure: unknown): unknown {
  return failure instanceof AbortedError && failure.cause instanceof HttpError
    ? failure.cause
    : failure
}

/** An answer that hides a defect: `new HttpError(503, 'Try later', undefined, { cause })`. */
export function hidesDefect(failure: unknown): boolean {
  if (!(failure instanceof HttpError) || failure.status < 500) return false
  return failure.cause !== undefined && !(failure.cause instanceof FlowError)
}
