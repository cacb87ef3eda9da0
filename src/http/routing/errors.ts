import { FasterApiError } from '../../core/errors.ts'

/** A path pattern cannot be read; the message says what is wrong with it. */
export class RoutePatternError extends FasterApiError {
  readonly code = 'HTTP_ROUTE_PATTERN'
  readonly pattern: string

  constructor(pattern: string, reason: string) {
    super(`Invalid path ${JSON.stringify(pattern)}: ${reason}`)
    this.pattern = pattern
  }
}

/** Two routes of one method would match the same paths. */
export class RouteConflictError extends FasterApiError {
  readonly code = 'HTTP_ROUTE_CONFLICT'

  constructor(method: string, pattern: string, existing: string) {
    super(`${method} ${pattern} matches the same paths as ${method} ${existing}`)
  }
}
