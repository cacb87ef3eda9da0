import type { ConnectionOptions } from 'node:tls'
import { OptionError } from '../core/errors.ts'
import { integerOption, numberOption, rejectUnknownOptions } from '../core/options.ts'

/** What TLS connections are made with; a client certificate (`cert`, `key`) makes it mutual TLS. */
export type ClientTlsOptions = Pick<
  ConnectionOptions,
  | 'ca'
  | 'cert'
  | 'key'
  | 'pfx'
  | 'passphrase'
  | 'servername'
  | 'rejectUnauthorized'
  | 'minVersion'
  | 'maxVersion'
  | 'ciphers'
  | 'checkServerIdentity'
>

/** A proxy, and how it knows us. */
export interface ProxyOptions {
  readonly uri: string
  /** The header `Proxy-Authorization`: `Basic ...` or `Bearer ...`. */
  readonly token?: string
}

/** Connections, which are kept for each origin. */
export interface PoolOptions {
  /** Most connections to an origin; 128 by default. */
  readonly connections?: number
  /** Requests sent ahead on a connection before the first is answered; 1 by default: none. */
  readonly pipelining?: number
  /** Longest time to connect, TLS included, in milliseconds; 5,000 by default. */
  readonly connectTimeoutMs?: number
  /** An unused connection is closed after so many milliseconds, unless the server hints at less; 4,000 by default. */
  readonly keepAliveTimeoutMs?: number
  /** Bound of what the server may hint at, in milliseconds; 600,000 by default. */
  readonly keepAliveMaxTimeoutMs?: number
  /** Headers of a response, in bytes; 16,384 by default. */
  readonly maxHeaderBytes?: number
  /** Whether to speak HTTP/2 where the server offers it; false by default. */
  readonly http2?: boolean
  /** Path of a Unix socket, to which all connections go, whatever the host of the URL is. */
  readonly socketPath?: string
  /** A proxy's URL, or more about it. */
  readonly proxy?: string | ProxyOptions
  readonly tls?: ClientTlsOptions
}

const KNOWN = [
  'connections',
  'pipelining',
  'connectTimeoutMs',
  'keepAliveTimeoutMs',
  'keepAliveMaxTimeoutMs',
  'maxHeaderBytes',
  'http2',
  'socketPath',
  'proxy',
  'tls',
]
const TLS = [
  'ca',
  'cert',
  'key',
  'pfx',
  'passphrase',
  'servername',
  'rejectUnauthorized',
  'minVersion',
  'maxVersion',
  'ciphers',
  'checkServerIdentity',
]

/** The options with their defaults. */
export type PoolSettings = Required<Omit<PoolOptions, 'socketPath' | 'proxy' | 'tls'>> &
  Pick<PoolOptions, 'socketPath' | 'proxy' | 'tls'>

/** @throws {OptionError} on an unknown option or a value out of range */
export function poolSettings(options: PoolOptions = {}): PoolSettings {
  rejectUnknownOptions('pool', options, KNOWN)
  rejectUnknownOptions('pool.tls', options.tls, TLS)
  const { socketPath, proxy, tls, http2 = false } = options
  if (typeof http2 !== 'boolean') throw new OptionError('pool.http2', http2, 'a boolean')
  if (socketPath !== undefined && typeof socketPath !== 'string') {
    throw new OptionError('pool.socketPath', socketPath, 'a path')
  }
  if (socketPath !== undefined && proxy !== undefined) {
    throw new OptionError('pool.proxy', proxy, 'absent where socketPath is given')
  }
  assertProxy(proxy)
  return {
    connections: integerOption('pool.connections', options.connections, 128, 1),
    pipelining: integerOption('pool.pipelining', options.pipelining, 1, 1, 1024),
    connectTimeoutMs: numberOption('pool.connectTimeoutMs', options.connectTimeoutMs, 5000, 1),
    keepAliveTimeoutMs: numberOption(
      'pool.keepAliveTimeoutMs',
      options.keepAliveTimeoutMs,
      4000,
      1,
    ),
    keepAliveMaxTimeoutMs: numberOption(
      'pool.keepAliveMaxTimeoutMs',
      options.keepAliveMaxTimeoutMs,
      600_000,
      1,
    ),
    maxHeaderBytes: integerOption('pool.maxHeaderBytes', options.maxHeaderBytes, 16_384, 64),
    http2,
    ...(socketPath === undefined ? undefined : { socketPath }),
    ...(proxy === undefined ? undefined : { proxy }),
    ...(tls === undefined ? undefined : { tls }),
  }
}

function assertProxy(proxy: string | ProxyOptions | undefined): void {
  if (proxy === undefined) return
  const uri = typeof proxy === 'string' ? proxy : proxy?.uri
  if (typeof uri !== 'string' || !URL.canParse(uri)) {
    throw new OptionError('pool.proxy', uri, 'the URL of a proxy')
  }
  if (typeof proxy === 'object') rejectUnknownOptions('pool.proxy', proxy, ['uri', 'token'])
}
