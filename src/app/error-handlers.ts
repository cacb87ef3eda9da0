import { AbortedError, OptionError } from '../core/errors.ts'
import { type Eventual, Future } from '../future/index.ts'
import { HttpError, HttpResponse } from '../http/index.ts'
import type { ValidationIssue } from '../schema/index.ts'
import { RequestValidationError } from './errors.ts'
import type { AppRequest } from './request.ts'
import { compileResponder } from './responses/responder.ts'

/** A class of errors; abstract ones too. */
export type ErrorClass<Failure> = abstract new (...args: never[]) => Failure

/** Answers a failure: with a reply, a value for status 500, or by throwing another failure. */
export type ErrorHandler<Failure> = (error: Failure, request: AppRequest) => Eventual<unknown>

const JSON_TYPE = 'application/json'
const INTERNAL_ERROR = '{"detail":"Internal Server Error"}'

const respondFreely = compileResponder('error handler', undefined, { status: 500 })

/** Finds the answer to a failure: the app's own handlers first, then what FastAPI would say. */
export class ErrorHandlers {
  readonly #handlers: Map<unknown, ErrorHandler<never>> = new Map()
  readonly #log: (error: unknown, request: AppRequest) => void

  constructor(log: (error: unknown, request: AppRequest) => void) {
    this.#log = log
  }

  /** @throws {OptionError} if the class has a handler, or either is not a function */
  add<Failure>(type: ErrorClass<Failure>, handler: ErrorHandler<Failure>): void {
    if (typeof type !== 'function') throw new OptionError('onError() class', type, 'a class')
    if (typeof handler !== 'function') {
      throw new OptionError('onError() handler', handler, 'a function')
    }
    if (this.#handlers.has(type)) {
      throw new OptionError('onError() class', type, 'one that has no handler yet')
    }
    this.#handlers.set(type, handler)
  }

  respond(failure: unknown, request: AppRequest): Eventual<HttpResponse> {
    const handler = this.#find(failure)
    if (handler === undefined) return this.#default(failure, request)
    return Future.try(() => handler(failure as never, request))
      .then(respondFreely)
      .catch((thrown) => this.#default(thrown, request))
  }

  /** The handler of the most specific class. */
  #find(error: unknown): ErrorHandler<never> | undefined {
    if (this.#handlers.size === 0 || typeof error !== 'object' || error === null) return undefined
    for (let at = Object.getPrototypeOf(error); at !== null; at = Object.getPrototypeOf(at)) {
      const handler = this.#handlers.get(at.constructor)
      if (handler !== undefined) return handler
    }
    return undefined
  }

  #default(thrown: unknown, request: AppRequest): HttpResponse {
    const failure = abortCause(thrown)
    try {
      if (failure instanceof RequestValidationError) {
        return new HttpResponse(422, issuesToJson(failure.issues), JSON_TYPE)
      }
      if (failure instanceof HttpError) {
        const { status, detail, headers } = failure
        const list = headers === undefined ? undefined : Object.entries(headers)
        return new HttpResponse(status, JSON.stringify({ detail }), JSON_TYPE, list)
      }
      this.#log(failure, request)
    } catch (unwritable) {
      this.#log(unwritable, request)
    }
    return new HttpResponse(500, INTERNAL_ERROR, JSON_TYPE)
  }
}

/**
 * Work that was given up because `request.signal` fired has not failed: the signal's reason, such as
 * a client that went away, is the answer, and nothing to log.
 */
function abortCause(failure: unknown): unknown {
  return failure instanceof AbortedError && failure.cause instanceof HttpError
    ? failure.cause
    : failure
}

/** `JSON.stringify` is recursive, and a small body can be nested too deep for it: then without echo. */
function issuesToJson(issues: readonly ValidationIssue[]): string {
  try {
    return JSON.stringify({ detail: issues })
  } catch {
    const detail = issues.map((issue) =>
      typeof issue.input === 'object' ? { ...issue, input: null } : issue,
    )
    return JSON.stringify({ detail })
  }
}
