import { chmodSync } from 'node:fs'
import * as net from 'node:net'
import { enterCallback, leaveCallback } from '../core/run-queue.ts'
import { Deferred, type Future } from '../future/index.ts'
import { ListenError } from './errors.ts'
import { listenTarget } from './listen-target.ts'
import { removeStaleSocket } from './stale-socket.ts'

/**
 * Where to listen: a port (0: any free one) and host, the path of a Unix socket, or a socket that
 * somebody else has opened.
 */
export interface ListenOptions {
  readonly port?: number
  /** Address or name of an own interface; default: every interface. */
  readonly host?: string
  /** Path of a Unix socket, made by the listener and removed when it closes. */
  readonly path?: string
  /** File mode of the Unix socket, such as `0o660`; default: what the umask of the process leaves. */
  readonly mode?: number
  /** A socket that listens already: its file descriptor, as the parent process has given it. */
  readonly fd?: number
  /**
   * A socket that systemd has opened and passed on: `true` if it is the only one, or its name
   * (`FileDescriptorName=`).
   */
  readonly systemd?: boolean | string
  /** Lets several threads or processes listen on one port; the kernel spreads the connections. */
  readonly reusePort?: boolean
  /** Connections the kernel keeps while none is accepted; default 1024. */
  readonly backlog?: number
}

/** How {@link Connection.accept} wants sockets. */
const ACCEPT_OPTIONS: net.ServerOpts = {
  pauseOnConnect: true,
  allowHalfOpen: true,
  noDelay: true,
}

/** A listening socket. Accepted sockets come paused, as {@link Connection.accept} wants them. */
export class Listener {
  readonly #server: net.Server

  private constructor(server: net.Server) {
    this.#server = server
  }

  /**
   * Starts to listen.
   *
   * @param onAccept - called within an I/O callback with each new socket
   * @returns the listener; the future fails with {@link ListenError}
   * @throws {OptionError} for unknown options, a bad port, both a port and a path, or a socket that
   * systemd has not passed on
   */
  static listen(options: ListenOptions, onAccept: (socket: net.Socket) => void): Future<Listener> {
    const target = listenTarget(options)
    const { path, mode } = options
    const fail = (error: unknown): never => {
      throw new ListenError(addressOf(options), error)
    }
    const opened = open(target, mode)
    const server =
      path === undefined
        ? opened
        : opened.catch((error) => {
            if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
            return removeStaleSocket(path).then(() => open(target, mode))
          })
    return server.then((it) => Listener.adopt(it, onAccept), fail)
  }

  /**
   * Goes on with a server that listens already, made by another listener and moved to this thread.
   *
   * @see {@link release}
   */
  static adopt(server: net.Server, onAccept: (socket: net.Socket) => void): Listener {
    // Failures to accept (too many open files) pass; the kernel offers the connection again.
    server.on('error', () => {})
    server.on('connection', (socket: net.Socket) => {
      enterCallback()
      try {
        onAccept(socket)
      } finally {
        leaveCallback()
      }
    })
    return new Listener(server)
  }

  /**
   * Lets go of the listening server, to be moved to another thread: connections that arrive
   * meanwhile wait in the kernel. The listener is closed afterwards.
   *
   * @returns undefined if it is closed already
   */
  release(): net.Server | undefined {
    if (!this.#server.listening) return undefined
    this.#server.removeAllListeners('connection')
    return this.#server
  }

  /** The port listened on; 0 for a Unix socket and after the close. */
  get port(): number {
    const address = this.#server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }

  /** Accepts no more and frees the address, before it returns. Open connections stay. */
  close(): void {
    if (this.#server.listening) this.#server.close()
  }
}

function open(target: net.ListenOptions, mode: number | undefined): Future<net.Server> {
  const opening = new Deferred<net.Server>()
  const server = net.createServer(ACCEPT_OPTIONS)
  const settle = (error?: unknown): void => {
    server.removeListener('error', settle)
    enterCallback()
    if (error === undefined) opening.resolve(server)
    else opening.reject(error)
    leaveCallback()
  }
  server.once('error', settle)
  server.listen(target, () => settle())
  if (mode !== undefined && target.path !== undefined) setMode(server, target.path, mode, settle)
  return opening.future
}

/** Before anybody is let in: the socket is there as soon as `listen` returns, if it could be made. */
function setMode(
  server: net.Server,
  path: string,
  mode: number,
  fail: (error: unknown) => void,
): void {
  try {
    if (server.listening) chmodSync(path, mode)
  } catch (error) {
    server.close()
    fail(error)
  }
}

function addressOf({ path, host, port, fd, systemd }: ListenOptions): string {
  if (path !== undefined) return path
  if (fd !== undefined) return `file descriptor ${fd}`
  if (systemd !== undefined) return 'the socket of systemd'
  return `${host ?? '*'}:${port}`
}
