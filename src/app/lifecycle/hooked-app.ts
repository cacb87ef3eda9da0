import type { Eventual } from '../../future/index.ts'
import type { TopicBridge } from '../../websocket/index.ts'
import type { Values } from '../dependencies/dependency.ts'
import type { InputMap } from '../inputs/input.ts'
import { RouteCollector } from '../routing/route-collector.ts'
import type { AppLife } from './app-life.ts'
import type { Hook, LifespanGenerator } from './lifespan.ts'

/** What is to run when an app starts and stops. */
export abstract class HookedApp extends RouteCollector {
  /** Runs `hook` when the app starts, after its core dependencies; its failure stops the start. */
  onStart(hook: () => Eventual<unknown>): void
  onStart<const In extends InputMap>(
    inputs: In,
    hook: (values: Values<In>) => Eventual<unknown>,
  ): void
  onStart(first: unknown, second?: unknown): void {
    this.hooksOf('onStart()').lifespan.addStart(first, second as Hook | undefined)
  }

  /**
   * Runs a generator around the life of the app: up to its one `yield` when the app starts (its failure
   * stops the start), and the rest when it stops, as {@link onStart} and {@link onStop} do.
   *
   * @throws {OptionError} if it is no function
   */
  lifespan(around: () => LifespanGenerator): void
  lifespan<const In extends InputMap>(
    inputs: In,
    around: (values: Values<In>) => LifespanGenerator,
  ): void
  lifespan(first: unknown, second?: unknown): void {
    this.hooksOf('lifespan()').lifespan.addLifespan(first, second as Hook | undefined)
  }

  /** Runs `hook` when the app stops, before its core dependencies end; the last added runs first. */
  onStop(hook: () => Eventual<unknown>): void {
    this.hooksOf('onStop()').lifespan.addStop(hook)
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
    const life = this.hooksOf('bridgeTopics()')
    life.bridging.declare(first, second, life.lifespan)
  }

  /**
   * @internal
   * @param what - for the failure of an app that takes no more
   */
  protected abstract hooksOf(what: string): Pick<AppLife, 'lifespan' | 'bridging'>
}
