import { registerErrorClasses } from '../core/error-classes.ts'
import { FasterApiError } from '../core/errors.ts'

/** The arguments of a command cannot be understood; the message says which, and the exit code is 2. */
export class CliUsageError extends FasterApiError {
  readonly code = 'CLI_USAGE'
}

/** A command cannot do what it is for; the message says why, without a stack, and the exit code is 1. */
export class CliError extends FasterApiError {
  readonly code = 'CLI_FAILED'
}

registerErrorClasses(CliUsageError, CliError)
