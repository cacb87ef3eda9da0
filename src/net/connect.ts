import * as net from 'node:net'
import * as tls from 'node:tls'
import { systemClock } from '../core/clock.ts'
import { AbortedError, OptionError, TimeoutError } from '../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../core/options.ts'
import { enterCallback, leaveCallback } from '../core/run-queue.ts'
import { Deferred, type Future } from '../future/index.ts'
import { defaultReadPath, HIGH_WATER_BYTES, type ReadPath } from './adopt.ts'
import type { ConnectionHandler } from './connection-handler.ts'
import { ConnectError } from './errors.ts'
import { readBuffer } from './read-buffer.ts'

/** Where to connect, and how. Either `port` (and `host`) or `path` is given. */
export interface ConnectOptions {
  /** Host name or address; default `localhost`. */
  readonly host?: string
  readonly port?: number
  /** Path of a Unix socket. */
  readonly path?: string
  readonly handler: ConnectionHandler
  /** Milliseconds until the attempt is given up, name look-up and TLS included; default 10,000. */
  readonly timeoutMs?: number
  /** Gives the attempt up; has no effect on the open connection. */
  readonly signal?: AbortSignal
  /** Speaks TLS from the first byte on, with these options of `tls.connect`. */
  readonly tls?: tls.ConnectionOptions
  /** Default: the shared buffer, unless `FASTERAPI_NET_READ=stream` is set. */
  readonly readPath?: ReadPath
}

const KNOWN_OPTIONS = ['host', 'port', 'path', 'handler', 'timeoutMs', 'signal', 'tls', 'readPath']
const DEFAULT_TIMEOUT_MS = 10_000

/**
 * Opens a socket.
 *
 * @param onRead - called with the number of bytes that stand in the shared buffer
 * @param wrap - makes the result at the moment the socket is open, before anything is read from it;
 * `isSharedRead` tells whether bytes come to `onRead` or as `data` events
 */
export function openSocket<Wrapped>(
  options: ConnectOptions,
  onRead: (length: number) => void,
  wrap: (socket: net.Socket, isSharedRead: boolean) => Wrapped,
): Future<Wrapped> {
  const timeoutMs = checkOptions(options)
  const address = options.path ?? `${options.host ?? 'localhost'}:${options.port}`
  const opening = new Deferred<Wrapped>()
  const { signal } = options
  if (signal?.aborted) {
    opening.reject(new AbortedError(signal.reason, `Connecting to ${address}`))
    return opening.future
  }
  const isSharedRead = (options.readPath ?? defaultReadPath) === 'shared'
  const socket = createSocket(options, isSharedRead ? onRead : undefined)
  const settle = (error: unknown): void => {
    timer.cancel()
    signal?.removeEventListener('abort', onAbort)
    socket.removeListener('error', onError)
    enterCallback()
    try {
      if (error === undefined) opening.resolve(wrap(socket, isSharedRead))
      else {
        // The socket may report once more after it was given up.
        socket.on('error', () => {})
        socket.destroy()
        opening.reject(error)
      }
    } finally {
      leaveCallback()
    }
  }
  const onError = (cause: Error): void => settle(new ConnectError(address, cause))
  const onAbort = (): void => settle(new AbortedError(signal?.reason, `Connecting to ${address}`))
  const onTimeout = (): void => settle(new TimeoutError(timeoutMs, `Connecting to ${address}`))
  const timer = systemClock.setTimer(timeoutMs, onTimeout)
  signal?.addEventListener('abort', onAbort, { once: true })
  socket.once('error', onError)
  socket.once(options.tls === undefined ? 'connect' : 'secureConnect', () => settle(undefined))
  return opening.future
}

function checkOptions(options: ConnectOptions): number {
  rejectUnknownOptions('Connection.connect options', options, KNOWN_OPTIONS)
  if ((options.port === undefined) === (options.path === undefined)) {
    throw new OptionError('Connection.connect options.port', options.port, 'given, or else path')
  }
  if (options.port !== undefined) integerOption('port', options.port, 0, 1, 65_535)
  return integerOption('timeoutMs', options.timeoutMs, DEFAULT_TIMEOUT_MS, 1, 0x7fffffff)
}

function createSocket(
  options: ConnectOptions,
  onRead: ((length: number) => void) | undefined,
): net.Socket {
  const target =
    options.path === undefined
      ? { host: options.host ?? 'localhost', port: options.port ?? 0 }
      : { path: options.path }
  const stream = { noDelay: true, allowHalfOpen: true, writableHighWaterMark: HIGH_WATER_BYTES }
  const reading =
    onRead === undefined ? {} : { onread: { buffer: readBuffer, callback: reader(onRead) } }
  if (options.tls !== undefined) {
    const name = options.tls.servername ?? serverNameOf(options.host)
    const tlsOptions = { ...target, ...stream, ...reading, ...options.tls }
    return tls.connect(name === undefined ? tlsOptions : { ...tlsOptions, servername: name })
  }
  return net.connect({ ...target, ...stream, ...reading })
}

/** SNI carries names only, never addresses: RFC 6066, section 3. */
function serverNameOf(host: string | undefined): string | undefined {
  return host === undefined || net.isIP(host) !== 0 ? undefined : host
}

function reader(onRead: (length: number) => void): (length: number) => boolean {
  return (length) => {
    onRead(length)
    return true
  }
}
