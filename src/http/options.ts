import { OptionError } from '../core/errors.ts'
import { integerOptions, rejectUnknownOptions } from '../core/options.ts'
import {
  AddressList,
  type ReadPath,
  type TlsOptions,
  type TlsSettings,
  tlsSettings,
} from '../net/index.ts'
import type { ProxyProtocolSettings } from './entrance/entrance.ts'
import { type Http2Options, type Http2Settings, http2Settings } from './h2/options.ts'
import type { HttpRequest } from './message/request.ts'
import { ProxyTrust, type TrustProxy } from './proxy/proxy-trust.ts'

/** Limits and hooks of a server. Times are milliseconds, and 0 turns a timeout off. */
export interface HttpServerOptions {
  /** Longest request line; default 8192, beyond it 414. */
  readonly maxRequestLineBytes?: number
  /** All header lines of one request; default 16384, beyond it 431. */
  readonly maxHeaderBytes?: number
  /** Header lines of one request; default 100, beyond it 431. */
  readonly maxHeaderCount?: number
  /** Body of one request, unless the handler asks with its own limit; default 1 MiB, beyond it 413. */
  readonly maxBodyBytes?: number
  /**
   * Memory for all bodies of the server that are still being received; default 256 MiB, beyond it
   * 503 with `retry-after`.
   */
  readonly maxBufferedBodyBytes?: number
  /**
   * Slower clients get 408; default 240. Counts the time the body is waited for, once that is
   * more than {@link bodyGraceMs}. 0 turns it off.
   */
  readonly minBodyBytesPerSecond?: number
  /** Default 5 s. */
  readonly bodyGraceMs?: number
  /** A client that has so much of its responses unread, and asks for more, is cut off; default 16 MiB. */
  readonly maxBufferedBytes?: number
  /** The answer to the last of them closes the connection; default 0: there is no last one. */
  readonly maxRequestsPerConnection?: number
  /**
   * Open connections of one address, or one IPv6 network of 64 bits; more are refused with 429.
   * Default 0: any number, for behind a proxy all come from one.
   */
  readonly maxConnectionsPerAddress?: number
  /** Requests of one connection in flight; more wait unread. Default 32. */
  readonly maxPipelinedRequests?: number
  /** Open connections; more are refused with 503. Default 65,536. */
  readonly maxConnections?: number
  /**
   * What becomes of connections beyond these two limits: `answer` says so in a response with
   * `retry-after`, to 128 at a time; `close` does not, so that a balancer that tries another server
   * only where a connection fails does that. Default `answer`; over TLS always `close`, for a
   * handshake is what costs.
   */
  readonly refusedConnections?: 'answer' | 'close'
  /** From the first byte of a head to its last, and from the accept to the first byte; default 10 s, then 408. */
  readonly headerTimeoutMs?: number
  /** From the head to the end of the body, or to the next piece for who reads in pieces; default 60 s, then 408. */
  readonly bodyTimeoutMs?: number
  /** Between two requests; default 65 s (more than the 60 s of common balancers), then closed silently. */
  readonly idleTimeoutMs?: number
  /**
   * From the head to the response, less the time the handler waits for a client to send its body;
   * default 60 s, then 503 and the request's signal fires.
   */
  readonly handlerTimeoutMs?: number
  /** A peer that reads nothing of its response for so long is cut off; default 30 s. */
  readonly writeTimeoutMs?: number
  /**
   * Told of what the client sees as a 500, and of responses that could not be sent.
   * Default: one line with the stack on standard error.
   */
  readonly onError?: (error: unknown, request: HttpRequest | undefined) => void
  /** Speaks TLS, and nothing else, with this certificate; see `docs/tls.md`. */
  readonly tls?: TlsOptions
  /**
   * Speaks HTTP/2 to clients that choose it, besides HTTP/1.1. Default: true with TLS (by ALPN),
   * false without, where `{ cleartext: true }` turns it on.
   */
  readonly http2?: boolean | Http2Options
  /**
   * Expects the header of the PROXY protocol, version 1 or 2, before everything else: `required` of
   * everybody, or of the balancers listed, with nobody else let in. Default `off`.
   */
  readonly proxyProtocol?: 'off' | 'required' | { readonly trusted: readonly string[] }
  /**
   * Proxies whose headers say where a request came from: addresses, networks and names of them, or
   * how many there are. Default: nobody.
   */
  readonly trustProxy?: TrustProxy
  /** How sockets are read; default the shared buffer where this Node supports it. */
  readonly readPath?: ReadPath
}

/** Every option with its value. */
export type HttpServerSettings = Required<
  Omit<HttpServerOptions, 'readPath' | 'tls' | 'http2' | 'proxyProtocol' | 'trustProxy'>
