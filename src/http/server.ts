import type { Server as NetServer, Socket } from 'node:net'
import { type ClockTimer, systemClock } from '../core/clock.ts'
import { ClosedError } from '../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../core/options.ts'
import { enterCallback, leaveCallback } from '../core/run-queue.ts'
import { Deferred, Future } from '../future/index.ts'
import {
  Connection,
  ListenError,
  Listener,
  type ListenOptions,
  TlsConfigError,
} from '../net/index.ts'
import { AddressCount, networkOf } from './address-count.ts'
import { Entrance } from './entrance/entrance.ts'
import { type Refusal, Refusals } from './entrance/refusals.ts'
import { HttpListenError } from './errors.ts'
import { HttpConnection } from './h1/http-connection.ts'
import { type RequestHandler, ServerCore } from './h1/server-core.ts'
import { type HttpServerOptions, httpServerSettings } from './options.ts'
import type { HttpServerStats } from './statistics/server-stats.ts'

const DEFAULT_CLOSE_TIMEOUT_MS = 10_000
/** How long a connection that was just in use may bring one more request while the server closes. */
const LAST_REQUEST_MS = 150
const CLOSING_SWEEP_MS = 50
/** For so long at most a closing server takes the connections that wait in the kernel. */
const LAST_ACCEPT_MS = 250
/** Turns of the event loop without a new connection: the first may have polled before. */
const QUIET_TURNS = 2

/**
 * An HTTP/1.1 server over `node:net`.
 *
 * A handler that returns its response, or a ready future of it, is parsed, run and written in one
 * go; responses of one read leave in one write.
 */
export class HttpServer {
  readonly #core: ServerCore
  readonly #entrance: Entrance | undefined
  readonly #addresses: AddressCount
  /** Undefined: what is beyond a limit is closed without a word. */
  readonly #refusals: Refusals | undefined
  #listener: Listener | undefined
  #sweeper: ClockTimer | undefined
  #fileWatch: ClockTimer | undefined
  #closed: Deferred<void> | undefined

  /**
   * @param memory - where its numbers are kept, `HTTP_STATS_BYTES` long: shared memory can be read
   * by other threads with `readHttpStats`
   * @throws {OptionError} for an unknown option or a value out of bounds
   * @throws {TlsConfigError} if a certificate or key cannot be used
   */
  constructor(handler: RequestHandler, options?: HttpServerOptions, memory?: ArrayBufferLike) {
    this.#core = new ServerCore(handler, httpServerSettings(options), memory)
    this.#entrance = Entrance.create(this.#core)
    const { settings, counters } = this.#core
    this.#addresses = new AddressCount(settings.maxConnectionsPerAddress)
    const isAnswering = settings.refusedConnections === 'answer' && settings.tls === undefined
    this.#refusals = isAnswering ? new Refusals(counters) : undefined
  }

