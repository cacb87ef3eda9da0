import { OptionError } from '../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../core/options.ts'
import { type PgConfig, parsePgUrl } from './config.ts'
import type { ConnectionSettings } from './connection.ts'
import type { Int8Mode } from './types/registry.ts'

const MAX_MS = 0x7fff_ffff

export interface PgPoolOptions {
  /**
   * Most connections open at a time; default 4. Queries are pipelined, so a few connections do the
   * work of many: more are opened only when those there are busy.
   */
  readonly max?: number
  /** Longest wait for a connection with room, in milliseconds; default 10,000. */
  readonly acquireTimeoutMs?: number
  /** Longest time to open one connection, log-in included, in milliseconds; default 10,000. */
  readonly connectTimeoutMs?: number
  /** An unused connection is closed after so many milliseconds; default 60,000, 0 for never. */
  readonly idleTimeoutMs?: number
  /** Limit for each query without one of its own, in milliseconds; default 30,000, 0 for none. */
  readonly queryTimeoutMs?: number
  /** Most queries and transactions that may wait for a connection; default 10,000. */
  readonly maxQueue?: number
  /** Statements each connection keeps prepared; default 256. */
  readonly statementCacheSize?: number
  /** How int8 (and so `count(*)`) arrives: `bigint` (default), or `number`, which fails beyond 2^53 - 1. */
  readonly int8?: Int8Mode
  /** Name shown in `pg_stat_activity`. */
  readonly applicationName?: string
  /**
   * How often the connection that listens for notifications asks whether the server is there, in
   * milliseconds; default 10,000, 0 for never. Without an answer until the next time it is lost.
   */
  readonly listenKeepAliveMs?: number
}

/** The options with their defaults, checked. */
export interface PoolSettings {
  readonly max: number
  readonly acquireTimeoutMs: number
  readonly idleTimeoutMs: number
  readonly queryTimeoutMs: number
  readonly maxQueue: number
  readonly listenKeepAliveMs: number
  readonly connection: ConnectionSettings
}

const KNOWN = [
  'max',
  'acquireTimeoutMs',
  'connectTimeoutMs',
  'idleTimeoutMs',
  'queryTimeoutMs',
  'maxQueue',
  'statementCacheSize',
  'int8',
  'applicationName',
  'listenKeepAliveMs',
]

/** @throws {OptionError} on an unknown name, a bad value, or an unreadable URL */
export function readPoolOptions(
  url: string | undefined,
  options: PgPoolOptions = {},
): PoolSettings {
  if (url !== undefined && typeof url !== 'string') throw new OptionError('url', url, 'a string')
  rejectUnknownOptions('PgPool options', options, KNOWN)
  const config = parsePgUrl(url)
  const { int8 = 'bigint' } = options
  if (int8 !== 'bigint' && int8 !== 'number')
    throw new OptionError('int8', int8, "'bigint' or 'number'")
  const connectTimeoutMs = options.connectTimeoutMs ?? config.connectTimeoutMs
  return {
    max: integerOption('max', options.max, 4, 1, 1000),
    acquireTimeoutMs: integerOption(
      'acquireTimeoutMs',
      options.acquireTimeoutMs,
      10_000,
      1,
      MAX_MS,
    ),
    idleTimeoutMs: integerOption('idleTimeoutMs', options.idleTimeoutMs, 60_000, 0, MAX_MS),
    queryTimeoutMs: integerOption('queryTimeoutMs', options.queryTimeoutMs, 30_000, 0, MAX_MS),
    maxQueue: integerOption('maxQueue', options.maxQueue, 10_000, 0),
    listenKeepAliveMs: integerOption(
      'listenKeepAliveMs',
      options.listenKeepAliveMs,
      10_000,
      0,
      MAX_MS,
    ),
    connection: {
      config: withName(config, options.applicationName),
      connectTimeoutMs: integerOption('connectTimeoutMs', connectTimeoutMs, 10_000, 1, MAX_MS),
      int8,
      statementCacheSize: integerOption('statementCacheSize', options.statementCacheSize, 256, 1),
    },
  }
}

function withName(config: PgConfig, name: string | undefined): PgConfig {
  if (name === undefined) return config
  if (typeof name !== 'string' || name.includes('\0')) {
    throw new OptionError('applicationName', name, 'text without zero characters')
  }
  return { ...config, applicationName: name }
}
