import type { ManifestRoute } from '../app/index.ts'
import { RetriesExhaustedError } from '../future/errors.ts'
import { Future } from '../future/future.ts'
import { retryAsync } from '../future/time/retry.ts'
import { timeoutAsync } from '../future/time/timeout.ts'
import { type ClientSocket, openSocket } from './client-socket.ts'
import { ClientCallError } from './errors.ts'
import { ManifestSource } from './manifest-source.ts'
import type { ClientSettings, ConnectOptions, RequestOptions } from './options.ts'
import { type CallArguments, type RequestParts, requestParts } from './request-parts.ts'

/** Those that change nothing when they are sent twice (RFC 9110, 9.2.2). */
const REPEATABLE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])
const RETRIED_STATUSES: ReadonlySet<number> = new Set([502, 503, 504])

/** An answer that is worth another attempt, and what is returned when there is none. */
class Unavailable {
  readonly response: Response

  constructor(response: Response) {
    this.response = response
  }
}

/** A request that was sent: its answer, and what gives it up. */
export interface Sent {
  /** `GET https://host/path`, for messages. */
  readonly what: string
  readonly response: Response
  /** Statuses that the route declares; any if it declares none. */
  readonly statuses: readonly number[] | undefined
  /** Ends the exchange, whatever is left of it. */
  readonly abort: (reason: unknown) => void
  /** Milliseconds that are left to read the body. */
  readonly leftMs: number
}

/** Sends the requests of a client. */
export class Session {
  readonly settings: ClientSettings
  readonly manifest: ManifestSource

  constructor(settings: ClientSettings) {
    this.settings = settings
    this.manifest = new ManifestSource(settings)
  }

  /**
   * Sends the request of a route, or opens its socket.
   *
   * @returns fails with {@link ClientCallError}, `TimeoutError`, or the signal's reason
   */
  send(
    names: readonly string[],
    given: CallArguments,
    options: RequestOptions & ConnectOptions = {},
  ): Future<Sent | ClientSocket> {
    return this.manifest.route(names).then((route): Future<Sent | ClientSocket> => {
      if (route.method === 'WEBSOCKET') return this.#connect(route, given, options)
      return Future.try(this.settings.headers)
        .then((common) => ({ ...common, ...options.headers }))
        .then((headers) => requestParts(route, given, { ...options, headers }))
        .then((parts) => this.#exchange(parts, route.statuses, options))
    })
  }

  #connect(
    route: ManifestRoute,
    given: CallArguments,
    options: ConnectOptions,
  ): Future<ClientSocket> {
    const { target, headers } = requestParts(route, given, options)
    const { baseUrl, timeoutMs, WebSocket: Socket = globalThis.WebSocket } = this.settings
    const url = baseUrl.replace(/^http/, 'ws') + target
    if (headers.length > 0) {
      const names = headers.map(([name]) => name).join(', ')
      const message = `${url}: a WebSocket cannot be opened with headers of one's own (${names})`
      throw new ClientCallError('CLIENT_ARGUMENT', message)
    }
    const make = (): WebSocket => new Socket(url, [...(options.subprotocols ?? [])])
    return openSocket(make, url, options.timeoutMs ?? timeoutMs, options.signal)
  }

  #exchange(
    parts: RequestParts,
    statuses: readonly number[] | undefined,
    options: RequestOptions,
  ): Future<Sent> {
    const { baseUrl, timeoutMs: ownMs } = this.settings
    const url = baseUrl + parts.target
    const what = `${parts.method} ${url}`
    const timeoutMs = options.timeoutMs ?? ownMs
    const controller = new AbortController()
    const startedMs = performance.now()
    const abort = (reason: unknown): void => controller.abort(reason)
    const outside = options.signal
    const onAbort = (): void => abort(outside?.reason)
    outside?.addEventListener('abort', onAbort, { once: true })
    const attempts = (): Future<Response> => this.#attempts(url, parts, controller.signal, options)
    return timeoutAsync(attempts, timeoutMs, {
      what,
      ...(outside === undefined ? undefined : { signal: outside }),
    })
      .then((response) => {
        const leftMs = Math.max(0, timeoutMs - (performance.now() - startedMs))
        return { what, response, statuses, abort, leftMs }
      })
      .catch((reason) => {
        abort(reason)
        outside?.removeEventListener('abort', onAbort)
        throw reason
      })
  }

  #attempts(
    url: string,
    parts: RequestParts,
    signal: AbortSignal,
    options: RequestOptions,
  ): Future<Response> {
    const attempt = (): Future<Response> => this.#attempt(url, parts, signal)
    const attempts = options.attempts ?? this.settings.attempts
    const isStream = parts.body instanceof ReadableStream
    if (attempts === 1 || isStream || !REPEATABLE.has(parts.method)) return attempt()
    return retryAsync(
      () =>
        attempt().then((response) => {
          if (!RETRIED_STATUSES.has(response.status)) return response
          throw new Unavailable(response)
        }),
      { attempts, signal, retryIf: ({ reason }) => isWorthRepeating(reason) },
    ).catch((reason) => {
      const last = reason instanceof RetriesExhaustedError ? reason.cause : reason
      if (last instanceof Unavailable) return last.response
      throw last
    })
  }

  #attempt(url: string, parts: RequestParts, signal: AbortSignal): Future<Response> {
    const { policy } = this.settings
    const send = (): Future<Response> => this.#fetch(url, parts, signal)
    return policy === undefined ? send() : policy.run(send)
  }

  #fetch(url: string, parts: RequestParts, signal: AbortSignal): Future<Response> {
    const { method, body } = parts
    const { fetch, credentials } = this.settings
    const init: RequestInit = {
      method,
      headers: parts.headers.map(([name, value]): [string, string] => [name, value]),
      signal,
      ...(body === undefined ? undefined : { body }),
      ...(body instanceof ReadableStream ? { duplex: 'half' } : undefined),
      ...(credentials === undefined ? undefined : { credentials }),
    }
    return Future.try(() => fetch(url, init)).catch((cause: unknown) => {
      if (signal.aborted) throw cause
      const reason = cause instanceof Error ? messageOf(cause) : String(cause)
      throw new ClientCallError('CLIENT_NETWORK', `${method} ${url} failed: ${reason}`, { cause })
    })
  }
}

function isWorthRepeating(reason: unknown): boolean {
  if (reason instanceof Unavailable) {
    reason.response.body?.cancel().catch(() => undefined)
    return true
  }
  return reason instanceof ClientCallError && reason.code === 'CLIENT_NETWORK'
}

/** Node says in the cause why `fetch` failed. */
function messageOf(error: Error): string {
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message
}
