import { OptionError } from '../core/errors.ts'
import { rejectUnknownOptions } from '../core/options.ts'
import { RequestValue } from '../http/index.ts'
import { type Answer, type AnswerNow, MiddlewareLayer, mapAnswer } from './middleware.ts'
import { fieldNameOption } from './options.ts'
import type { AppRequest } from './request.ts'

export interface ServerTimingOptions {
  /** Name of the whole in `Server-Timing`; default `total`. */
  readonly metric?: string
  /** Sends the time in seconds in a header of its own, too: `x-process-time`; default none. */
  readonly processTimeHeader?: string
  /** Who is told; default everybody. Times can tell attackers something. */
  readonly when?: (request: AppRequest) => boolean
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

const timings = new RequestValue<string[]>()

/**
 * Adds a time to the `Server-Timing` header of the response; nothing happens without {@link serverTiming}.
 *
 * @param name - a token: letters, digits, `-` and the like
 * @param durationMs - in milliseconds; leave it out for something that happened, such as `cache-hit`
 * @throws {OptionError} if the name is no token, or the time no number
 */
export function addTiming(
  request: Pick<AppRequest, 'method'>,
  name: string,
  durationMs?: number,
): void {
  if (!TOKEN.test(name)) throw new OptionError('addTiming() name', name, 'a token')
  if (durationMs !== undefined && !Number.isFinite(durationMs)) {
    throw new OptionError('addTiming() durationMs', durationMs, 'a number of milliseconds')
  }
  timings.get(request)?.push(entryOf(name, durationMs))
}

/**
 * Tells clients, and the developer tools of browsers, how long the answer took to make.
 *
 * @throws {OptionError} on unknown or impossible options
 * @see W3C Server Timing
 */
export function serverTiming(options: ServerTimingOptions = {}): MiddlewareLayer {
  return new ServerTiming(options)
}

class ServerTiming extends MiddlewareLayer {
  readonly #metric: string
  readonly #header: string | undefined
  readonly #when: ((request: AppRequest) => boolean) | undefined

  constructor(options: ServerTimingOptions) {
    super('serverTiming')
    rejectUnknownOptions('serverTiming()', options, ['metric', 'processTimeHeader', 'when'])
    const { metric = 'total', processTimeHeader: header, when } = options
    if (!TOKEN.test(metric)) throw new OptionError('serverTiming().metric', metric, 'a token')
    if (when !== undefined && typeof when !== 'function') {
      throw new OptionError('serverTiming().when', when, 'a function')
    }
    this.#metric = metric
    this.#header =
      header === undefined
        ? undefined
        : fieldNameOption('serverTiming().processTimeHeader', header, header)
    this.#when = when
  }

  wrap(next: AnswerNow): (request: AppRequest) => Answer {
    return (request) => {
      if (this.#when?.(request) === false) return next(request)
      const startMs = performance.now()
      const entries: string[] = []
      timings.set(request, entries)
      return mapAnswer(next(request), (response) => {
        const tookMs = performance.now() - startMs
        const value = [entryOf(this.#metric, tookMs), ...entries].join(', ')
        const fields: [string, string][] = [['server-timing', value]]
        if (this.#header !== undefined) fields.push([this.#header, (tookMs / 1000).toFixed(6)])
        const list = [...(response.headers ?? []), ...fields]
        return response.withHeaderList(list, response.contentType)
      })
    }
  }
}

function entryOf(name: string, durationMs: number | undefined): string {
  return durationMs === undefined ? name : `${name};dur=${Number(durationMs.toFixed(3))}`
}
