import { registerErrorClasses } from '../core/error-classes.ts'
import { FasterApiError, FlowError } from '../core/errors.ts'

/** A stored hash of a password cannot be read, or asks for more work than is allowed. */
export class PasswordHashError extends FasterApiError {
  readonly code = 'SECURITY_PASSWORD_HASH'
}

/** What is wrong with a token. */
export type JwtProblem = 'malformed' | 'algorithm' | 'key' | 'signature' | 'expired' | 'claims'

/** A token is not to be trusted; the client has to get another one. */
export class JwtError extends FlowError {
  readonly code = 'SECURITY_JWT'
  readonly problem: JwtProblem

  constructor(problem: JwtProblem, message: string, options?: ErrorOptions) {
    super(message, options)
    this.problem = problem
  }
}

/** The keys that tokens are checked with cannot be had; `cause` says why. Nobody's token is at fault. */
export class JwtKeysError extends FasterApiError {
  readonly code = 'SECURITY_JWT_KEYS'
}

/** A package that is needed is not installed; the message says which, and how to install it. */
export class PackageMissingError extends FasterApiError {
  readonly code = 'SECURITY_PACKAGE_MISSING'
}

/** The data of a session do not fit into its cookie: keep less, or use a store. */
export class SessionSizeError extends FasterApiError {
  readonly code = 'SECURITY_SESSION_SIZE'

  constructor(bytes: number, limit: number) {
    super(`The session takes ${bytes} bytes as a cookie; browsers keep ${limit}: use a store`)
  }
}

registerErrorClasses(
  PasswordHashError,
  JwtError,
  JwtKeysError,
  PackageMissingError,
  SessionSizeError,
)
