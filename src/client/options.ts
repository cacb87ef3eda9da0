import type { Manifest } from '../app/index.ts'
import { OptionError } from '../core/errors.ts'
import { integerOption, numberOption, rejectUnknownOptions } from '../core/options.ts'
import type { Eventual, Future } from '../future/future.ts'
import type { SignalOptions } from '../future/signals.ts'

/** What sends requests: `fetch` of the platform, or something like it. */
export type Fetch = (url: string, init: RequestInit) => PromiseLike<Response>

/** Runs attempts: a `CircuitBreaker`, `Bulkhead` or `ResiliencePolicy` of `fasterapi/resilience`. */
export interface AttemptPolicy {
  run<T>(work: () => Eventual<T>): Future<T>
}

/** Header fields by name; `undefined` leaves one out. */
export type HeaderValues = Readonly<Record<string, string | undefined>>

/** A value as it stands in a URL; arrays repeat the parameter, `undefined` leaves it out. */
export type UrlValue = string | number | boolean | bigint | undefined
export type UrlValues = Readonly<Record<string, UrlValue | readonly UrlValue[]>>

export interface ClientOptions {
  /** What `manifestOf(api)` gave; by default it is asked of the server with the first call. */
  readonly manifest?: Manifest
  /** Where the server has the manifest, below the client's URL; default `/client.json`. */
  readonly manifestPath?: string
  /** What sends requests; default the platform's `fetch`. */
  readonly fetch?: Fetch
  /** Sent with every request; a function is asked for each, and may take its time: for tokens. */
  readonly headers?: HeaderValues | (() => Eventual<HeaderValues>)
  /** Milliseconds that a call may take, attempts and reading the body included; default 30,000. */
  readonly timeoutMs?: number
  /**
   * Attempts in all for requests that may be repeated (GET, HEAD, PUT, DELETE, OPTIONS), if the
   * network fails or the answer is 502, 503 or 504; default 3.
   */
  readonly attempts?: number
  /** Around every attempt. */
  readonly policy?: AttemptPolicy
  /** Whether browsers send cookies to other origins; as `fetch` knows it. */
  readonly credentials?: 'omit' | 'same-origin' | 'include'
  /** What opens WebSockets; default the platform's. */
  readonly WebSocket?: typeof WebSocket
}

/** What the types of a route do not know: inputs of routers, of dependencies, and of middlewares. */
export interface ExtraInputs {
  /** Parameters of prefixes, by name. */
  readonly path?: UrlValues
  readonly query?: UrlValues
}

export interface RequestOptions extends SignalOptions, ExtraInputs {
  readonly headers?: HeaderValues
  readonly timeoutMs?: number
  readonly attempts?: number
  /** For a stream of events: how often it is asked for again after its connection broke; default 0. */
  readonly reconnects?: number
}

export interface ConnectOptions extends SignalOptions, ExtraInputs {
  /** Subprotocols to offer, in the order of preference. */
  readonly subprotocols?: readonly string[]
  /** Milliseconds until the socket has to be open; default the client's `timeoutMs`. */
  readonly timeoutMs?: number
}

/** The options of a client with their defaults. */
export interface ClientSettings extends Omit<ClientOptions, 'headers' | 'manifest'> {
  readonly baseUrl: string
  readonly manifest: Manifest | undefined
  readonly manifestPath: string
  readonly fetch: Fetch
  readonly headers: () => Eventual<HeaderValues>
  readonly timeoutMs: number
  readonly attempts: number
}

const CLIENT = [
  'manifest',
  'manifestPath',
  'fetch',
  'headers',
  'timeoutMs',
  'attempts',
  'policy',
  'credentials',
  'WebSocket',
]

const REQUEST = [
  'signal',
  'path',
  'query',
  'headers',
  'timeoutMs',
  'attempts',
  'reconnects',
  'subprotocols',
]

/** @throws {OptionError} on unknown or impossible options */
export function clientSettings(url: string | URL, options: ClientOptions): ClientSettings {
  rejectUnknownOptions('client()', options, CLIENT)
  const { manifest, manifestPath = '/client.json', headers = {}, policy, ...rest } = options
  const fetch = options.fetch ?? ((to, init) => globalThis.fetch(to, init))
  if (typeof fetch !== 'function') throw new OptionError('client().fetch', fetch, 'a function')
  if (manifest !== undefined && manifest?.version !== 1) {
    throw new OptionError('client().manifest', manifest, 'what manifestOf() has made')
  }
  if (typeof manifestPath !== 'string' || !manifestPath.startsWith('/')) {
    throw new OptionError('client().manifestPath', manifestPath, "a path that begins with '/'")
  }
  if (policy !== undefined && typeof policy?.run !== 'function') {
    throw new OptionError('client().policy', policy, 'something with run(work)')
  }
  return {
    ...rest,
    ...(policy === undefined ? undefined : { policy }),
    baseUrl: baseUrlOf(url),
    manifest,
    manifestPath,
    fetch,
    headers: typeof headers === 'function' ? headers : () => headers,
    timeoutMs: numberOption('client().timeoutMs', options.timeoutMs, 30_000, 0),
    attempts: integerOption('client().attempts', options.attempts, 3, 1, 100),
  }
}

/** @throws {OptionError} on unknown or impossible options */
export function checkRequestOptions(where: string, options: RequestOptions | undefined): void {
  rejectUnknownOptions(where, options, REQUEST)
  numberOption(`${where} timeoutMs`, options?.timeoutMs, 0, 0)
  integerOption(`${where} attempts`, options?.attempts, 1, 1, 100)
  integerOption(`${where} reconnects`, options?.reconnects, 0, 0)
}

/** Without a slash at its end. A browser's client may give a path: it continues the page's origin. */
function baseUrlOf(url: string | URL): string {
  const text = String(url)
  const isPath = text === '' || (text.startsWith('/') && !text.startsWith('//'))
  if (isPath) return text.replace(/\/+$/, '')
  const parsed = URL.canParse(text) ? new URL(text) : undefined
  const isWeb = parsed?.protocol === 'http:' || parsed?.protocol === 'https:'
  if (parsed === undefined || !isWeb || parsed.search !== '' || parsed.hash !== '') {
    throw new OptionError('client() url', text, 'an http or https URL without a query')
  }
  return parsed.href.replace(/\/+$/, '')
}
