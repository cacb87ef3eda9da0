import { OptionError, TimeoutError } from '../core/errors.ts'
import { type Eventual, Future, timeoutAsync } from '../future/index.ts'
import {
  HttpError,
  HttpResponse,
  Router,
  type StaticFilesOptions,
  staticFiles,
} from '../http/index.ts'
import type { Middleware, RequestAnswerer } from '../middleware/index.ts'
import type { TopicBridge, WebSocket } from '../websocket/index.ts'
import { AfterResponse } from './after-response.ts'
import type { AppServer } from './app-server.ts'
import { chainTarget, type Target } from './chain.ts'
import { wrapHandler } from './content.ts'
import { CoreScope, collectCore, type Shared } from './core-scope.ts'
import type { Dependency, Values } from './dependency.ts'
import { docsRoutes } from './docs-page.ts'
import { type ErrorClass, type ErrorHandler, ErrorHandlers } from './error-handlers.ts'
import { AppStateError } from './errors.ts'
import type { InputMap, NoInputs } from './input.ts'
import { type Hook, Lifespan } from './lifespan.ts'
import type { ListenAppOptions } from './listen-options.ts'
import { checkUse, layersFor } from './middleware-use.ts'
import { openApiDocument } from './openapi.ts'
import { type AppOptions, type AppSettings, appSettings } from './options.ts'
import { Overrides, type Undo } from './overrides.ts'
import { type PlanHost, RoutePlan } from './plan.ts'
import type { AppRequest } from './request.ts'
import { defineRoute, type Handler, type Method, type OutMap, type RouteOptions } from './route.ts'
import { flatten, type MountedRoute, RouteGroup } from './router.ts'
import { type RunOptions, runApp } from './run.ts'
import { listenApp } from './server.ts'
import { StaticMount } from './static-mount.ts'
import { TopicBridging } from './topic-bridging.ts'
import {
  defineWebSocketRoute,
  type WebSocketRouteHandler,
  type WebSocketRouteOptions,
} from './websocket-route.ts'

/** Adds a route of one method to an app: `app.get('/users/{id:int}', { in, out }, handler)`. */
export interface RouteAdder {
  <const Pattern extends string>(
    pattern: Pattern,
    handler: Handler<Pattern, NoInputs, undefined>,
  ): void
  <
    const Pattern extends string,
    const In extends InputMap = NoInputs,
    const Out extends OutMap | undefined = undefined,
  >(
    pattern: Pattern,
    options: RouteOptions<Pattern, In, Out>,
    handler: Handler<Pattern, In, Out>,
  ): void
}

/** Adds WebSockets to an app: `app.websocket('/chat/{room}', { in }, (socket, inputs) => ...)`. */
export interface WebSocketAdder {
  <const Pattern extends string>(
    pattern: Pattern,
    handler: WebSocketRouteHandler<Pattern, NoInputs>,
  ): void
  <const Pattern extends string, const In extends InputMap = NoInputs>(
    pattern: Pattern,
    options: WebSocketRouteOptions<Pattern, In>,
    handler: WebSocketRouteHandler<Pattern, In>,
  ): void
}

/** How long handlers of closed sockets may take to end before the app stops without them. */
const SOCKET_END_MS = 2000

/** One for all: scanners ask for thousands of paths that are not there, and a stack costs much. */
const NOT_FOUND = new HttpError(404, 'Not Found')

