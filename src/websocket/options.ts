import { OptionError } from '../core/errors.ts'
import { integerOptions, rejectUnknownOptions } from '../core/options.ts'
import { type DeflateOptions, type DeflateSettings, deflateSettings } from './deflate/options.ts'
import type { HandshakeRequest } from './handshake/request.ts'

/**
 * What happens to a message for a peer that does not read, once `maxBufferedBytes` wait for it:
 *
 * - `close`: the connection is cut off;
 * - `drop`: the message is not sent;
 * - `wait`: the peer is not read either while anything waits for it, so that it cannot ask for more;
 *   senders that do not wait for `send` cut it off at twice the limit, and published messages are dropped.
 */
export type SlowPeerPolicy = 'close' | 'drop' | 'wait'

/** Which pages may open a socket: those of the same host, all, some, or as a function says. */
export type AllowedOrigins =
  | 'same'
  | 'any'
  | readonly string[]
  | ((origin: string, request: HandshakeRequest) => boolean)

export interface WebSocketOptions {
  /** In the order of preference; the first one that the client offers is used. Default: none. */
  readonly subprotocols?: readonly string[]
  /**
   * Checked if the client sends an `Origin`, as every browser does; others get 403. Default `same`:
   * the host of the page is the host that was asked for.
   */
  readonly origins?: AllowedOrigins
  /** Of one message, after decompression; larger ones close the socket with 1009. Default 1 MiB. */
  readonly maxMessageBytes?: number
  /** What may wait for a peer that does not read, from 64 KiB on; default 1 MiB. */
  readonly maxBufferedBytes?: number
  /** What happens beyond `maxBufferedBytes`; default `close`. */
  readonly slowPeer?: SlowPeerPolicy
  /** Messages at work or not asked for yet, beyond which the peer is not read; default 256. */
  readonly maxPendingMessages?: number
  /** Compression for clients that offer it; default false. */
  readonly deflate?: boolean | DeflateOptions
  /** A peer that has been silent for so long is sent a ping; default 30 s, 0 for never. */
  readonly pingIntervalMs?: number
  /** A peer that is silent for so long after a ping is cut off; default 15 s. */
  readonly pongTimeoutMs?: number
  /** A socket that brought no message for so long is closed with 1001; default 0, never. */
  readonly idleTimeoutMs?: number
  /** A peer that takes nothing of what waits for it for so long is cut off; default 30 s, 0 for never. */
  readonly sendTimeoutMs?: number
  /** How long the peer may take to answer our close frame; default 5 s. */
  readonly closeTimeoutMs?: number
  /** Told of failures of handlers, which close the socket with 1011; default: standard error. */
  readonly onError?: (error: unknown) => void
}

/** Every option with its value. */
export type WebSocketSettings = Required<Omit<WebSocketOptions, 'deflate'>> & {
  readonly deflate: DeflateSettings | undefined
}

const MAX_TIMEOUT_MS = 86_400_000

/** Each number: default, least and greatest value. */
const NUMBERS = {
  maxMessageBytes: [1_048_576, 1, 2_147_483_647],
  maxBufferedBytes: [1_048_576, 65_536, Number.MAX_SAFE_INTEGER],
  maxPendingMessages: [256, 1, 1_000_000],
  pingIntervalMs: [30_000, 0, MAX_TIMEOUT_MS],
  pongTimeoutMs: [15_000, 1, MAX_TIMEOUT_MS],
  idleTimeoutMs: [0, 0, MAX_TIMEOUT_MS],
  sendTimeoutMs: [30_000, 0, MAX_TIMEOUT_MS],
  closeTimeoutMs: [5000, 1, MAX_TIMEOUT_MS],
} as const

/** Names of all options, for those who pass them on. */
export const WEBSOCKET_OPTION_NAMES: readonly string[] = [
  ...Object.keys(NUMBERS),
  'subprotocols',
  'origins',
  'slowPeer',
  'deflate',
  'onError',
]

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const POLICIES: readonly unknown[] = ['close', 'drop', 'wait']

/**
 * Fills in the defaults.
 *
 * @throws {OptionError} for an unknown name or a value out of bounds
 */
export function webSocketSettings(
  where: string,
  options: WebSocketOptions = {},
): WebSocketSettings {
  rejectUnknownOptions(where, options, WEBSOCKET_OPTION_NAMES)
  const numbers = integerOptions(where, options, NUMBERS)
  const { slowPeer = 'close', onError = logError } = options
  if (!POLICIES.includes(slowPeer)) {
    throw new OptionError(`${where}.slowPeer`, slowPeer, "'close', 'drop' or 'wait'")
  }
  if (typeof onError !== 'function') {
    throw new OptionError(`${where}.onError`, onError, 'a function')
  }
  return {
    ...numbers,
    subprotocols: subprotocolsOption(where, options.subprotocols),
    origins: originsOption(where, options.origins),
    slowPeer,
    deflate: deflateSettings(`${where}.deflate`, options.deflate),
    onError,
  }
}

function subprotocolsOption(where: string, names: readonly string[] = []): readonly string[] {
  if (!Array.isArray(names)) throw new OptionError(`${where}.subprotocols`, names, 'an array')
  for (const name of names as readonly unknown[]) {
    if (typeof name !== 'string' || !TOKEN.test(name)) {
      throw new OptionError(`${where}.subprotocols`, name, 'names without blanks and separators')
    }
  }
  return names
}

function originsOption(where: string, origins: AllowedOrigins = 'same'): AllowedOrigins {
  if (origins === 'same' || origins === 'any' || typeof origins === 'function') return origins
  const expected = "'same', 'any', a function, or origins such as 'https://example.com'"
  if (!Array.isArray(origins)) throw new OptionError(`${where}.origins`, origins, expected)
  return (origins as readonly unknown[]).map((origin) => {
    const parsed = typeof origin === 'string' ? URL.parse(origin)?.origin : undefined
    if (parsed === undefined || parsed === 'null') {
      throw new OptionError(`${where}.origins`, origin, expected)
    }
    return parsed
  })
}

function logError(error: unknown): void {
  console.error('A WebSocket handler failed:', error)
}
