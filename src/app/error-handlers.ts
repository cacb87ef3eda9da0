import { AbortedError, OptionError } from '../core/errors.ts'
import { integerOption } from '../core/options.ts'
import { type Eventual, Future } from '../future/index.ts'
import { HttpError, HttpResponse } from '../http/index.ts'
import type { ValidationIssue } from '../schema/index.ts'
import { RequestValidationError } from './errors.ts'
import type { AppRequest } from './request.ts'
import { compileResponder, type Responder } from './responses/responder.ts'

/** A class of errors; abstract ones too. */
export type ErrorClass<Failure> = abstract new (...args: never[]) => Failure

/**
 * Answers a failure: with a reply, a value (for the status that the handler is for, else 500), or by
 * throwing another failure.
 */
export type ErrorHandler<Failure> = (error: Failure, request: AppRequest) => Eventual<unknown>

/** What failures a router answers in a way of its own; made by {@link onError}. */
export class ErrorRule {
  /** @internal */ readonly target: ErrorClass<unknown> | number
  /** @internal */ readonly handler: ErrorHandler<never>
  /** @internal */ readonly respond: Responder

  /** @internal */
  constructor(target: ErrorClass<unknown> | number, handler: ErrorHandler<never>) {
    if (typeof target === 'number') integerOption('onError() status', target, target, 400, 599)
    else if (typeof target !== 'function') {
      throw new OptionError('onError() class', target, 'a class, or a status')
    }
    if (typeof handler !== 'function') {
      throw new OptionError('onError() handler', handler, 'a function')
    }
    this.target = target
    this.handler = handler
    const status = typeof target === 'number' ? target : 500
    this.respond = compileResponder('error handler', undefined, { status })
  }
}

/**
 * Says for a router how failures of its routes are answered:
 * `router({ ... }, { onError: [onError(OutOfStock, (error) => reply(409, error.message))] })`.
 *
 * @param target - a class, subclasses included, or a status: that of an `HttpError`, 422 for invalid
 * requests, 500 for everything that nobody has foreseen (which is logged all the same)
 * @throws {OptionError} if it is neither, or the handler is no function
 */
export function onError(status: number, handler: ErrorHandler<unknown>): ErrorRule
export function onError<Failure>(
  type: ErrorClass<Failure>,
  handler: ErrorHandler<Failure>,
): ErrorRule
export function onError(
  target: ErrorClass<unknown> | number,
  handler: ErrorHandler<never>,
): ErrorRule {
  return new ErrorRule(target, handler)
}

const JSON_TYPE = 'application/json'
const INTERNAL_ERROR = '{"detail":"Internal Server Error"}'

/**
 * Finds the answer to a failure: the handlers of the innermost router first, then those of the routers
 * around it, then the app's, and at last what FastAPI would say.
 */
export class ErrorHandlers {
  readonly #rules: Map<unknown, ErrorRule> = new Map()
  readonly #log: (error: unknown, request: AppRequest) => void
  readonly #outer: ErrorHandlers | undefined

  constructor(log: (error: unknown, request: AppRequest) => void, outer?: ErrorHandlers) {
    this.#log = log
    this.#outer = outer
  }

  /** @throws {OptionError} if the class or status has a handler already */
  add(rule: ErrorRule): void {
    if (this.#rules.has(rule.target)) {
      throw new OptionError('onError()', rule.target, 'a class or status that has no handler yet')
    }
    this.#rules.set(rule.target, rule)
  }

  /** The handlers of routers within: each list further in. Those of no rules are these. */
  within(lists: readonly (readonly ErrorRule[])[]): ErrorHandlers {
    const [rules, ...further] = lists
    if (rules === undefined) return this
    const inner = new ErrorHandlers(this.#log, this)
    for (const rule of rules) inner.add(rule)
    return inner.within(further)
  }

  respond(failure: unknown, request: AppRequest): Eventual<HttpResponse> {
    const rule = this.#rules.size === 0 ? undefined : this.#find(failure, request)
    if (rule === undefined) return this.#passOn(failure, request)
    return Future.try(() => rule.handler(failure as never, request))
      .then(rule.respond)
      .catch((thrown) => this.#passOn(thrown, request))
  }

  #passOn(failure: unknown, request: AppRequest): Eventual<HttpResponse> {
    return this.#outer === undefined
      ? this.#default(failure, request)
      : this.#outer.respond(failure, request)
  }

  /** The rule for a status that was meant, else of the most specific class, else of status 500. */
  #find(failure: unknown, request: AppRequest): ErrorRule | undefined {
    const status = intendedStatus(abortCause(failure))
    const found =
      (status === undefined ? undefined : this.#rules.get(status)) ?? this.#ofClass(failure)
    if (found !== undefined || status !== undefined) return found
    const general = this.#rules.get(500)
    if (general !== undefined) this.#log(failure, request)
    return general
  }

  #ofClass(error: unknown): ErrorRule | undefined {
    if (typeof error !== 'object' || error === null) return undefined
    for (let at = Object.getPrototypeOf(error); at !== null; at = Object.getPrototypeOf(at)) {
      const rule = this.#rules.get(at.constructor)
      if (rule !== undefined) return rule
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

/** The status of a failure that is meant to be an answer. */
function intendedStatus(failure: unknown): number | undefined {
  if (failure instanceof HttpError) return failure.status
  return failure instanceof RequestValidationError ? 422 : undefined
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