> & {
  readonly readPath: ReadPath | undefined
  readonly tls: TlsSettings | undefined
  readonly http2: Http2Settings | undefined
  readonly proxyProtocol: ProxyProtocolSettings | undefined
  readonly trustProxy: ProxyTrust | undefined
}

/** What messages call it. */
export const TLS_OPTION = 'HttpServer options.tls'
const MAX_TIMEOUT_MS = 86_400_000

/** Each number: default, least and greatest value. */
const NUMBERS = {
  maxRequestLineBytes: [8192, 64, 65_536],
  maxHeaderBytes: [16_384, 64, 1_048_576],
  maxHeaderCount: [100, 1, 10_000],
  maxBodyBytes: [1_048_576, 0, 2_147_483_647],
  maxBufferedBodyBytes: [268_435_456, 0, Number.MAX_SAFE_INTEGER],
  minBodyBytesPerSecond: [240, 0, 1_000_000_000],
  bodyGraceMs: [5000, 0, MAX_TIMEOUT_MS],
  maxBufferedBytes: [16_777_216, 0, Number.MAX_SAFE_INTEGER],
  maxRequestsPerConnection: [0, 0, 2_147_483_647],
  maxConnectionsPerAddress: [0, 0, 1_000_000],
  maxPipelinedRequests: [32, 1, 1024],
  maxConnections: [65_536, 1, 1_000_000],
  headerTimeoutMs: [10_000, 0, MAX_TIMEOUT_MS],
  bodyTimeoutMs: [60_000, 0, MAX_TIMEOUT_MS],
  idleTimeoutMs: [65_000, 0, MAX_TIMEOUT_MS],
  handlerTimeoutMs: [60_000, 0, MAX_TIMEOUT_MS],
  writeTimeoutMs: [30_000, 0, MAX_TIMEOUT_MS],
} as const

/** Names of all options, for those who pass them on. */
export const HTTP_SERVER_OPTION_NAMES: readonly string[] = [
  ...Object.keys(NUMBERS),
  'tls',
  'http2',
  'proxyProtocol',
  'trustProxy',
  'refusedConnections',
  'onError',
  'readPath',
]

/**
 * Fills in the defaults.
 *
 * @throws {OptionError} for an unknown name or a value out of bounds
 */
export function httpServerSettings(options: HttpServerOptions = {}): HttpServerSettings {
  rejectUnknownOptions('HttpServer options', options, HTTP_SERVER_OPTION_NAMES)
  const numbers = integerOptions('HttpServer options', options, NUMBERS)
  const { onError, readPath, refusedConnections = 'answer' } = options
  if (onError !== undefined && typeof onError !== 'function') {
    throw new OptionError('HttpServer options.onError', onError, 'a function')
  }
  if (readPath !== undefined && readPath !== 'shared' && readPath !== 'stream') {
    throw new OptionError('HttpServer options.readPath', readPath, "'shared' or 'stream'")
  }
  if (refusedConnections !== 'answer' && refusedConnections !== 'close') {
    const where = 'HttpServer options.refusedConnections'
    throw new OptionError(where, refusedConnections, "'answer' or 'close'")
  }
  const hooks = { onError: onError ?? logError, readPath, refusedConnections }
  return { ...numbers, ...hooks, ...entranceSettings(options) }
}

function entranceSettings({
  tls,
  http2,
  proxyProtocol,
  trustProxy,
}: HttpServerOptions): Pick<HttpServerSettings, 'tls' | 'http2' | 'proxyProtocol' | 'trustProxy'> {
  const where = 'HttpServer options'
  return {
    tls: tls === undefined ? undefined : tlsSettings(TLS_OPTION, tls),
    http2: http2Settings(`${where}.http2`, http2, tls !== undefined),
    proxyProtocol: proxyProtocolSettings(`${where}.proxyProtocol`, proxyProtocol),
    trustProxy:
      trustProxy === undefined ? undefined : new ProxyTrust(`${where}.trustProxy`, trustProxy),
  }
}

function proxyProtocolSettings(
  where: string,
  value: HttpServerOptions['proxyProtocol'],
): ProxyProtocolSettings | undefined {
  if (value === undefined || value === 'off') return undefined
  if (value === 'required') return { trusted: undefined }
  if (typeof value !== 'object' || value === null) {
    throw new OptionError(where, value, "'off', 'required' or { trusted: [addresses] }")
  }
  rejectUnknownOptions(where, value, ['trusted'])
  return { trusted: new AddressList(`${where}.trusted`, value.trusted) }
}

function logError(error: unknown, request: HttpRequest | undefined): void {
  const what = request === undefined ? 'a connection' : `${request.method} ${request.path}`
  console.error(`Error in ${what}:`, error)
}
