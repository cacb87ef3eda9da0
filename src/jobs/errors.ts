import { registerErrorClasses } from '../core/error-classes.ts'
import { FasterApiError } from '../core/errors.ts'

/** The package `pg-boss`, which keeps jobs, is not installed. */
export class JobsPackageMissingError extends FasterApiError {
  readonly code = 'JOBS_PACKAGE_MISSING'
}

/** Jobs are not in the state that the call needs: not started, stopped, or started already. */
export class JobsStateError extends FasterApiError {
  readonly code = 'JOBS_STATE'
}

registerErrorClasses(JobsPackageMissingError, JobsStateError)
