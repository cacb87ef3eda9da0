import type { Clock } from '../core/clock.ts'
import type { TraceContext } from '../core/trace-context.ts'
import { RetriesExhaustedError, RetryBudgetError } from '../future/errors.ts'
import { Future } from '../future/future.ts'
import { retryAsync } from '../future/time/retry.ts'
import type { RetryBudget } from '../future/time/retry-budget.ts'
import type { FailedAttempt, RetryOptions } from '../future/time/retry-policy.ts'
import { sleep } from '../future/time/sleep.ts'
import { AttemptRun } from './attempt.ts'
import { CallScope } from './call-scope.ts'
import { type ErrorSubject, HttpClientError } from './errors.ts'
import type { BodyFailure, EndListener } from './incoming-body.ts'
import type { CallSettings } from './options.ts'
import type { Origin, Origins } from './origins.ts'
import { type Hop, isRedirect, nextHop } from './redirect.ts'
import { ClientResponse } from './response.ts'
import { isWorthRetrying, type RetryRules, UnwantedResponse } from './retry-rules.ts'
import type { ClientCounters } from './stats.ts'
import { displayUrl } from './target-url.ts'
import type { Transport, TransportResponse } from './transport.ts'

/** What all calls of a client share. */
export interface CallEnvironment {
  readonly transport: Transport
  readonly clock: Clock
  readonly counters: ClientCounters
  readonly origins: Origins
}

/** What one call was told beside its request. */
export interface CallTerms {
  readonly settings: CallSettings
  /** The time of the whole call, in milliseconds. */
  readonly timeoutMs: number
  readonly signals: readonly AbortSignal[]
  readonly trace: TraceContext | undefined
  /** Whether the service recognises a repeated request, whatever its method is. */
  readonly isIdempotent: boolean
}

/** The body of a response that nobody wants is read up to here, so that its connection can be used again. */
const DRAIN_BYTES = 65_536

/** One call: deadline > redirects > retries > circuit breaker > bulkhead > rate limit > attempt. */
export class Call {
  readonly #environment: CallEnvironment
  readonly #terms: CallTerms
  readonly #scope: CallScope
  readonly #onDone: EndListener
  #subject: ErrorSubject
  #attempts = 0

  /** @param onDone - told once that the call needs nothing any more: it has failed, or its body has ended */
  constructor(environment: CallEnvironment, terms: CallTerms, hop: Hop, onDone: EndListener) {
    this.#environment = environment
    this.#terms = terms
    this.#subject = subjectOf(hop)
    this.#scope = new CallScope(this.#subject, terms.timeoutMs, terms.signals, environment.clock)
    this.#onDone = onDone
  }

  run(hop: Hop): Future<ClientResponse> {
    const { signal } = this.#scope
    const found = signal.aborted
      ? Future.failed<ClientResponse>(signal.reason)
      : this.#follow(hop, this.#terms.settings.maxRedirects, false)
    return found.catch((reason) => {
      this.#end({ reason })
      throw reason
    })
  }

