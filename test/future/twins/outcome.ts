import {
  CleanupError,
  RetriesExhaustedError,
  TooManyFailuresError,
} from '../../../src/future/index.ts'

/** What the promises fail with where futures have an error class of their own. */
export class Exhausted {
  readonly cause: unknown

  constructor(cause: unknown) {
    this.cause = cause
  }
}

/** A failure or value in words, the same for the errors of both sides. */
export function describe(outcome: unknown): string {
  if (outcome instanceof CleanupError) return describe(outcome.error)
  if (outcome instanceof TooManyFailuresError || outcome instanceof AggregateError) {
    return `none of ${outcome.errors.map(describe).join()}`
  }
  if (outcome instanceof RetriesExhaustedError || outcome instanceof Exhausted) {
    return `exhausted by ${describe(outcome.cause)}`
  }
  if (outcome instanceof Error) throw outcome
  return JSON.stringify(outcome) ?? 'undefined'
}
