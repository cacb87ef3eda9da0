import { rejectUnknownOptions } from '../core/options.ts'
import { Future } from '../future/index.ts'
import {
  HTTP_SERVER_OPTION_NAMES,
  HttpServer,
  type HttpServerOptions,
  type HttpServerStats,
} from '../http/index.ts'
import type { App } from './app.ts'

/** Where to listen; everything else goes to the HTTP server. */
export interface ListenAppOptions extends HttpServerOptions {
  /** 0 takes any free port; default 8000. */
  readonly port?: number
  /** Default `127.0.0.1`; `0.0.0.0` or `::` for all interfaces. */
  readonly host?: string
  /** A Unix socket, in place of port and host. */
  readonly path?: string
  /** Lets several processes listen on one port (Linux). */
  readonly reusePort?: boolean
  /** Connections the system holds before they are accepted. */
  readonly backlog?: number
}

const LISTEN_OPTIONS = ['port', 'host', 'path', 'reusePort', 'backlog'] as const

/** An app that serves. */
export class AppServer {
  readonly #app: App
  readonly #server: HttpServer
  readonly #host: string
  readonly #path: string | undefined
  #closed: Future<void> | undefined

  /** @internal */
  constructor(app: App, server: HttpServer, host: string, path: string | undefined) {
    this.#app = app
    this.#server = server
    this.#host = host
    this.#path = path
  }

  /** 0 for a Unix socket. */
  get port(): number {
    return this.#server.port
  }

  /** `http://127.0.0.1:8000`, or `unix:/run/app.sock`. */
  get url(): string {
    if (this.#path !== undefined) return `unix:${this.#path}`
    const host = this.#host.includes(':') ? `[${this.#host}]` : this.#host
    return `http://${host}:${this.port}`
  }

  stats(): HttpServerStats {
    return this.#server.stats()
  }

  /**
   * Stops accepting, lets requests in flight finish, then stops the app.
   *
   * @param options - `timeoutMs`: connections still open then are cut off
   * @returns fails with the first failure of stop hooks and core dependencies; the same future if
   * called again
   */
  close(options: { readonly timeoutMs?: number } = {}): Future<void> {
    this.#closed ??= this.#server
      .close(options)
      .then(() => this.#app.stop())
      .finally(() => this.#app.attach(undefined))
    return this.#closed
  }
}

export function listenApp(app: App, options: ListenAppOptions): Future<AppServer> {
  rejectUnknownOptions('listen()', options, [...LISTEN_OPTIONS, ...HTTP_SERVER_OPTION_NAMES])
  const { port, host = '127.0.0.1', path, reusePort, backlog, ...rest } = options
  const { logError } = app.settings
  const server = new HttpServer((request) => app.handle(request), {
    onError: (error, request) =>
      request === undefined ? logLost(error) : logError(error, request),
    ...rest,
  })
  const where = path === undefined ? { port: port ?? 8000, host } : { path }
  return app.start().then(() =>
    server
      .listen({
        ...where,
        ...(reusePort === undefined ? undefined : { reusePort }),
        ...(backlog === undefined ? undefined : { backlog }),
      })
      .then(
        () => {
          const appServer = new AppServer(app, server, host, path)
          app.attach(appServer)
          return appServer
        },
        (reason) => {
          const giveUp = (): never => {
            throw reason
          }
          return app.stop().then(giveUp, giveUp)
        },
      ),
  )
}

function logLost(error: unknown): void {
  console.error('A connection failed:', error)
}
