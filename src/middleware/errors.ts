import { registerErrorClasses } from '../core/error-classes.ts'
import { describe, FasterApiError } from '../core/errors.ts'

/** A middleware gave something else than a response: mostly it has not returned what `next` gave. */
export class MiddlewareError extends FasterApiError {
  readonly code = 'MIDDLEWARE_ANSWER'

  constructor(what: string, answer: unknown) {
    super(`${what} must return an HttpResponse, got ${describe(answer)}`)
  }
}

registerErrorClasses(MiddlewareError)
