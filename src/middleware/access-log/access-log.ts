import type { Future } from '../../future/index.ts'
import { type HttpResponse, StreamBody } from '../../http/index.ts'
import {
  type Answer,
  type AnswerNow,
  MiddlewareLayer,
  type MiddlewareScope,
  mapAnswer,
} from '../middleware.ts'
import type { AppRequest } from '../request.ts'
import { type EntryContext, entryOf } from './entry.ts'
import { LineWriter } from './line-writer.ts'
import { type AccessLogOptions, type AccessLogSettings, accessLogSettings } from './options.ts'

/** An {@link accessLog}, with its numbers. */
export interface AccessLogLayer extends MiddlewareLayer {
  /** Lines that were dropped because nobody took them in time, or that could not be written. */
  readonly dropped: number
  /** @returns ready when all lines so far are written */
  flush(): Future<void>
}

/**
 * Writes a line for each request, several at a time.
 *
 * Stands further in than `requestId()`, whose id it notes, and further out than all else, so that what
 * they refuse is logged, too.
 *
 * @throws {OptionError} on unknown or impossible options
 */
export function accessLog(options: AccessLogOptions = {}): AccessLogLayer {
  return new AccessLog(accessLogSettings(options))
}

class AccessLog extends MiddlewareLayer implements AccessLogLayer {
  readonly #settings: AccessLogSettings
  readonly #writer: LineWriter

  constructor(settings: AccessLogSettings) {
    super('accessLog')
    this.#settings = settings
    this.#writer = new LineWriter(settings)
  }

  get dropped(): number {
    return this.#writer.dropped
  }

  flush(): Future<void> {
    return this.#writer.flush()
  }

  wrap(next: AnswerNow, { pattern: route }: MiddlewareScope): (request: AppRequest) => Answer {
    const { headers, secrets, until } = this.#settings
    const context = { route, headers, secrets }
    return (request) => {
      const startMs = performance.now()
      return mapAnswer(next(request), (response) => {
        if (!this.#isLogged(request, response)) return response
        const note = (): void => this.#note(request, response, startMs, context)
        if (until === 'sent' || response.body instanceof StreamBody) request.whenSent(note)
        else note()
        return response
      })
    }
  }

  #isLogged(request: AppRequest, response: HttpResponse): boolean {
    const { skips, sample } = this.#settings
    if (skips?.(request, response) === true) return false
    return sample === 1 || response.status >= 400 || Math.random() < sample
  }

  #note(request: AppRequest, response: HttpResponse, startMs: number, context: EntryContext): void {
    const { log, format } = this.#settings
    const entry = entryOf(request, response, startMs, context)
    if (log === undefined) this.#writer.add(format(entry))
    else log(entry)
  }
}
