import { isMainThread } from 'node:worker_threads'
import { Deferred, type Eventual, Future } from '../../future/index.ts'
import { HttpServer, type HttpServerOptions, type HttpServerStats } from '../../http/index.ts'
import { ReactorStateError, StallWatchdog } from '../../reactor/index.ts'
import { type WebSocketStats, webSocketStats } from '../../websocket/index.ts'
import type { App } from '../app.ts'
import type { ReactorInfo, ServerBackend } from './app-server.ts'
import { type ListenPlan, listenOptions } from './listen-options.ts'

/** An app served by the thread that has made it. */
export class LocalServer implements ServerBackend {
  readonly #app: App
  readonly #server: HttpServer
  readonly #watchdog: StallWatchdog | undefined
  /** If somebody else listens. */
  readonly #port: number | undefined
  readonly #closed: Deferred<void> = new Deferred()
  #closing: Future<void> | undefined

  private constructor(
    app: App,
    server: HttpServer,
    watchdog: StallWatchdog | undefined,
    port: number | undefined,
  ) {
    this.#app = app
    this.#server = server
    this.#watchdog = watchdog
    this.#port = port
  }

  /** Starts the app, and listens. If it cannot listen, the app is stopped again. */
  static listen(app: App, plan: ListenPlan): Future<LocalServer> {
    const { address, reusePort } = plan
    const where = {
      ...listenOptions(address),
      ...(address.host === undefined ? {} : { reusePort }),
    }
    return LocalServer.open(app, plan, (server) => server.listen(where))
  }

  /**
   * Starts the app, and lets connections come. If they cannot, the app is stopped again.
   *
   * @param open - has the server listen, or take connections of somebody else's listener
   * @param port - of that listener
   */
  static open(
    app: App,
    { http, watchdog }: ListenPlan,
    open: (server: HttpServer) => Eventual<unknown>,
    port?: number,
  ): Future<LocalServer> {
    const server = createHttpServer(app, http)
    return app.start().then(() =>
      orStop(
        app,
        Future.try(() => open(server)).then(() => {
          // A second server of a reactor is on a thread that its supervisor watches.
          const watches = watchdog !== undefined && isMainThread
          const dog = watches ? new StallWatchdog(watchdog) : undefined
          return new LocalServer(app, server, dog, port)
        }),
      ),
    )
  }

  get port(): number {
    return this.#port ?? this.#server.port
  }

  get closed(): Future<void> {
    return this.#closed.future
  }

  stats(): HttpServerStats {
    return this.#server.stats()
  }

  webSocketStats(): WebSocketStats {
    return webSocketStats()
  }

  reactors(): readonly ReactorInfo[] {
    const isServing = this.#closing === undefined
    const numbers = { http: this.stats(), webSockets: webSocketStats() }
    return [{ reactor: 0, isServing, generation: 0, ...numbers }]
  }

  reload(): Future<void> {
    return Future.failed(
      new ReactorStateError('Without reactors there is nothing to reload: restart the program'),
    )
  }

  reloadCertificates(): Future<void> {
    return Future.try(() => this.#server.reloadCertificates())
  }

  close(timeoutMs: number): Future<void> {
    this.#closing ??= closeApp(this.#app, this.#server, timeoutMs).finally(() => {
      this.#watchdog?.close()
      this.#closed.resolve()
    })
    return this.#closing
  }
}

/** The HTTP server of an app; it does not listen yet. */
export function createHttpServer(
  app: App,
  options: HttpServerOptions,
  memory?: ArrayBufferLike,
): HttpServer {
  const { logError } = app.settings
  const onError: HttpServerOptions['onError'] = (error, request) =>
    request === undefined ? console.error('A connection failed:', error) : logError(error, request)
  return new HttpServer((request) => app.handle(request), { onError, ...options }, memory)
}

/** Drains the server, then stops the app. */
export function closeApp(app: App, server: HttpServer, timeoutMs: number): Future<void> {
  return server
    .close({ timeoutMs })
    .then(() => app.stop())
    .finally(() => app.attach(undefined))
}

/** Stops the app if it cannot be served; the failure stays. */
export function orStop<Value>(app: App, served: Future<Value>): Future<Value> {
  return served.catch((reason) => {
    const giveUp = (): never => {
      throw reason
    }
    return app.stop().then(giveUp, giveUp)
  })
}
