import { Buffer } from 'node:buffer'
import { assertDelay } from '../core/clock.ts'
import { ClosedError, OptionError, TimeoutError } from '../core/errors.ts'
import { rejectUnknownOptions } from '../core/options.ts'
import { Future } from '../future/future.ts'
import { Gate } from '../future/primitives/gate.ts'
import { assertSignal } from '../future/signals.ts'
import { timeoutAsync } from '../future/time/timeout.ts'
import {
  type CallContext,
  type CircuitBreaker,
  currentCallContext,
  Deadline,
} from '../resilience/index.ts'
import { Call, type CallEnvironment, type CallTerms } from './call.ts'
import { ACCEPT_ENCODING } from './decompress.ts'
import { type HeaderFields, hasHeader, mergeHeaders, readHeaders } from './header-fields.ts'
import {
  assertClientOptions,
  assertRequestOptions,
  type CallSettings,
  callSettings,
  clientSettings,
  clockOf,
  flag,
  type HttpClientOptions,
  type RequestOptions,
} from './options.ts'
import { Origins } from './origins.ts'
import { poolSettings } from './pool-options.ts'
import type { Hop } from './redirect.ts'
import { type RequestBody, readBody } from './request-body.ts'
import type { ClientResponse } from './response.ts'
import { ClientCounters, type HttpClientStats } from './stats.ts'
import { readBaseUrl, targetUrl } from './target-url.ts'
import { UndiciTransport } from './undici-transport.ts'

/** How a client is closed. */
export interface CloseOptions {
  /** Calls that are not done after so many milliseconds are cut; without it they are waited for. */
  readonly timeoutMs?: number
}

const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Z]+$/i

/**
 * Calls other services over HTTP: with time limits, retries, and limits for each origin, and with
 * futures that are ready when the head of the response is there.
 *
 * Connections belong to the client: make one for each service and reactor, keep it, and close it.
 *
 * @see docs/http-client.md
 */
export class HttpClient implements AsyncDisposable {
  readonly #environment: CallEnvironment
  readonly #settings: CallSettings
  readonly #base: URL | undefined
  readonly #headers: HeaderFields
  readonly #gate = new Gate({ name: 'HTTP client' })
  /** Ends what is under way when the time to close is over; undici may not know of all its connections any more. */
  readonly #cut = new AbortController()
  #closing: Future<void> | undefined

