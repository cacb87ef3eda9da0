import { OptionError } from '../../core/errors.ts'
import { whenAllSettled } from '../../future/combinators/when-all-settled.ts'
import { whenAllSucceed } from '../../future/combinators/when-all-succeed.ts'
import { type Eventual, Future } from '../../future/future.ts'
import { Gate } from '../../future/primitives/gate.ts'
import { coreCount, ownCore } from '../mesh/mesh-current.ts'
import { ServiceStoppedError } from '../mesh/mesh-errors.ts'
import { type Remote, remote, scopeName } from './remote.ts'
import { submitTo } from './submit.ts'

type AnyMethod = (...args: never[]) => unknown

/** The names of an instance's methods. */
export type MethodName<Service> = {
  [Key in keyof Service]: Service[Key] extends AnyMethod ? Key : never
}[keyof Service] &
  string

/** What a method takes. */
export type MethodArgs<Service, Name extends keyof Service> = Service[Name] extends (
  ...args: infer Args
) => unknown
  ? Args
  : never

/** What a method comes to. */
export type MethodResult<Service, Name extends keyof Service> = Service[Name] extends (
  ...args: never[]
) => infer Result
  ? Awaited<Result>
  : never

/** What an instance may have beside its methods: called after it was made, and when it is given up. */
interface Lifecycle {
  start?(): Eventual<unknown>
  stop?(): Eventual<unknown>
}

/** The instance of this core, and the calls that are inside it. */
interface Running<Service> {
  readonly instance: Service & Lifecycle
  readonly gate: Gate
}

/**
 * One instance of a class on each core, addressed as one service; made by {@link sharded}.
 *
 * @see seastar `include/seastar/core/sharded.hh`
 */
