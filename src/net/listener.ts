import * as net from 'node:net'
import { OptionError } from '../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../core/options.ts'
import { enterCallback, leaveCallback } from '../core/run-queue.ts'
import { Deferred, type Future } from '../future/index.ts'
import { ListenError } from './errors.ts'

/** Where to listen: a port (0: any free one) and host, or the path of a Unix socket. */
export interface ListenOptions {
  readonly port?: number
  /** Address or name of an own interface; default: every interface. */
  readonly host?: string
  /** Path of a Unix socket, made by the listener and removed when it closes. */
  readonly path?: string
  /** Lets several threads or processes listen on one port; the kernel spreads the connections. */
  readonly reusePort?: boolean
  /** Connections the kernel keeps while none is accepted; default 1024. */
  readonly backlog?: number
}

const KNOWN_OPTIONS = ['port', 'host', 'path', 'reusePort', 'backlog']
const DEFAULT_BACKLOG = 1024

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
   * @throws {OptionError} for unknown options, a bad port, or both a port and a path
   */
  static listen(options: ListenOptions, onAccept: (socket: net.Socket) => void): Future<Listener> {
    const target = checkOptions(options)
    const opening = new Deferred<Listener>()
    const server = net.createServer(ACCEPT_OPTIONS)
    const settle = (error?: Error): void => {
      server.removeListener('error', settle)
      enterCallback()
      if (error !== undefined) opening.reject(new ListenError(addressOf(options), error))
      else opening.resolve(Listener.adopt(server, onAccept))
      leaveCallback()
    }
    server.once('error', settle)
    server.listen(target, () => settle())
    return opening.future
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

function checkOptions(options: ListenOptions): net.ListenOptions {
  rejectUnknownOptions('listen options', options, KNOWN_OPTIONS)
  const { path, host, reusePort } = options
  if ((options.port === undefined) === (path === undefined)) {
    throw new OptionError('listen options.port', options.port, 'given, or else path')
  }
  const backlog = integerOption(
    'listen options.backlog',
    options.backlog,
    DEFAULT_BACKLOG,
    1,
    65_535,
  )
  if (path !== undefined) return { path, backlog }
  const port = integerOption('listen options.port', options.port, 0, 0, 65_535)
  const exclusive = true
  return {
    port,
    backlog,
    exclusive,
    ...(host === undefined ? {} : { host }),
    ...(reusePort === undefined ? {} : { reusePort }),
  }
}

function addressOf(options: ListenOptions): string {
  return options.path ?? `${options.host ?? '*'}:${options.port}`
}
