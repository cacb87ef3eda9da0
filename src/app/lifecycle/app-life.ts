import { TimeoutError } from '../../core/errors.ts'
import { type Eventual, Future, timeoutAsync } from '../../future/index.ts'
import { CoreScope, collectCore, type Shared } from '../dependencies/core-scope.ts'
import type { Dependency } from '../dependencies/dependency.ts'
import type { GraphContext } from '../dependencies/graph.ts'
import { Overrides, type Undo } from '../dependencies/overrides.ts'
import { AppStateError } from '../errors.ts'
import type { InputMap } from '../inputs/input.ts'
import type { Place } from '../routing/app-mount.ts'
import type { RouteSummary } from '../routing/route-summary.ts'
import type { RouteTable } from '../routing/route-table.ts'
import type { AfterResponse } from './after-response.ts'
import { BackgroundTasks } from './background-tasks.ts'
import type { BackgroundWork } from './background-work.ts'
import { Lifespan } from './lifespan.ts'
import { TopicBridging } from './topic-bridging.ts'

/** How long handlers of closed sockets may take to end before the app stops without them. */
const SOCKET_END_MS = 2000

type State = 'stopped' | 'starting' | 'started' | 'stopping'

/** What starts with an app and ends with it, in which order, and what is undone if a start fails. */
export class AppLife {
  readonly lifespan: Lifespan = new Lifespan()
  readonly bridging: TopicBridging = new TopicBridging()
  readonly #table: RouteTable
  readonly #afterResponse: AfterResponse
  readonly #afterSocket: AfterResponse
  readonly #work: BackgroundWork
  readonly #overrides = new Overrides()
  readonly #core = new CoreScope()
  readonly #resolve = (dependency: Dependency<unknown>): Dependency<unknown> =>
    this.#overrides.resolve(dependency)
  readonly #context: GraphContext = {
    resolve: this.#resolve,
    coreValue: (dependency) => this.#core.value(dependency),
    rootPath: () => this.#table.place.root,
    background: () => new BackgroundTasks(this.#work),
  }
  #state: State = 'stopped'

  constructor(
    table: RouteTable,
    afterResponse: AfterResponse,
    afterSocket: AfterResponse,
    work: BackgroundWork,
  ) {
    this.#table = table
    this.#afterResponse = afterResponse
    this.#afterSocket = afterSocket
    this.#work = work
  }