  /** @throws {OptionError} on an unknown option or a value out of range */
  constructor(options: HttpClientOptions = {}) {
    assertClientOptions(options)
    const pool = poolSettings(options.pool)
    this.#base = readBaseUrl(options.baseUrl)
    this.#headers = readHeaders('headers', options.headers)
    this.#settings = clientSettings(options)
    this.#environment = {
      clock: clockOf(options),
      counters: new ClientCounters(),
      origins: new Origins(options, pool),
      transport: options.transport ?? new UndiciTransport(pool, options.dispatcher),
    }
  }

  get(url: string | URL, options?: RequestOptions): Future<ClientResponse> {
    return this.request('GET', url, options)
  }

  head(url: string | URL, options?: RequestOptions): Future<ClientResponse> {
    return this.request('HEAD', url, options)
  }

  post(url: string | URL, options?: RequestOptions): Future<ClientResponse> {
    return this.request('POST', url, options)
  }

  put(url: string | URL, options?: RequestOptions): Future<ClientResponse> {
    return this.request('PUT', url, options)
  }

  patch(url: string | URL, options?: RequestOptions): Future<ClientResponse> {
    return this.request('PATCH', url, options)
  }

  delete(url: string | URL, options?: RequestOptions): Future<ClientResponse> {
    return this.request('DELETE', url, options)
  }

  options(url: string | URL, options?: RequestOptions): Future<ClientResponse> {
    return this.request('OPTIONS', url, options)
  }

  /** {@link request} with the method among the options, for those used to `fetch`; GET by default. */
  fetch(
    url: string | URL,
    options: RequestOptions & { readonly method?: string } = {},
  ): Future<ClientResponse> {
    const { method = 'GET', ...rest } = options
    return this.request(method, url, rest)
  }

  /**
   * Sends a request, and again where it failed in a way that allows it.
   *
   * @param url - absolute, or a continuation of the client's `baseUrl`
   * @returns ready when the head of the response is there, whatever its status; fails with
   *   {@link HttpClientError}, {@link CircuitOpenError} and {@link LimitError} (not sent),
   *   {@link ClosedError}, or the signal's reason
   * @throws {OptionError} if url, headers, body or an option cannot be
   */
  request(method: string, url: string | URL, options: RequestOptions = {}): Future<ClientResponse> {
    assertRequestOptions(options)
    const hop = this.#firstHop(method, url, options)
    const terms = this.#terms(options)
    if (this.#gate.isClosed) return Future.failed(new ClosedError('The HTTP client'))
    const { counters } = this.#environment
    const call = new Call(this.#environment, terms, hop, (failure) => {
      if (failure !== undefined) counters.noteFailure(failure.reason)
      counters.inFlight--
      this.#gate.leave()
    })
    this.#gate.enter()
    counters.calls++
    counters.inFlight++
    const answer = call.run(hop)
    if (!terms.settings.throwForStatus) return answer
    return answer.then((response) => response.throwForStatus())
  }

  /** The breaker of an origin, if the client has breakers and has called the origin lately. */
  circuit(origin: string | URL): CircuitBreaker | undefined {
    return this.#environment.origins.peek(new URL(origin).origin)?.breaker
  }

  stats(): HttpClientStats {
    const { counters, origins } = this.#environment
    return counters.read(origins.stats())
  }

  /**
   * Refuses new calls, waits until those there are done with their bodies, and closes the connections.
   *
   * @returns the same future if called again
   * @throws {OptionError} on an unknown option
   */
  close(options: CloseOptions = {}): Future<void> {
    rejectUnknownOptions('close options', options, ['timeoutMs'])
    const { timeoutMs = Number.POSITIVE_INFINITY } = options
    assertDelay('timeoutMs', timeoutMs)
    const { clock, transport } = this.#environment
    this.#closing ??= timeoutAsync(this.#gate.close(), timeoutMs, { clock }).then(
      () => transport.close(),
      (reason) => {
        if (!(reason instanceof TimeoutError)) throw reason
        this.#cut.abort(new ClosedError('The HTTP client'))
        return transport.destroy()
      },
    )
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #firstHop(method: string, url: string | URL, options: RequestOptions): Hop {
    if (typeof method !== 'string' || !METHOD.test(method) || /^connect$/i.test(method)) {
      throw new OptionError('method', method, 'an HTTP method other than CONNECT')
    }
    const target = targetUrl(this.#base, url, options.params, options.query)
    const body = readBody(options)
    const given = mergeHeaders(this.#headers, readHeaders('headers', options.headers))
    const added = [...bodyHeaders(body, given), ...this.#ownHeaders(target, given, options)]
    target.username = ''
    target.password = ''
    return { method: method.toUpperCase(), url: target, headers: [...given, ...added], body }
  }

  #ownHeaders(url: URL, given: HeaderFields, options: RequestOptions): HeaderFields {
    const { idempotencyKey } = options
    const added: [string, string][] = []
    if (flag('decompress', options.decompress, this.#settings.decompress)) {
      if (!hasHeader(given, 'accept-encoding')) added.push(['accept-encoding', ACCEPT_ENCODING])
    }
    if (idempotencyKey !== undefined) {
      added.push(...(readHeaders('idempotencyKey', { 'idempotency-key': idempotencyKey }) as []))
    }
    if (url.username !== '' && !hasHeader(given, 'authorization')) {
      const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
      added.push(['authorization', `Basic ${Buffer.from(pair).toString('base64')}`])
    }
    return added
  }

  #terms(options: RequestOptions): CallTerms {
    const { signal, deadline, trace, inherit } = options
    assertSignal('signal', signal)
    if (deadline !== undefined && !(deadline instanceof Deadline)) {
      throw new OptionError('deadline', deadline, 'a Deadline')
    }
    const ambient: CallContext | undefined = flag('inherit', inherit, true)
      ? currentCallContext()
      : undefined
    const settings = callSettings(options, this.#settings)
    const left = Deadline.earlier(deadline, ambient?.deadline)?.remainingMs
    return {
      settings,
      timeoutMs: Math.min(settings.timeoutMs, left ?? Number.POSITIVE_INFINITY),
      signals: [this.#cut.signal, signal, ambient?.signal].filter((one) => one !== undefined),
      trace: trace === false ? undefined : (trace ?? ambient?.trace),
      isIdempotent: options.idempotencyKey !== undefined,
    }
  }
}

function bodyHeaders(body: RequestBody | undefined, given: HeaderFields): HeaderFields {
  if (body === undefined) return []
  const added: [string, string][] = []
  if (body.contentType !== undefined && !hasHeader(given, 'content-type')) {
    added.push(['content-type', body.contentType])
  }
  if (body.length !== undefined) added.push(['content-length', String(body.length)])
  return added
}
