import { OptionError } from '../core/errors.ts'
import type { Eventual, Future } from '../future/index.ts'
import { type HttpResponse, type StaticFilesOptions, staticFiles } from '../http/index.ts'
import type { Middleware } from '../middleware/index.ts'
import type { TopicBridge, WebSocket } from '../websocket/index.ts'
import { wrapHandler } from './content.ts'
import type { Shared } from './dependencies/core-scope.ts'
import type { Dependency, Values } from './dependencies/dependency.ts'
import type { Undo } from './dependencies/overrides.ts'
import { type ErrorClass, type ErrorHandler, ErrorHandlers } from './error-handlers.ts'
import type { InputMap } from './inputs/input.ts'
import { AfterResponse } from './lifecycle/after-response.ts'
import { AppLife } from './lifecycle/app-life.ts'
import type { Hook } from './lifecycle/lifespan.ts'
import { type AppOptions, type AppSettings, appSettings } from './options.ts'
import type { AppRequest } from './request.ts'
import type { RouteAdder, WebSocketAdder } from './routing/adders.ts'
import { checkUse } from './routing/middleware-use.ts'
import type { PlanHost } from './routing/plan.ts'
import { defineRoute, type Method } from './routing/route.ts'
import { RouteTable } from './routing/route-table.ts'
import { flatten, RouteGroup } from './routing/router.ts'
import { StaticMount } from './routing/static-mount.ts'
import { defineWebSocketRoute } from './routing/websocket-route.ts'
import type { AppServer } from './serving/app-server.ts'
import type { ListenAppOptions } from './serving/listen-options.ts'
import { type RunOptions, runApp } from './serving/run.ts'
import { listenApp } from './serving/server.ts'

/**
 * A web API: routes with declared inputs and outputs, dependencies, errors, and the docs of all that.
 *
 * Routes are added first; {@link listen}, {@link run} or a test client then starts the app.
 */
export class App {
  readonly get: RouteAdder = this.#adder('GET')
  readonly post: RouteAdder = this.#adder('POST')
  readonly put: RouteAdder = this.#adder('PUT')
  readonly patch: RouteAdder = this.#adder('PATCH')
  readonly delete: RouteAdder = this.#adder('DELETE')
  readonly head: RouteAdder = this.#adder('HEAD')
  readonly options: RouteAdder = this.#adder('OPTIONS')

  /** @internal */ readonly settings: AppSettings
  readonly #errors: ErrorHandlers
  readonly #afterResponse: AfterResponse
  readonly #host: PlanHost
  readonly #table: RouteTable
  readonly #life: AppLife
  readonly #wrapped: ((request: AppRequest) => Eventual<HttpResponse>) | undefined
  #server: AppServer | undefined

