import { OptionError } from '../../core/errors.ts'
import { integerOption } from '../../core/options.ts'
import type { Eventual } from '../../future/index.ts'
import type { AppRequest } from '../request.ts'
import { compileResponder, type Responder } from '../responses/responder.ts'

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
 * requests, 500 for everything that nobody has foreseen (which is logged all the same, as it is for
 * the class `Error`)
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