export class Sharded<Service extends object, Args extends readonly unknown[]> {
  readonly name: string
  readonly #make: new (
    ...args: Args
  ) => Service
  readonly #startRemote: Remote<Args, Future<void>>
  readonly #closeRemote: Remote<[], Future<void>>
  readonly #stopRemote: Remote<[], Future<void>>
  readonly #invokeRemote: Remote<[method: string, args: readonly unknown[]], Future<unknown>>
  #running: Running<Service> | undefined
  #isStarting = false

  /** Use {@link sharded}. */
  constructor(name: string, make: new (...args: Args) => Service) {
    this.name = name
    this.#make = make
    this.#startRemote = remote(`${name}/start`, (...args: Args) => this.startLocal(...args))
    this.#closeRemote = remote(`${name}/close`, () => this.#close())
    this.#stopRemote = remote(`${name}/stop`, () => this.stopLocal())
    this.#invokeRemote = remote(`${name}/invoke`, (method: string, args: readonly unknown[]) =>
      this.#invoke(method, args),
    )
  }

  /**
   * The instance of this core.
   *
   * @throws {ServiceStoppedError} if it is not started, or stopped
   */
  get local(): Service {
    if (this.#running === undefined) throw new ServiceStoppedError(this.name, ownCore())
    return this.#running.instance
  }

  /** Whether this core has an instance that takes calls. */
  get isRunning(): boolean {
    return this.#running?.gate.isClosed === false
  }

  /**
   * Makes an instance on every core at once, each with copies of `args`, and calls its `start` method if
   * it has one.
   *
   * @returns ready when all have started. If one fails, those that have started are stopped first; then
   *   it fails with the failure of the lowest core
   */
  start(...args: Args): Future<void> {
    return this.startWith(() => args)
  }

  /** As {@link start}, with arguments of its own for each core. */
  startWith(argsFor: (core: number) => Args): Future<void> {
    if (typeof argsFor !== 'function') throw new OptionError('argsFor', argsFor, 'a function')
    const started = cores().map((core) =>
      Future.try(() => submitTo(core, this.#startRemote, ...argsFor(core))),
    )
    return whenAllSettled(started).then((outcomes) => {
      const failed = outcomes.find((outcome) => outcome.status === 'rejected')
      if (failed === undefined) return undefined
      const running = cores().filter((core) => outcomes[core]?.status === 'fulfilled')
      return this.#stopAll(running).finally(() => Future.failed(failed.reason))
    })
  }

  /**
   * Makes the instance of this core only: for a core's own `onStart`, which runs again when its reactor
   * is replaced.
   *
   * @returns fails with what constructor or `start` fail with, or with {@link OptionError} if there is one
   */
  startLocal(...args: Args): Future<void> {
    if (this.#running !== undefined || this.#isStarting) {
      return Future.failed(new OptionError(`service "${this.name}"`, 'start', 'called once'))
    }
    this.#isStarting = true
    return Future.try(() => {
      const instance: Service & Lifecycle = new this.#make(...args)
      return Future.try(() => instance.start?.()).then(() => {
        this.#running = { instance, gate: new Gate({ name: this.name }) }
      })
    }).finally(() => {
      this.#isStarting = false
    })
  }

  /**
   * Ends the service: first no core takes calls any more and those that run are waited for, then the
   * `stop` methods are called one after the other, the last core's first.
   *
   * @returns fails with the first failure of a `stop` method, after all were called
   */
  stop(): Future<void> {
    return this.#stopAll(cores())
  }

  /** Ends the instance of this core, as {@link stop} does; nothing happens if there is none. */
  stopLocal(): Future<void> {
    const running = this.#running
    if (running === undefined) return Future.ready()
    return this.#close().then(() => {
      if (this.#running !== running) return undefined
      this.#running = undefined
      return Future.try(() => running.instance.stop?.()).discard()
    })
  }

  /**
   * Calls a method of one core's instance.
   *
   * @returns the method's outcome; fails as `submitTo` does, or with {@link ServiceStoppedError}
   * @throws {OptionError} if `core` is not a core's id
   */
  invokeOn<Name extends MethodName<Service>>(
    core: number,
    method: Name,
    ...args: MethodArgs<Service, Name>
  ): Future<MethodResult<Service, Name>> {
    return submitTo(core, this.#invokeRemote, method, args) as Future<MethodResult<Service, Name>>
  }

  /** Calls a method of every instance. @returns ready when all have ended; fails with the lowest core's failure */
  invokeOnAll<Name extends MethodName<Service>>(
    method: Name,
    ...args: MethodArgs<Service, Name>
  ): Future<void> {
    return this.map(method, ...args).discard()
  }

  /** As {@link invokeOnAll}, without the own core. */
  invokeOnOthers<Name extends MethodName<Service>>(
    method: Name,
    ...args: MethodArgs<Service, Name>
  ): Future<void> {
    const others = cores().filter((core) => core !== ownCore())
    return this.#mapOn(others, method, args).discard()
  }

  /** Calls a method of every instance. @returns the results by core; fails with the lowest core's failure */
  map<Name extends MethodName<Service>>(
    method: Name,
    ...args: MethodArgs<Service, Name>
  ): Future<MethodResult<Service, Name>[]> {
    return this.#mapOn(cores(), method, args)
  }

  /** Calls a method of every instance and folds the results, in the order of the cores. */
  mapReduce<Name extends MethodName<Service>, Sum>(
    method: Name,
    args: MethodArgs<Service, Name>,
    initial: Sum,
    reduce: (sum: Sum, value: MethodResult<Service, Name>) => Sum,
  ): Future<Sum> {
    if (typeof reduce !== 'function') throw new OptionError('reduce', reduce, 'a function')
    return this.map(method, ...args).then((values) => values.reduce(reduce, initial))
  }

  #mapOn<Name extends MethodName<Service>>(
    on: readonly number[],
    method: Name,
    args: MethodArgs<Service, Name>,
  ): Future<MethodResult<Service, Name>[]> {
    return whenAllSucceed(on.map((core) => this.invokeOn(core, method, ...args))) as Future<
      MethodResult<Service, Name>[]
    >
  }

  #stopAll(on: readonly number[]): Future<void> {
    const closed = on.map((core) => submitTo(core, this.#closeRemote))
    const stopped = on.toReversed().reduce<Future<unknown>>((before, core) => {
      const stop = (): Future<void> => submitTo(core, this.#stopRemote)
      return before.finally(stop)
    }, whenAllSettled(closed).discard())
    return stopped.discard()
  }

  /** @returns ready when the calls inside have ended */
  #close(): Future<void> {
    const gate = this.#running?.gate
    return gate === undefined ? Future.ready() : gate.close()
  }

  #invoke(method: string, args: readonly unknown[]): Future<unknown> {
    const running = this.#running
    if (running === undefined || running.gate.isClosed) {
      return Future.failed(new ServiceStoppedError(this.name, ownCore()))
    }
    const { instance, gate } = running
    const found = method === 'constructor' ? undefined : Reflect.get(instance, method)
    if (typeof found !== 'function') {
      return Future.failed(new OptionError('method', method, `a method of "${this.name}"`))
    }
    return gate.with(() => Reflect.apply(found as AnyMethod, instance, args))
  }
}

/**
 * Makes a service of a class: `start` gives every core an instance of its own, and the methods can be
 * called on any or all of them. Instances share nothing.
 *
 * Belongs at the top of a module, as `remote` does: every core has to know the service.
 *
 * @param scope - `import.meta`, or a name different from all others in the process
 * @throws {RemoteNameError} if the name is registered already
 * @throws {OptionError} if `make` is not a class
 */
export function sharded<Service extends object, Args extends readonly unknown[]>(
  scope: string | ImportMeta,
  make: new (...args: Args) => Service,
): Sharded<Service, Args> {
  if (typeof make !== 'function') throw new OptionError('sharded', make, 'a class')
  const name = typeof scope === 'string' ? scope : `${scopeName(scope)}#${make.name}`
  return new Sharded(scopeName(name), make)
}

function cores(): number[] {
  return Array.from({ length: coreCount() }, (_, core) => core)
}
