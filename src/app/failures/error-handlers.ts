import { OptionError } from '../../core/errors.ts'
import { type Eventual, Future } from '../../future/index.ts'
import { type HttpResponse, RequestValue } from '../../http/index.ts'
import type { AppRequest } from '../request.ts'
import { debugResponse } from './debug/debug-response.ts'
import type { ErrorFormat } from './error-format.ts'
import { respondInFormat } from './error-response.ts'
import type { ErrorRule } from './error-rule.ts'
import { abortCause, hidesDefect, intendedStatus } from './intended.ts'

/** What the handlers of an app and of all its routers have in common. */
export interface ErrorPolicy {
  readonly logError: (error: unknown, request: AppRequest) => void
  /** Shows developers what went wrong, where clients would be told nothing. */
  readonly debug: boolean
}

/** The failure of a request that is in the log already: a handler may have thrown it again. */
const logged = new RequestValue<{ readonly failure: unknown }>()

/**
 * Finds the answer to a failure: the handlers of the innermost router first, then those of the routers
 * around it, then the app's, and at last what FastAPI would say.
 */
export class ErrorHandlers {
  readonly #rules: Map<unknown, ErrorRule> = new Map()
  readonly #policy: ErrorPolicy
  readonly #format: ErrorFormat
  readonly #outer: ErrorHandlers | undefined

  constructor(policy: ErrorPolicy, format: ErrorFormat, outer?: ErrorHandlers) {
    this.#policy = policy
    this.#format = format
    this.#outer = outer
  }

  /** @throws {OptionError} if the class or status has a handler already */
  add(rule: ErrorRule): void {
    if (this.#rules.has(rule.target)) {
      throw new OptionError('onError()', rule.target, 'a class or status that has no handler yet')
    }
    this.#rules.set(rule.target, rule)
  }

  /**
   * The handlers of routers within: each list further in.
   *
   * @param format - how the innermost of them writes what no handler is for; default: as these do
   */
  within(
    lists: readonly (readonly ErrorRule[])[],
    format: ErrorFormat = this.#format,
  ): ErrorHandlers {
    const [rules, ...further] = lists
    if (rules === undefined && format === this.#format) return this
    const inner = new ErrorHandlers(this.#policy, format, this)
    for (const rule of rules ?? []) inner.add(rule)
    return further.length === 0 ? inner : inner.within(further, format)
  }

  respond(
    failure: unknown,
    request: AppRequest,
    format: ErrorFormat = this.#format,
  ): Eventual<HttpResponse> {
    const rule = this.#rules.size === 0 ? undefined : this.#find(failure, request)
    if (rule === undefined) return this.#passOn(failure, request, format)
    return Future.try(() => rule.handler(failure as never, request))
      .then(rule.respond)
      .catch((thrown) => this.#passOn(thrown, request, format))
  }

  #passOn(failure: unknown, request: AppRequest, format: ErrorFormat): Eventual<HttpResponse> {
    return this.#outer === undefined
      ? this.#default(failure, request, format)
      : this.#outer.respond(failure, request, format)
  }

  /** The rule for a status that was meant, else of the most specific class, else of status 500. */
  #find(failure: unknown, request: AppRequest): ErrorRule | undefined {
    const status = intendedStatus(abortCause(failure))
    const found =
      (status === undefined ? undefined : this.#rules.get(status)) ?? this.#ofClass(failure)
    if (status !== undefined) return found
    const rule = found ?? this.#rules.get(500)
    // Whoever answers everything has not foreseen this one.
    if (rule?.target === 500 || rule?.target === Error) this.#log(failure, request)
    return rule
  }

  #ofClass(error: unknown): ErrorRule | undefined {
    if (typeof error !== 'object' || error === null) return undefined
    for (let at = Object.getPrototypeOf(error); at !== null; at = Object.getPrototypeOf(at)) {
      const rule = this.#rules.get(at.constructor)
      if (rule !== undefined) return rule
    }
    return undefined
  }

  #default(thrown: unknown, request: AppRequest, format: ErrorFormat): HttpResponse {
    const failure = abortCause(thrown)
    try {
      if (intendedStatus(failure) !== undefined) {
        if (hidesDefect(failure)) this.#log(failure, request)
        return respondInFormat(failure, request.path, format)
      }
      this.#log(failure, request)
      if (this.#policy.debug) return debugResponse(failure, request, format)
    } catch (unwritable) {
      this.#log(unwritable, request)
    }
    return respondInFormat(undefined, request.path, format)
  }

  #log(failure: unknown, request: AppRequest): void {
    const last = logged.get(request)
    if (last !== undefined && last.failure === failure) return
    logged.set(request, { failure })
    this.#policy.logError(failure, request)
  }
}
