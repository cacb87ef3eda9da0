import { OptionError } from '../core/errors.ts'
import { type Eventual, Future } from '../future/index.ts'
import { HttpResponse } from '../http/index.ts'
import type { AppRequest } from './request.ts'

/** Answers a request: now, or later through a Future or promise. */
export type RequestAnswerer = (request: AppRequest) => Eventual<HttpResponse>

/**
 * Asks what is further inside for the answer; a failure there comes as the response that was made of it.
 *
 * Ready at once if the answer is: `.then()` and `await` both work, and `isReady` says whether to wait.
 */
export type Next = (request: AppRequest) => Future<HttpResponse>

/**
 * Stands around handlers: looks at the request, calls `next` or answers itself, looks at the response.
 *
 * What it throws is answered as what a handler throws is.
 */
export type MiddlewareFunction = (request: AppRequest, next: Next) => Eventual<HttpResponse>

/** What a middleware is put around. */
export interface MiddlewareScope {
  /** Pattern of the route; undefined where no route was found, and for static files. */
  readonly pattern: string | undefined
}

/** Either there or a Future: never a native promise. */
export type Answer = HttpResponse | Future<HttpResponse>
/** @internal What a layer is put around, and becomes. */
export type AnswerNow = (request: AppRequest) => Answer

/** A middleware with a name, by which routes leave it out; made by {@link middleware} and the ready-made ones. */
export abstract class MiddlewareLayer {
  readonly name: string

  /** @internal */
  constructor(name: string) {
    this.name = name
  }

  /** @internal Called once for each route, at start. What the result throws is answered. */
  abstract wrap(next: AnswerNow, scope: MiddlewareScope): RequestAnswerer
}

/** What `use` takes: a function, or what {@link middleware} and its like have made. */
export type Middleware = MiddlewareFunction | MiddlewareLayer

/**
 * Gives a middleware a name, so that routes can leave it out with `without: [name]`.
 *
 * A function in a `const` has that name already.
 *
 * @throws {OptionError} if the name is empty, or `run` is not a function
 */
export function middleware(name: string, run: MiddlewareFunction): MiddlewareLayer {
  if (typeof name !== 'string' || name === '') {
    throw new OptionError('middleware() name', name, 'a text that is not empty')
  }
  if (typeof run !== 'function') throw new OptionError('middleware() run', run, 'a function')
  return new FunctionLayer(name, run)
}

/** @returns the layer itself, or one made of a function */
export function layerOf(member: Middleware): MiddlewareLayer {
  return member instanceof MiddlewareLayer ? member : new FunctionLayer(member.name, member)
}

class FunctionLayer extends MiddlewareLayer {
  readonly #run: MiddlewareFunction

  constructor(name: string, run: MiddlewareFunction) {
    super(name)
    this.#run = run
  }

  wrap(inner: AnswerNow): RequestAnswerer {
    const run = this.#run
    const next: Next = (request) => {
      const answer = inner(request)
      return answer instanceof HttpResponse ? Future.ready(answer) : answer
    }
    return (request) => run(request, next)
  }
}

/** Changes an answer: at once if it is ready. */
export function mapAnswer(
  answer: Answer,
  change: (response: HttpResponse) => HttpResponse,
): Answer {
  if (answer instanceof HttpResponse) return change(answer)
  return answer.isReady ? change(answer.get()) : answer.then(change)
}