  /** @throws {OptionError} on unknown or impossible options */
  constructor(options?: AppOptions) {
    this.settings = appSettings(options)
    this.#wrapped = wrapHandler((request) => this.#table.answer(request), options ?? {})
    this.#errors = new ErrorHandlers(this.settings.logError)
    this.#afterResponse = new AfterResponse(this.settings.logError)
    const afterSocket = new AfterResponse(this.settings.logError)
    this.#host = {
      respondToError: (error, request) => this.#errors.respond(error, request),
      afterResponse: (cleanups, request) => this.#afterResponse.add(cleanups, request),
      afterSocket: (response, cleanups, request) =>
        response.afterEnd(request, afterSocket.reserve(cleanups, request)),
      logError: this.settings.logError,
    }
    this.#table = new RouteTable(this.settings, this.#host)
    this.#life = new AppLife(this.#table, this.#afterResponse, afterSocket)
    checkUse('new App()', options ?? {})
    this.use(...(options?.use ?? []))
  }

  /**
   * Puts middlewares around everything the app answers, the first one outermost, inside of those before.
   *
   * Around routes, files, the docs, and what is not found; inside of `compression`, `conditional` and
   * `decompression` of the app's options. A route leaves one out with `without`.
   *
   * @throws {OptionError} for something that is no middleware
   * @throws {AppStateError} if the app has started
   */
  use(...layers: readonly Middleware[]): void {
    this.#life.assertStopped('use()')
    checkUse('App', { use: layers })
    this.#table.layers.push(...layers)
  }

  /**
   * Adds all routes of a router.
   *
   * @throws {OptionError} if it is none
   * @throws {AppStateError} if the app has started
   */
  include(group: RouteGroup): void {
    if (!(group instanceof RouteGroup)) throw new OptionError('include()', group, 'a router()')
    this.#life.assertStopped('include()')
    this.#table.routes.push(...flatten(group))
  }

  /**
   * Serves the files below a folder: `app.static('/assets', './public')`.
   *
   * Routes go before files of the same path. What is not there is answered with 404, through
   * {@link onError} as everything else.
   *
   * @param prefix - where the files are mounted; `/` for the whole site
   * @param root - the folder, absolute or relative to the working directory
   * @throws {OptionError} on unknown or impossible options, or if the folder does not exist
   * @throws {AppStateError} if the app has started
   */
  static(prefix: string, root: string, options: Omit<StaticFilesOptions, 'prefix'> = {}): void {
    this.#life.assertStopped('static()')
    if ('prefix' in options) {
      throw new OptionError('static().prefix', options.prefix, 'absent: the first argument says it')
    }
    const handler = staticFiles(root, { ...options, prefix })
    this.#table.mounts.push(new StaticMount(prefix === '/' ? '' : prefix, handler, this.#host))
  }

  /**
   * Answers failures of a class, subclasses included: the most specific handler counts.
   *
   * What the handler returns is sent, with status 500 unless it is a `reply`; what it throws is
   * answered as if there were no handler.
   *
   * @throws {OptionError} if the class has a handler already
   */
  onError<Failure>(type: ErrorClass<Failure>, handler: ErrorHandler<Failure>): void {
    this.#errors.add(type, handler)
  }

  /** Runs `hook` when the app starts, after its core dependencies; its failure stops the start. */
  onStart(hook: () => Eventual<unknown>): void
  onStart<const In extends InputMap>(
    inputs: In,
    hook: (values: Values<In>) => Eventual<unknown>,
  ): void
  onStart(first: unknown, second?: unknown): void {
    this.#life.assertStopped('onStart()')
    this.#life.lifespan.addStart(first, second as Hook | undefined)
  }

  /** Runs `hook` when the app stops, before its core dependencies end; the last added runs first. */
  onStop(hook: () => Eventual<unknown>): void {
    this.#life.assertStopped('onStop()')
    this.#life.lifespan.addStop(hook)
  }

  /**
   * Connects the topics of WebSockets with those of other processes and machines:
   * `app.bridgeTopics({ pool }, ({ pool }) => postgresBridge(pool))`.
   *
   * The bridge is made and opened where the app starts, on every reactor, in the order of start hooks;
   * the start fails if it cannot be opened. It is closed when all sockets are, before stop hooks.
   *
   * @throws {OptionError} if the app has a bridge already, or there is no function
   * @throws {AppStateError} if the app has started
   */
  bridgeTopics(create: () => Eventual<TopicBridge>): void
  bridgeTopics<const In extends InputMap>(
    inputs: In,
    create: (values: Values<In>) => Eventual<TopicBridge>,
  ): void
  bridgeTopics(first: unknown, second?: unknown): void {
    this.#life.assertStopped('bridgeTopics()')
    this.#life.bridging.declare(first, second, this.#life.lifespan)
  }

  /**
   * Puts a fake in the place of a dependency, for tests: another dependency, a function that makes
   * the value, or the value itself.
   *
   * @returns undoes it; also works with `using`
   * @throws {AppStateError} if a core dependency is to be replaced by a function while the app runs
   */
  override<Value>(
    dependency: Dependency<Value>,
    fake: Dependency<Value> | (() => Eventual<Value>) | Value,
  ): Undo {
    return this.#life.override(dependency, fake)
  }

  /**
   * Starts core dependencies and start hooks, and prepares all routes. Whatever did start is
   * stopped again if something fails.
   *
   * @returns fails with {@link RouteDefinitionError} or `RouteConflictError` for routes that cannot
   * work, {@link DependencyError} for a core dependency, or the failure of a hook
   */
  start(): Future<void> {
    return this.startWith(undefined)
  }

  /**
   * @internal
   * @param shared - values of the app dependencies, in a reactor whose supervisor has made them
   */
  startWith(shared: readonly Shared[] | undefined): Future<void> {
    return this.#life.start(shared)
  }

  /**
   * Waits for what responses have left to do, and for background work, then runs stop hooks and ends core dependencies, all
   * of them even if some fail.
   *
   * @returns fails with the first failure
   */
  stop(): Future<void> {
    return this.#life.stop()
  }

  /**
   * @internal Starts app dependencies only, on the supervisor of reactors.
   *
   * @returns their values, for the reactors; fails with {@link DependencyError}
   */
  startShared(): Future<readonly Shared[]> {
    return this.#life.startShared()
  }

  /** @internal Ends what {@link startShared} has started. */
  stopShared(): Future<void> {
    return this.#life.stopShared()
  }

  /** The server of this app while it serves; for its numbers. */
  get server(): AppServer | undefined {
    return this.#server
  }

  /** @internal */
  attach(server: AppServer | undefined): void {
    this.#server = server
  }

  /** Answers one request; for servers and test clients. The app must have started. */
  handle(request: AppRequest): Eventual<HttpResponse> {
    return this.#wrapped === undefined ? this.#table.answer(request) : this.#wrapped(request)
  }

  /**
   * Starts work that no response waits for, in the task group `background`: requests go before it.
   *
   * It begins after the turn of the event loop in which it was asked for; {@link stop} waits for it.
   * What follows a native `await` in it belongs to no group: use `.then()` and `mapAsync` for work that
   * takes long.
   *
   * @returns its outcome; a failure that nobody looks at is reported as every such failure is
   * @throws {OptionError} if `work` is not a function
   */
  background<T>(work: () => Eventual<T>): Future<T> {
    return this.#afterResponse.background(work)
  }

  /** @returns ready when the cleanups of all responses so far, and background work, have run */
  settled(): Future<void> {
    return this.#afterResponse.settled()
  }

  /**
   * The OpenAPI 3.1 document, always the same object. The app must have started.
   *
   * @throws {AppStateError} if it has not
   * @throws {SchemaDefinitionError} if two different objects have the same name
   */
  openapi(): object {
    return this.#table.document
  }

  /**
   * Starts the app and serves it.
   *
   * @returns the server once it listens; fails as {@link start} does, or with `HttpListenError`
   * @throws {OptionError} on unknown or impossible options
   */
  listen(options: ListenAppOptions = {}): Future<AppServer> {
    return listenApp(this, options)
  }

  /**
   * {@link listen} for the main module of a program: says where it serves, drains on SIGTERM and
   * SIGINT, and exits with status 1 and one line of explanation if it cannot start.
   *
   * @returns ready when the app has stopped
   */
  run(options: RunOptions = {}): Future<void> {
    return runApp(this, options)
  }

  /**
   * Adds a path whose requests open WebSockets: `app.websocket('/chat/{room}', { in }, handler)`.
   *
   * @throws {OptionError} on unknown or impossible options
   * @throws {AppStateError} if the app has started
   */
  readonly websocket: WebSocketAdder = (
    pattern: string,
    first: object,
    second?: (socket: WebSocket, inputs: never) => unknown,
  ): void => {
    this.#life.assertStopped(`websocket ${pattern}`)
    this.#table.routes.push(...flatten(defineWebSocketRoute(pattern, first, second)))
  }

  #adder(method: Method): RouteAdder {
    return (pattern: string, first: object, second?: (inputs: never) => unknown): void => {
      this.#life.assertStopped(`${method} ${pattern}`)
      this.#table.routes.push(...flatten(defineRoute(method, pattern, first, second)))
    }
  }
}
