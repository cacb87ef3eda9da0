import { registerErrorClasses } from '../core/error-classes.ts'
import { FasterApiError, FlowError } from '../core/errors.ts'
import type { ValidationIssue } from '../schema/index.ts'

/** The inputs of a request do not fit what the route declares; answered with 422. */
export class RequestValidationError extends FlowError {
  readonly code = 'APP_VALIDATION'
  /** Everything that is wrong, in the order of declaration; bodies come last. */
  readonly issues: readonly ValidationIssue[]

  readonly #readBody: (() => unknown) | undefined

  /** @param readBody - reads the body again, for {@link body} */
  constructor(issues: readonly ValidationIssue[], readBody?: () => unknown) {
    super(`The request has ${issues.length} invalid input${issues.length === 1 ? '' : 's'}`)
    this.issues = issues
    this.#readBody = readBody
  }

  /**
   * The body as it was sent, parsed anew for each look: a JSON value, or the text of what is not JSON.
   * Undefined without a JSON body among the inputs.
   */
  get body(): unknown {
    return this.#readBody?.()
  }
}

/** A handler returned what its `out` does not allow; answered with 500 and never sent. */
export class ResponseValidationError extends FasterApiError {
  readonly code = 'APP_RESPONSE'
}

/** A route, router or dependency was declared in a way that can never work; thrown at start. */
export class RouteDefinitionError extends FasterApiError {
  readonly code = 'APP_ROUTE'
}

/** A dependency broke its contract, or the app could not start it; `cause` says more. */
export class DependencyError extends FasterApiError {
  readonly code = 'APP_DEPENDENCY'
}

/** The app is not in the state that the call needs: started twice, routes added while it serves. */
export class AppStateError extends FasterApiError {
  readonly code = 'APP_STATE'
}

registerErrorClasses(
  RequestValidationError,
  ResponseValidationError,
  RouteDefinitionError,
  DependencyError,
  AppStateError,
)