type State = 'stopped' | 'starting' | 'started' | 'stopping'

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
  readonly #routes: MountedRoute[] = []
  readonly #errors: ErrorHandlers
  readonly #afterResponse: AfterResponse
  readonly #afterSocket: AfterResponse
  readonly #lifespan = new Lifespan()
  readonly #bridging = new TopicBridging()
  readonly #overrides = new Overrides()
  readonly #core = new CoreScope()
  readonly #host: PlanHost
  readonly #resolve = (dependency: Dependency<unknown>): Dependency<unknown> =>
    this.#overrides.resolve(dependency)
  readonly #mounts: StaticMount[] = []
  readonly #layers: Middleware[] = []
  readonly #wrapped: ((request: AppRequest) => Eventual<HttpResponse>) | undefined
  #router = new Router<Target>()
  #unrouted: RequestAnswerer = (request) => this.#answerUnrouted(request)
  #document: object | undefined
  #server: AppServer | undefined
  #state: State = 'stopped'

  /** @throws {OptionError} on unknown or impossible options */
  constructor(options?: AppOptions) {
    this.settings = appSettings(options)
    this.use(...(options?.use ?? []))
    this.#wrapped = wrapHandler((request) => this.#answer(request), options ?? {})
    this.#errors = new ErrorHandlers(this.settings.logError)
    this.#afterResponse = new AfterResponse(this.settings.logError)
    this.#afterSocket = new AfterResponse(this.settings.logError)
    this.#host = {
      respondToError: (error, request) => this.#errors.respond(error, request),
      afterResponse: (cleanups, request) => this.#afterResponse.add(cleanups, request),
      afterSocket: (response, cleanups, request) =>
        response.afterEnd(request, this.#afterSocket.reserve(cleanups, request)),
      logError: this.settings.logError,
    }
  }

  /**
   * Adds all routes of a router.
   *
   * @throws {OptionError} if it is none
   * @throws {AppStateError} if the app has started
   */
  include(group: RouteGroup): void {
    if (!(group instanceof RouteGroup)) throw new OptionError('include()', group, 'a router()')
    this.#assertStopped('include()')
    this.#routes.push(...flatten(group))
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
    this.#assertStopped('use()')
    checkUse('App', { use: layers })
    this.#layers.push(...layers)
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
    this.#assertStopped('static()')
    if ('prefix' in options) {
      throw new OptionError('static().prefix', options.prefix, 'absent: the first argument says it')
    }
    const handler = staticFiles(root, { ...options, prefix })
    this.#mounts.push(new StaticMount(prefix === '/' ? '' : prefix, handler, this.#host))
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
    this.#assertStopped('onStart()')
    this.#lifespan.addStart(first, second as Hook | undefined)
  }

  /** Runs `hook` when the app stops, before its core dependencies end; the last added runs first. */
  onStop(hook: () => Eventual<unknown>): void {
    this.#assertStopped('onStop()')
    this.#lifespan.addStop(hook)
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
    this.#assertStopped('bridgeTopics()')
    this.#bridging.declare(first, second, this.#lifespan)
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
    if (this.#state === 'starting') throw new AppStateError('The app is starting')
    const isRunning = this.#state === 'started'
    const undo = this.#overrides.add(dependency, fake, isRunning ? this.#core : undefined, () => {
      if (this.#state === 'started') this.#compile()
    })
    try {
      if (isRunning) this.#compile()
    } catch (error) {
      undo.undo()
      throw error
    }
    return undo
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
    if (this.#state !== 'stopped') {
      return Future.failed(new AppStateError(`The app cannot start: it is ${this.#state}`))
    }
    this.#state = 'starting'
    return Future.try(() => this.#startCore(shared))
      .then(() => this.#compile())
      .then(() => this.#lifespan.start((dependency) => this.#coreValue(dependency)))
      .then(
        () => {
          this.#state = 'started'
        },
        (reason) => {
          const giveUp = (): never => {
            this.#state = 'stopped'
            throw reason
          }
          const end = (): Future<void> => this.#core.stop()
          return this.#bridging.close().then(end, end).then(giveUp, giveUp)
        },
      )
  }

  /**
   * Waits for what responses have left to do, and for background work, then runs stop hooks and ends core dependencies, all
   * of them even if some fail.
   *
   * @returns fails with the first failure
   */
  stop(): Future<void> {
    if (this.#state === 'stopped') return Future.ready()
    if (this.#state !== 'started') {
      return Future.failed(new AppStateError(`The app cannot stop: it is ${this.#state}`))
    }
    this.#state = 'stopping'
    return this.#afterResponse
      .settled()
      .then(() => this.#socketsSettled())
      .then(() => this.#bridging.close())
      .finally(() => this.#lifespan.stop())
      .finally(() => this.#core.stop())
      .finally(() => {
        this.#state = 'stopped'
      })
  }

  /**
   * @internal Starts app dependencies only, on the supervisor of reactors.
   *
   * @returns their values, for the reactors; fails with {@link DependencyError}
   */
  startShared(): Future<readonly Shared[]> {
    const dependencies = this.#coreDependencies().filter(({ scope }) => scope === 'app')
    let started: Future<void> = Future.ready()
    for (const dependency of dependencies) {
      started = started.then(() => this.#core.start(dependency, this.#resolve))
    }
    return started.then(
      () => dependencies.map((each) => ({ name: each.name, value: this.#core.value(each) })),
      (reason) => {
        const giveUp = (): never => {
          throw reason
        }
        return this.#core.stop().then(giveUp, giveUp)
      },
    )
  }

  /** @internal Ends what {@link startShared} has started. */
  stopShared(): Future<void> {
    return this.#core.stop()
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
    return this.#wrapped === undefined ? this.#answer(request) : this.#wrapped(request)
  }

  #answer(request: AppRequest): Eventual<HttpResponse> {
    const match = this.#router.match(request.method, request.path)
    if (match.kind === 'not-found') return this.#unrouted(request)
    if (match.kind === 'method-not-allowed') return this.#notAllowed(request)
    // Parameters are checked by their schemas, so that a wrong one is told precisely, with 422:
    // it makes no difference here whether the router could convert them.
    return match.value.run(request, match.params)
  }

  /** A browser that asks before it sends a request is answered by what is around that request's route. */
  #notAllowed(request: AppRequest): Eventual<HttpResponse> {
    if (request.method !== 'OPTIONS') return this.#unrouted(request)
    const method = request.header('access-control-request-method')
    const asked = method === undefined ? undefined : this.#router.match(method, request.path)
    const preflight = asked !== undefined && 'value' in asked ? asked.value.preflight : undefined
    return (preflight ?? this.#unrouted)(request)
  }

  /** What no route was found for: 404, or 405 with what is allowed. */
  #answerUnrouted(request: AppRequest): Eventual<HttpResponse> {
    const match = this.#router.match(request.method, request.path)
    if (match.kind !== 'method-not-allowed') return this.#errors.respond(NOT_FOUND, request)
    const allow = { allow: match.allowed.join(', ') }
    return this.#errors.respond(new HttpError(405, 'Method Not Allowed', allow), request)
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
   * The OpenAPI 3.1 document. The app must have started.
   *
   * @throws {AppStateError} if it has not
   */
  openapi(): object {
    if (this.#document === undefined) throw new AppStateError('The app has not started')
    return this.#document
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
    this.#assertStopped(`websocket ${pattern}`)
    this.#routes.push(...flatten(defineWebSocketRoute(pattern, first, second)))
  }

  #adder(method: Method): RouteAdder {
    return (pattern: string, first: object, second?: (inputs: never) => unknown): void => {
      this.#assertStopped(`${method} ${pattern}`)
      this.#routes.push(...flatten(defineRoute(method, pattern, first, second)))
    }
  }

  #assertStopped(what: string): void {
    if (this.#state === 'stopped') return
    throw new AppStateError(`${what}: the app has started, and takes no more`)
  }

  /** Handlers whose sockets are closed mostly end at once; one that does not is not waited for. */
  #socketsSettled(): Future<void> {
    const ended = this.#afterSocket.settled()
    if (ended.isReady) return ended
    return timeoutAsync(() => ended, SOCKET_END_MS).catchType(TimeoutError, () => undefined)
  }

  #coreValue(dependency: Dependency<unknown>): unknown {
    return this.#core.value(this.#overrides.resolve(dependency))
  }

  #startCore(shared: readonly Shared[] | undefined): Future<void> {
    const waiting = shared?.values()
    let started: Future<void> = Future.ready()
    for (const dependency of this.#coreDependencies()) {
      started = started.then(() =>
        waiting !== undefined && dependency.scope === 'app'
          ? this.#core.take(dependency, waiting.next().value)
          : this.#core.start(dependency, this.#resolve),
      )
    }
    return started
  }

  #coreDependencies(): readonly Dependency<unknown>[] {
    const maps = this.#routes.flatMap(({ route, guards }) => [route.inputs, ...guards])
    return collectCore([...maps, ...this.#lifespan.inputs], this.#resolve)
  }

  #compile(): void {
    const context = {
      resolve: this.#resolve,
      coreValue: (dependency: Dependency<unknown>) => this.#core.value(dependency),
    }
    const plans = this.#routes.map((mounted) => new RoutePlan(mounted, this.#host, context))
    const document = openApiDocument(this.settings, plans)
    const docs = docsRoutes(this.settings, document).flatMap((route) => flatten(route))
    plans.push(...docs.map((mounted) => new RoutePlan(mounted, this.#host, context)))
    const router = new Router<Target>()
    for (const plan of plans) {
      const { route, pattern, uses } = plan.mounted
      const layers = layersFor(`${route.method} ${pattern}`, this.#layers, uses)
      router.insert(route.method, pattern, this.#chain(plan, pattern, layers))
    }
    for (const mount of this.#mounts) {
      const target = this.#chain(mount, undefined, this.#layers)
      for (const pattern of mount.patterns) router.insert('GET', pattern, target)
    }
    const unrouted = { run: (request: AppRequest) => this.#answerUnrouted(request) }
    const target = this.#chain(unrouted, undefined, this.#layers)
    this.#unrouted = (request) => target.run(request, [])
    this.#document = document
    this.#router = router
  }

  #chain(target: Target, pattern: string | undefined, layers: readonly Middleware[]): Target {
    const unrouted = (request: AppRequest): Eventual<HttpResponse> => this.#answerUnrouted(request)
    return chainTarget(target, pattern, layers, unrouted, this.#host.respondToError)
  }
}
