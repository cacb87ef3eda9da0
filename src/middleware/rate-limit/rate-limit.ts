import { numberOption } from '../../core/options.ts'
import { Future } from '../../future/index.ts'
import { HttpError, type HttpResponse } from '../../http/index.ts'
import { type Answer, type AnswerNow, MiddlewareLayer, mapAnswer } from '../middleware.ts'
import type { AppRequest } from '../request.ts'
import { rateFields } from './fields.ts'
import { type RateLimitOptions, type RateLimitSettings, rateLimitSettings } from './options.ts'
import type { RateDecision } from './policy.ts'

/** A {@link rateLimit}, with its numbers. */
export interface RateLimitLayer extends MiddlewareLayer {
  /** Requests that were let through, since the start. */
  readonly allowed: number
  /** Requests that were answered with 429. */
  readonly refused: number
  /** Requests for which the store has failed. */
  readonly storeFailures: number
}

/**
 * Bounds how many requests a client may make: those beyond get 429 with `Retry-After`.
 *
 * @throws {OptionError} on unknown, missing or impossible options
 * @see draft-ietf-httpapi-ratelimit-headers-11; RFC 6585, 4
 */
export function rateLimit(options: RateLimitOptions): RateLimitLayer {
  return new RateLimit(rateLimitSettings(options))
}

class RateLimit extends MiddlewareLayer implements RateLimitLayer {
  allowed = 0
  refused = 0
  storeFailures = 0
  readonly #settings: RateLimitSettings

  constructor(settings: RateLimitSettings) {
    super('rateLimit')
    this.#settings = settings
  }

  wrap(next: AnswerNow): (request: AppRequest) => Answer {
    const { key } = this.#settings
    return (request) => {
      const found = key(request)
      if (typeof found === 'string') return this.#limit(request, found, next)
      if (found === undefined) return next(request)
      return Future.from(found).then((later) => this.#limit(request, later, next))
    }
  }

  #limit(request: AppRequest, key: string | undefined, next: AnswerNow): Answer {
    if (key === undefined) return next(request)
    const { store, name, policy } = this.#settings
    const cost = this.#costOf(request)
    let decision: RateDecision | PromiseLike<RateDecision>
    try {
      decision = store.take(`${name}:${key}`, cost, policy)
    } catch (error) {
      return this.#withoutStore(error, request, next)
    }
    if (!('then' in decision)) return this.#decide(decision, request, next)
    return Future.from(decision).then(
      (made) => this.#decide(made, request, next),
      (reason) => this.#withoutStore(reason, request, next),
    )
  }

  /** What is no number would be counted as nothing, and so would all that comes after. */
  #costOf(request: AppRequest): number {
    const { cost } = this.#settings
    return cost === undefined ? 1 : numberOption('rateLimit().cost result', cost(request), 1, 0)
  }

  #decide(decision: RateDecision, request: AppRequest, next: AnswerNow): Answer {
    const { headers, name, policy } = this.#settings
    const fields = rateFields(headers, name, policy, decision)
    if (!decision.isAllowed) {
      this.refused++
      const retryAfter = String(Math.max(1, Math.ceil(decision.retryAfterMs / 1000)))
      throw new HttpError(429, 'Too Many Requests', {
        'retry-after': retryAfter,
        ...Object.fromEntries(fields),
      })
    }
    this.allowed++
    const answer = next(request)
    if (fields.length === 0) return answer
    return mapAnswer(answer, (response: HttpResponse) =>
      response.withHeaderList([...(response.headers ?? []), ...fields], response.contentType),
    )
  }

  #withoutStore(reason: unknown, request: AppRequest, next: AnswerNow): Answer {
    this.storeFailures++
    if (this.#settings.isOpen) return next(request)
    const options = { cause: reason }
    throw new HttpError(503, 'Requests cannot be counted', { 'retry-after': '1' }, options)
  }
}
