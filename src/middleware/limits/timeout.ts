import { systemClock, type TimerClock } from '../../core/clock.ts'
import { OptionError, TimeoutError } from '../../core/errors.ts'
import { numberOption, rejectUnknownOptions } from '../../core/options.ts'
import { Deferred, type Future } from '../../future/index.ts'
import { HttpError, type HttpRequest, HttpResponse } from '../../http/index.ts'
import { type Answer, type AnswerNow, MiddlewareLayer } from '../middleware.ts'
import type { AppRequest } from '../request.ts'

export interface TimeoutMiddlewareOptions {
  /** 503 (default), or 504 where a server behind this one is what takes so long. */
  readonly status?: 503 | 504
  /** For `Retry-After`, in seconds; default none. */
  readonly retryAfterSeconds?: number
  /** For tests; default the system's. */
  readonly clock?: TimerClock
}

/**
 * Answers instead of a handler that takes too long, and fires the request's `signal`.
 *
 * The handler itself goes on until it looks at the signal; what it answers then is thrown away. A response
 * that has begun, a stream for instance, is not cut off. Around all, `handlerTimeoutMs` of the server stays.
 *
 * @param timeoutMs - in milliseconds, from when the request comes here
 * @throws {OptionError} on unknown or impossible options
 */
export function timeout(
  timeoutMs: number,
  options: TimeoutMiddlewareOptions = {},
): MiddlewareLayer & { readonly expired: number } {
  return new Timeout(timeoutMs, options)
}

class Timeout extends MiddlewareLayer {
  /** Requests that were answered because their handler took too long. */
  expired = 0
  readonly #timeoutMs: number
  readonly #error: HttpError
  readonly #clock: TimerClock

  constructor(timeoutMs: number, options: TimeoutMiddlewareOptions) {
    super('timeout')
    rejectUnknownOptions('timeout()', options, ['status', 'retryAfterSeconds', 'clock'])
    const { status = 503, retryAfterSeconds, clock = systemClock } = options
    if (status !== 503 && status !== 504) {
      throw new OptionError('timeout().status', status, '503 or 504')
    }
    if (timeoutMs === undefined) throw new OptionError('timeout() timeoutMs', timeoutMs, 'given')
    this.#timeoutMs = numberOption('timeout() timeoutMs', timeoutMs, 0, 1, 2_147_483_647)
    const headers =
      retryAfterSeconds === undefined
        ? undefined
        : {
            'retry-after': String(
              Math.ceil(numberOption('timeout().retryAfterSeconds', retryAfterSeconds, 0, 0)),
            ),
          }
    const cause = new TimeoutError(this.#timeoutMs, 'The handler')
    this.#error = new HttpError(status, 'The handler took too long', headers, { cause })
    this.#clock = clock
  }

  wrap(next: AnswerNow): (request: AppRequest) => Answer {
    return (request) => {
      const answer = next(request)
      if (answer instanceof HttpResponse || !answer.isPending) return answer
      return this.#race(request, answer)
    }
  }

  #race(request: AppRequest, answer: Future<HttpResponse>): Future<HttpResponse> {
    const first = new Deferred<HttpResponse>()
    let isOver = false
    const timer = this.#clock.setTimer(this.#timeoutMs, () => {
      isOver = true
      this.expired++
      giveUp(request, this.#error)
      first.reject(this.#error)
    })
    answer
      .then(
        (response) => {
          if (isOver) response.discard()
          else first.resolve(response)
        },
        (reason) => {
          if (!isOver) first.reject(reason)
        },
      )
      .finally(() => timer.cancel())
      .ignore()
    return first.future
  }
}

/** Whoever asks for the signal, now or later, sees that nobody waits any more. */
function giveUp(request: AppRequest, reason: HttpError): void {
  ;(request as Partial<Pick<HttpRequest, 'giveUp'>>).giveUp?.(reason)
}