  /**
   * Starts to accept connections.
   *
   * @returns this server once it listens; fails with {@link HttpListenError} if it cannot, and with
   * `ClosedError` after {@link close}
   * @throws {OptionError} for unknown options, a bad port, or both a port and a path
   */
  listen(options: ListenOptions): Future<HttpServer> {
    if (this.#closed !== undefined) return Future.failed(new ClosedError('The server'))
    if (this.#sweeper !== undefined) {
      return Future.failed(new HttpListenError('a second address', 'it listens already'))
    }
    return Listener.listen(options, (socket) => this.accept(socket)).then(
      (listener) => {
        this.#listener = listener
        this.#start()
        return this
      },
      (error: unknown) => {
        throw error instanceof ListenError ? new HttpListenError(error.address, error.cause) : error
      },
    )
  }

  /**
   * Goes on with a `net.Server` that listens already, moved here from another thread's
   * {@link release}.
   *
   * @throws {ClosedError} after {@link close}
   */
  adopt(server: NetServer): void {
    this.#listener = Listener.adopt(server, (socket) => this.accept(socket))
    this.#start()
  }

  /**
   * Takes connections only through {@link accept}, from somebody else's listener.
   *
   * @throws {ClosedError} after {@link close}
   */
  open(): void {
    this.#start()
  }

  /**
   * Serves a connection that somebody else has accepted, with `pauseOnConnect` and `allowHalfOpen`;
   * nothing may have been read from it.
   */
  accept(socket: Socket): void {
    const { counters, connections, settings } = this.#core
    if (connections.size >= settings.maxConnections) {
      counters.countLimit('connections')
      this.#refuse(socket, 503)
      return
    }
    const network = this.#addresses.isOn ? networkOf(socket.remoteAddress ?? '') : ''
    if (network !== '' && !this.#addresses.add(network)) {
      counters.countLimit('connectionsPerAddress')
      this.#refuse(socket, 429)
      return
    }
    counters.totalConnections++
    counters.openConnections++
    const onLeave = network === '' ? undefined : () => this.#addresses.remove(network)
    if (this.#entrance !== undefined) {
      this.#entrance.accept(socket, onLeave)
      return
    }
    const { readPath } = settings
    const connection = new HttpConnection(this.#core)
    connections.add(connection)
    connection.attach(
      Connection.accept(socket, connection, readPath === undefined ? {} : { readPath }),
    )
    connection.onLeave = onLeave
  }

  /**
   * Stops accepting and gives the listening server away, to be moved to another thread. Connections
   * that arrive meanwhile wait in the kernel; those that are open are served on.
   *
   * @returns undefined if it does not listen
   */
  release(): NetServer | undefined {
    const server = this.#listener?.release()
    this.#listener = undefined
    return server
  }

  /**
   * Reads the files of all certificates again, for the handshakes to come; open connections stay as
   * they are.
   *
   * @throws {TlsConfigError} if one cannot be used, and the old ones stay; or without TLS
   */
  reloadCertificates(): void {
    if (this.#entrance?.acceptor === undefined) {
      throw new TlsConfigError('This server has no certificates to reload: it does not speak TLS')
    }
    this.#entrance.acceptor.reload()
  }

  /**
   * Lets servers with the same keys resume each other's TLS sessions; `tls.ticketKeys` counts more.
   *
   * @param keys - 48 secret bytes
   */
  shareTicketKeys(keys: Uint8Array): void {
    this.#entrance?.acceptor?.shareTicketKeys(keys)
  }

  /** The port listened on; 0 before, and for a Unix socket. */
  get port(): number {
    return this.#listener?.port ?? 0
  }

  /** Numbers since the server was created. */
  stats(): HttpServerStats {
    this.#core.publish()
    return this.#core.counters.snapshot()
  }

  /**
   * Closes the server without losing a request.
   *
   * Accepts no more; closes idle connections; lets requests in flight finish, their responses say
   * `connection: close`; a connection in use a moment ago may bring one last request.
   *
   * @param options - `timeoutMs`: what is still open then is cut off; default 10,000
   * @returns ready when every connection is closed; the same future if called again
   */
  close(options: { readonly timeoutMs?: number } = {}): Future<void> {
    rejectUnknownOptions('close options', options, ['timeoutMs'])
    const timeoutMs = integerOption(
      'close options.timeoutMs',
      options.timeoutMs,
      DEFAULT_CLOSE_TIMEOUT_MS,
      0,
      0x7fffffff,
    )
    if (this.#closed !== undefined) return this.#closed.future
    const closed = new Deferred<void>()
    this.#closed = closed
    this.#core.isClosing = true
    this.#stopListening(timeoutMs > 0, () => this.#drain(closed, timeoutMs))
    return closed.future
  }

  /** @param isPolite - takes the connections first that wait in the kernel: it would reset them */
  #stopListening(isPolite: boolean, next: () => void): void {
    const listener = this.#listener
    if (listener !== undefined && isPolite) {
      const { counters } = this.#core
      const arrived = (): number => counters.totalConnections + counters.refusedConnections
      untilUnchanged(arrived, LAST_ACCEPT_MS, () => {
        listener.close()
        next()
      })
      return
    }
    listener?.close()
    next()
  }

  #refuse(socket: Socket, status: Refusal): void {
    this.#core.counters.refusedConnections++
    if (this.#refusals === undefined) socket.destroy()
    else this.#refusals.refuse(socket, status)
  }

  #start(): void {
    if (this.#closed !== undefined) {
      this.#listener?.close()
      throw new ClosedError('The server')
    }
    this.#sweeper = systemClock.setPeriodicTimer(this.#core.sweepIntervalMs, () => {
      this.#core.sweep()
      this.#refusals?.sweep(Math.trunc(performance.now()))
    })
    this.#sweeper.unref()
    this.#fileWatch = this.#entrance?.watchFiles()
  }

  #drain(closed: Deferred<void>, timeoutMs: number): void {
    const core = this.#core
    const startMs = performance.now()
    const intervalMs = Math.min(CLOSING_SWEEP_MS, Math.max(1, timeoutMs))
    const sweeper = systemClock.setPeriodicTimer(intervalMs, () => {
      const elapsedMs = performance.now() - startMs
      if (elapsedMs >= timeoutMs) for (const connection of core.connections) connection.destroy()
      else this.#closeIdle(elapsedMs < LAST_REQUEST_MS)
    })
    core.onEmpty = () => {
      sweeper.cancel()
      this.#sweeper?.cancel()
      this.#fileWatch?.cancel()
      this.#refusals?.close()
      core.publish()
      enterCallback()
      closed.resolve()
      leaveCallback()
    }
    this.#closeIdle(true)
    if (core.connections.size === 0) core.onEmpty()
  }

  #closeIdle(isRecentlyUsedSpared: boolean): void {
    const nowMs = performance.now()
    for (const connection of this.#core.connections) connection.close(isRecentlyUsedSpared, nowMs)
  }
}

/** A turn of the event loop accepts one connection: calls `next` after one that accepted none. */
function untilUnchanged(count: () => number, timeoutMs: number, next: () => void): void {
  const deadlineMs = performance.now() + timeoutMs
  let before = count()
  let quietTurns = 0
  const look = (): void => {
    const now = count()
    quietTurns = now === before ? quietTurns + 1 : 0
    before = now
    if (quietTurns === QUIET_TURNS || performance.now() >= deadlineMs) next()
    else setImmediate(look)
  }
  setImmediate(look)
}
