import type { Eventual } from '../../future/index.ts'
import {
  type ContentHandler,
  type ContentRequest,
  HttpResponse,
  type StaticFilesOptions,
  staticFiles,
} from '../../http/index.ts'
import type { AppRequest } from '../request.ts'
import type { PlanHost } from './plan.ts'

/** Files that are served below a path of the app. */
export class StaticMount {
  readonly prefix: string
  readonly #root: string
  readonly #options: StaticFilesOptions
  readonly #host: PlanHost
  #handler: ContentHandler<ContentRequest>

  /** @throws {OptionError} on unknown or impossible options, or if the folder does not exist */
  constructor(prefix: string, root: string, options: StaticFilesOptions, host: PlanHost) {
    this.prefix = prefix === '/' ? '' : prefix
    this.#root = root
    this.#options = options
    this.#host = host
    this.#handler = staticFiles(root, { ...options, prefix })
  }

  /** The patterns of its routes. */
  get patterns(): readonly string[] {
    return this.prefix === '' ? ['/{path:path}'] : [this.prefix, `${this.prefix}/{path:path}`]
  }

  /** Serves the files of an app that is mounted in another one. @param base - where it is mounted */
  mountAt(base: string): void {
    if (base === '') return
    const prefix = `${base}${this.prefix}`
    this.#handler = staticFiles(this.#root, { ...this.#options, prefix })
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
