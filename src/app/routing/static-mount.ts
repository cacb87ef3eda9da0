import type { Eventual } from '../../future/index.ts'
import { type ContentHandler, type ContentRequest, HttpResponse } from '../../http/index.ts'
import type { AppRequest } from '../request.ts'
import type { PlanHost } from './plan.ts'

/** Files that are served below a path of the app. */
export class StaticMount {
  readonly prefix: string
  readonly #handler: ContentHandler<ContentRequest>
  readonly #host: PlanHost

  constructor(prefix: string, handler: ContentHandler<ContentRequest>, host: PlanHost) {
    this.prefix = prefix
    this.#handler = handler
    this.#host = host
  }

  /** The patterns of its routes. */
  get patterns(): readonly string[] {
    return this.prefix === '' ? ['/{path:path}'] : [this.prefix, `${this.prefix}/{path:path}`]
  }

  run(request: AppRequest): Eventual<HttpResponse> {
    const fail = (error: unknown): Eventual<HttpResponse> =>
      this.#host.respondToError(error, request)
    try {
      const result = this.#handler(request)
      return result instanceof HttpResponse ? result : result.then(undefined, fail)
    } catch (error) {
      return fail(error)
    }
  }
}
