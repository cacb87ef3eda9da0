import { OptionError } from '../core/errors.ts'
import { type Eventual, type Future, whenAll } from '../future/index.ts'
import type { HttpResponse, StaticFilesOptions } from '../http/index.ts'
import type { Middleware } from '../middleware/index.ts'
import { wrapHandler } from './content.ts'
import type { Shared } from './dependencies/core-scope.ts'
import type { Dependency } from './dependencies/dependency.ts'
import type { Undo } from './dependencies/overrides.ts'
import { ErrorHandlers } from './failures/error-handlers.ts'
import { type ErrorClass, type ErrorHandler, ErrorRule } from './failures/error-rule.ts'
import { AfterResponse } from './lifecycle/after-response.ts'
import { AppLife } from './lifecycle/app-life.ts'
import { BackgroundWork } from './lifecycle/background-work.ts'
import { HookedApp } from './lifecycle/hooked-app.ts'
import { type AppOptions, type AppSettings, appSettings } from './options.ts'
import type { AppRequest } from './request.ts'
import { AppMount, checkMountPrefix, type Place } from './routing/app-mount.ts'
import { checkUse } from './routing/middleware-use.ts'
import { flatten } from './routing/mounted-route.ts'
import type { PlanHost } from './routing/plan.ts'
import type { Route } from './routing/route.ts'
import type { RouteSummary } from './routing/route-summary.ts'
import { RouteTable, TOP } from './routing/route-table.ts'
import type { RouteGroup, RouterOptions } from './routing/router.ts'
import { StaticMount } from './routing/static-mount.ts'
import type { AppServer } from './serving/app-server.ts'
import type { ListenAppOptions } from './serving/listen-options.ts'
import { type RunOptions, runApp } from './serving/run.ts'
import { listenApp } from './serving/server.ts'

/**
 * A web API: routes with declared inputs and outputs, dependencies, errors, and the docs of all that.
 *
 * Routes are added first; {@link listen}, {@link run} or a test client then starts the app.
 */
export class App extends HookedApp {
  /** @internal */ readonly settings: AppSettings
  readonly #errors: ErrorHandlers
  readonly #afterResponse: AfterResponse
  readonly #host: PlanHost
  readonly #table: RouteTable
  readonly #life: AppLife
  readonly #wrapped: ((request: AppRequest) => Eventual<HttpResponse>) | undefined
  readonly #mounted: App[] = []
  #isMounted = false
  #server: AppServer | undefined

  /** @throws {OptionError} on unknown or impossible options */
  constructor(options?: AppOptions) {
    super()
    this.settings = appSettings(options)
    this.#wrapped = wrapHandler((request) => this.#table.answer(request), options ?? {})
    this.#errors = new ErrorHandlers(this.settings, this.settings.errors)
    const { logError } = this.settings
    const work = new BackgroundWork(options?.background)
    this.#afterResponse = new AfterResponse(logError, work)
    const afterSocket = new AfterResponse(logError, work)
    this.#host = {
      respondToError: (error, request) => this.#errors.respond(error, request),
      within: (rules, format) => {
        const errors = this.#errors.within(rules, format)
        if (errors === this.#errors) return this.#host
        return { ...this.#host, respondToError: (error, request) => errors.respond(error, request) }
      },
      afterResponse: (cleanups, request) => this.#afterResponse.add(cleanups, request),
      afterSocket: (response, cleanups, request) =>
        response.afterEnd(request, afterSocket.reserve(cleanups, request)),
      logError: this.settings.logError,
    }
    this.#table = new RouteTable(this.settings, this.#host)
    this.#life = new AppLife(this.#table, this.#afterResponse, afterSocket, work)
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
   * Puts another app below a path: `app.mount('/admin', admin)`.
   *
   * The other app keeps its docs, error handlers, middlewares and dependencies, and knows nothing of
   * this one's. It starts and stops with this app, and gets every request below the path that no route
   * of this app asks for more precisely.
   *
   * @param prefix - a path without parameters
   * @throws {OptionError} for something that is no such path, no other app, or mounted already
   * @throws {AppStateError} if one of both has started
   */
  mount(prefix: string, app: App): void {
    this.#life.assertStopped('mount()')
    checkMountPrefix(prefix)
    if (!(app instanceof App)) throw new OptionError('mount() app', app, 'an App')
    if (app === this || app.#isMounted || app.#contains(this)) {
      throw new OptionError('mount() app', app, 'an app that is not mounted yet, and not this one')
    }
    app.#life.assertStopped('mount()')
    app.#isMounted = true
    this.#table.apps.push(new AppMount(prefix, app))
    this.#mounted.push(app)
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
    this.#table.files.push(new StaticMount(prefix, root, options, this.#host))
  }

  /**
   * Answers failures of a class, subclasses included (the most specific handler counts), or those of a
   * status: `app.onError(404, (error, request) => reply(404, { detail: `Nothing at ${request.path}` }))`.
   *
   * A status is that of an `HttpError`, 422 for invalid requests, and 500 for everything that nobody has
   * foreseen, which is logged all the same, as it is for the class `Error`. What the handler returns is sent with that status (for a
   * class: 500) unless it is a `reply`; what it throws is answered as if there were no handler. Routers
   * may have handlers of their own, which go first: see `onError` of `router()`.
   *
   * @throws {OptionError} if the class or status has a handler already
   */
  onError(status: number, handler: ErrorHandler<unknown>): void
  onError<Failure>(type: ErrorClass<Failure>, handler: ErrorHandler<Failure>): void
  onError(target: ErrorClass<unknown> | number, handler: ErrorHandler<never>): void {
    this.#errors.add(new ErrorRule(target, handler))
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
   * @param place - where another app has mounted this one
   */
  startWith(shared: Iterable<Shared> | undefined, place: Place = TOP): Future<void> {
    return this.#life.start(shared, this.#placeIn(place))
  }

  /**
   * @internal What the app answers, those mounted in it included. Nothing is started, but {@link openapi}
   * has the document from then on.
   */
  routesAt(place: Place = TOP): readonly RouteSummary[] {
    return this.#life.routes(this.#placeIn(place))
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
   * @returns its outcome, or fails with {@link LimitError} if the app has as much of it waiting as it may;
   * a failure that nobody looks at is reported as every such failure is
   * @throws {OptionError} if `work` is not a function
   */
  background<T>(work: () => Eventual<T>): Future<T> {
    return this.#afterResponse.background(work)
  }

  /** @returns ready when the cleanups of all responses so far, and background work, have run */
  settled(): Future<void> {
    const mounted = this.#mounted.map((app) => app.settled())
    const own = this.#afterResponse.settled()
    return mounted.length === 0 ? own : whenAll([own, ...mounted]).discard()
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

  /** @internal */
  protected override add(what: string, member: Route | RouteGroup, around?: RouterOptions): void {
    this.#life.assertStopped(what)
    const { guard, errors } = this.settings
    const own = guard === undefined ? { errors } : { errors, in: guard }
    const outer = around === undefined ? [own] : [own, around]
    this.#table.routes.push(...flatten(member, outer))
  }

  #placeIn(place: Place): Place {
    const { rootPath } = this.settings
    return rootPath === '' ? place : { ...place, root: rootPath }
  }

  #contains(other: App): boolean {
    return this.#mounted.some((app) => app === other || app.#contains(other))
  }

  /** @internal */
  protected override hooksOf(what: string): AppLife {
    this.#life.assertStopped(what)
    return this.#life
  }
}