  #end(failure: BodyFailure | undefined): void {
    this.#scope.end()
    this.#onDone(failure)
  }

  #follow(hop: Hop, redirectsLeft: number, isRedirected: boolean): Future<ClientResponse> {
    this.#subject = subjectOf(hop)
    return this.#retried(hop).then((response) => {
      const { maxRedirects } = this.#terms.settings
      if (maxRedirects === 0 || !isRedirect(response)) {
        return this.#deliver(hop, response, isRedirected)
      }
      drain(response)
      if (redirectsLeft === 0) {
        const what = `redirected more than ${maxRedirects} times`
        throw new HttpClientError('HTTP_CLIENT_REDIRECT', this.#subject, what)
      }
      this.#environment.counters.redirects++
      const target = nextHop(hop, response, this.#subject)
      return this.#follow(target, redirectsLeft - 1, true)
    })
  }

  #deliver({ url }: Hop, response: TransportResponse, isRedirected: boolean): ClientResponse {
    const { maxBodyBytes, decompress } = this.#terms.settings
    response.body.whenEnded((failure) => this.#end(failure))
    return new ClientResponse(response, {
      subject: this.#subject,
      url,
      isRedirected,
      attempts: this.#attempts,
      maxBodyBytes,
      decompresses: decompress,
    })
  }

  #retried(hop: Hop): Future<TransportResponse> {
    const origin = this.#environment.origins.get(hop.url.origin)
    const rules = this.#terms.settings.retry
    if (rules === undefined) return this.#guarded(hop, origin, 1)
    const isReplayable = hop.body?.isReplayable !== false
    const isRepeatable = this.#terms.isIdempotent || rules.methods.has(hop.method)
    const canRepeat = isReplayable && isRepeatable
    const attempt = (number: number): Future<TransportResponse> =>
      this.#guarded(hop, origin, number).then((response) => {
        if (!canRepeat || !rules.statuses.has(response.status)) return response
        throw new UnwantedResponse(response, this.#subject)
      })
    // Most calls succeed at once, and need nothing of what a retry does.
    return attempt(1).then(
      (response) => {
        budgetOf(rules, origin)?.deposit()
        return response
      },
      (failure) =>
        retryAsync(
          ({ number }) => (number === 1 ? Future.failed(failure) : attempt(number)),
          this.#retryOptions(rules, origin, (reason) =>
            isWorthRetrying(reason, isRepeatable, isReplayable),
          ),
        ).catch(lastOutcome),
    )
  }

  #retryOptions(
    rules: RetryRules,
    origin: Origin,
    isWorth: (reason: unknown) => boolean,
  ): RetryOptions {
    const budget = budgetOf(rules, origin)
    return {
      ...rules.options,
      ...(budget === undefined ? undefined : { budget }),
      clock: this.#environment.clock,
      signal: this.#scope.signal,
      retryIf: (failed) =>
        isWorth(failed.reason) &&
        this.#canWait(failed, rules) &&
        (rules.options.retryIf?.(failed) ?? true),
      onRetry: (failed) => this.#beforeRetry(failed, rules),
    }
  }

  #canWait({ reason }: FailedAttempt, rules: RetryRules): boolean {
    if (!(reason instanceof UnwantedResponse)) return true
    return reason.retryAfterMs <= Math.min(rules.maxRetryAfterMs, this.#scope.remainingMs)
  }

  #beforeRetry(
    failed: FailedAttempt & { readonly delayMs: number },
    rules: RetryRules,
  ): Future<unknown> {
    const { reason, delayMs } = failed
    this.#environment.counters.retries++
    if (reason instanceof UnwantedResponse) drain(reason.response)
    const asked = reason instanceof UnwantedResponse ? reason.retryAfterMs : 0
    const waitMs = Math.max(0, asked - delayMs)
    const told = Future.try(() => rules.options.onRetry?.(failed))
    if (waitMs === 0) return told
    const { clock } = this.#environment
    return told.then(() => sleep(waitMs, { clock, signal: this.#scope.signal }))
  }

  #guarded(hop: Hop, origin: Origin, number: number): Future<TransportResponse> {
    this.#attempts = number
    const { breaker } = origin
    return breaker === undefined
      ? this.#placed(hop, origin, number)
      : breaker.run(() => this.#placed(hop, origin, number))
  }

  #placed(hop: Hop, { bulkhead, rateLimiter }: Origin, number: number): Future<TransportResponse> {
    const { signal } = this.#scope
    return bulkhead.enter({ signal }).then((place) => {
      const attempt = new AttemptRun(
        {
          ...this.#environment,
          settings: this.#terms.settings,
          subject: this.#subject,
          signal,
          trace: this.#terms.trace,
        },
        hop,
        number,
        place,
      )
      if (rateLimiter === undefined) return attempt.begin(hop)
      return rateLimiter.acquire({ signal }).then(
        () => attempt.begin(hop),
        (reason) => {
          place[Symbol.dispose]()
          throw reason
        },
      )
    })
  }
}

function budgetOf(rules: RetryRules, origin: Origin): RetryBudget | undefined {
  const { budget = origin.budget } = rules
  return budget === false ? undefined : budget
}

function subjectOf({ method, url }: Hop): ErrorSubject {
  return { method, url: displayUrl(url) }
}

/** Who called wants to see what happened last, and not that it happened three times. */
function lastOutcome(reason: unknown): TransportResponse {
  const isGivenUp = reason instanceof RetriesExhaustedError || reason instanceof RetryBudgetError
  const last = isGivenUp ? reason.cause : reason
  if (last instanceof UnwantedResponse) return last.response
  throw last
}

function drain({ body }: TransportResponse): void {
  body
    .collect((bytes) => {
      if (bytes > DRAIN_BYTES) throw new Error('Too much to drain')
    })
    .ignore()
}
