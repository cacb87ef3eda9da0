import { registerErrorClasses } from '../core/error-classes.ts'
import { FasterApiError } from '../core/errors.ts'

/** A reactor did not get ready; `cause` is what its code, or the system, failed with. */
export class ReactorStartError extends FasterApiError {
  readonly code = 'REACTOR_START'
  /** Core id of the reactor. */
  readonly reactor: number

  constructor(reactor: number, cause: unknown) {
    super(`Reactor ${reactor} did not start: ${messageOf(cause)}`, { cause })
    this.reactor = reactor
  }
}

/** A reactor kept dying: the supervisor has given up, and stopped the others. */
export class ReactorCrashLoopError extends FasterApiError {
  readonly code = 'REACTOR_CRASH_LOOP'
  /** Core id of the reactor. */
  readonly reactor: number

  constructor(reactor: number, crashes: number, windowMs: number, cause: unknown) {
    super(
      `Reactor ${reactor} died ${crashes} times within ${windowMs / 1000} s: ${messageOf(cause)}`,
      { cause },
    )
    this.reactor = reactor
  }
}

/** A reactor ended though nobody had asked it to; `cause` is what it threw, if it threw. */
export class ReactorExitError extends FasterApiError {
  readonly code = 'REACTOR_EXIT'

  constructor(what: string, cause?: unknown) {
    super(
      cause === undefined ? what : `${what}: ${messageOf(cause)}`,
      cause === undefined ? undefined : { cause },
    )
  }
}

/** The call does not fit what this thread is, or what the reactors are doing. */
export class ReactorStateError extends FasterApiError {
  readonly code = 'REACTOR_STATE'
}

/** @returns a failure in words */
export function messageOf(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason)
}

registerErrorClasses(ReactorStartError, ReactorCrashLoopError, ReactorExitError, ReactorStateError)
