import { registerErrorClasses } from '../core/error-classes.ts'
import { FasterApiError } from '../core/errors.ts'

/** A stored hash of a password cannot be read, or asks for more work than is allowed. */
export class PasswordHashError extends FasterApiError {
  readonly code = 'SECURITY_PASSWORD_HASH'
}

registerErrorClasses(PasswordHashError)