  /** @throws {AppStateError} if the app has started, so that it takes no more */
  assertStopped(what: string): void {
    if (this.#state === 'stopped') return
    throw new AppStateError(`${what}: the app has started, and takes no more`)
  }

  /**
   * @param shared - values of the app dependencies, in a reactor whose supervisor has made them: of
   * this app first, then of those mounted in it
   */
  start(shared: Iterable<Shared> | undefined, place: Place): Future<void> {
    if (this.#state !== 'stopped') {
      return Future.failed(new AppStateError(`The app cannot start: it is ${this.#state}`))
    }
    this.#state = 'starting'
    this.#table.place = place
    const waiting = shared?.[Symbol.iterator]()
    return Future.try(() => this.#startCore(waiting))
      .then(() => this.#startMounted(waiting, place))
      .then(() => this.#table.compile(this.#context))
      .then(() => this.lifespan.start((dependency) => this.#coreValue(dependency)))
      .then(
        () => {
          this.#state = 'started'
        },
        (reason) => this.#giveUp(reason),
      )
  }

  /** Fails with the first failure, but ends everything. */
  stop(): Future<void> {
    if (this.#state === 'stopped') return Future.ready()
    if (this.#state !== 'started') {
      return Future.failed(new AppStateError(`The app cannot stop: it is ${this.#state}`))
    }
    this.#state = 'stopping'
    return this.#afterResponse
      .settled()
      .then(() => this.#socketsSettled())
      .then(() => this.bridging.close())
      .finally(() => this.lifespan.stop())
      .finally(() => this.#stopMounted())
      .finally(() => this.#core.stop())
      .finally(() => {
        this.#state = 'stopped'
      })
  }

  /**
   * What the app would answer, and its OpenAPI document, without anything being started.
   *
   * @throws {RouteDefinitionError} or `RouteConflictError` for routes that cannot work
   */
  routes(place: Place): readonly RouteSummary[] {
    this.assertStopped('routes')
    this.#table.place = place
    const context: GraphContext = { ...this.#context, coreValue: () => undefined }
    this.#table.compile(context)
    return [
      ...this.#table.summaries(context),
      ...this.#table.apps.flatMap((mount) => mount.app.routesAt(mount.placeIn(place))),
    ]
  }

  /** Starts app dependencies only, on the supervisor of reactors. */
  startShared(): Future<readonly Shared[]> {
    const dependencies = this.#coreDependencies().filter(({ scope }) => scope === 'app')
    let started: Future<void> = Future.ready()
    for (const dependency of dependencies) {
      started = started.then(() => this.#core.start(dependency, this.#resolve))
    }
    const shared: Shared[] = []
    started = started.then(() => {
      for (const each of dependencies) {
        shared.push({ name: each.name, value: this.#core.value(each) })
      }
    })
    for (const { app } of this.#table.apps) {
      started = started.then(() => app.startShared()).then((more) => void shared.push(...more))
    }
    return started.then(
      () => shared,
      (reason) => {
        const giveUp = (): never => {
          throw reason
        }
        return this.stopShared().then(giveUp, giveUp)
      },
    )
  }

  /** Ends what {@link startShared} has started. */
  stopShared(): Future<void> {
    let done: Future<void> = Future.ready()
    for (const { app } of this.#table.apps.toReversed()) done = done.finally(() => app.stopShared())
    return done.finally(() => this.#core.stop())
  }

  /** @throws {AppStateError} while the app starts, and for a function in a core dependency's place */
  override<Value>(
    dependency: Dependency<Value>,
    fake: Dependency<Value> | (() => Eventual<Value>) | Value,
  ): Undo {
    if (this.#state === 'starting') throw new AppStateError('The app is starting')
    const isRunning = this.#state === 'started'
    const undo = this.#overrides.add(dependency, fake, isRunning ? this.#core : undefined, () => {
      if (this.#state === 'started') this.#table.compile(this.#context)
    })
    try {
      if (isRunning) this.#table.compile(this.#context)
    } catch (error) {
      undo.undo()
      throw error
    }
    return undo
  }

  #giveUp(reason: unknown): Future<void> {
    const giveUp = (): never => {
      this.#state = 'stopped'
      throw reason
    }
    return this.bridging
      .close()
      .finally(() => this.lifespan.giveUp())
      .finally(() => this.#stopMounted())
      .finally(() => this.#core.stop())
      .then(giveUp, giveUp)
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

  /** Those of them that have started are stopped by the one who gives up. */
  #startMounted(shared: Iterator<Shared> | undefined, outer: Place): Future<void> {
    let started: Future<void> = Future.ready()
    for (const mount of this.#table.apps) {
      const place = mount.placeIn(outer)
      // Each takes its values from where the one before has stopped.
      const rest = shared === undefined ? undefined : { [Symbol.iterator]: () => shared }
      started = started.then(() => mount.app.startWith(rest, place))
    }
    return started
  }

  #stopMounted(): Future<void> {
    let done: Future<void> = Future.ready()
    for (const { app } of this.#table.apps.toReversed()) done = done.finally(() => app.stop())
    return done
  }

  #startCore(waiting: Iterator<Shared> | undefined): Future<void> {
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
    const maps: InputMap[] = this.#table.routes.flatMap(({ route, guards }) => [
      route.inputs,
      ...guards,
    ])
    return collectCore([...maps, ...this.lifespan.inputs], this.#resolve)
  }
}
