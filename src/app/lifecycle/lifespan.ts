import { OptionError } from '../../core/errors.ts'
import { type Eventual, Future } from '../../future/index.ts'
import { type Cleanup, finishGenerator, isDependencyGenerator } from '../dependencies/cleanup.ts'
import { checkInputMap, type Dependency } from '../dependencies/dependency.ts'
import { DependencyError } from '../errors.ts'
import type { InputMap } from '../inputs/input.ts'

/** What a lifespan's function returns: a generator that yields once. */
export type LifespanGenerator = Generator<unknown, unknown> | AsyncGenerator<unknown, unknown>

export type Hook = (values: never) => Eventual<unknown>

/** What runs when the app starts and stops, apart from its dependencies. */
export class Lifespan {
  readonly #start: { readonly inputs: InputMap; readonly hook: Hook }[] = []
  readonly #stop: Hook[] = []
  /** What has to be ended of lifespans that have started, in this order. */
  #started: Cleanup[] = []

  /** The inputs of all start hooks. */
  get inputs(): readonly InputMap[] {
    return this.#start.map(({ inputs }) => inputs)
  }

  /** @throws {OptionError} if there is no function */
  addStart(first: unknown, second: Hook | undefined): void {
    const hook = second ?? first
    if (typeof hook !== 'function') throw new OptionError('onStart()', hook, 'a function')
    const inputs = second === undefined ? {} : (first as InputMap)
    checkInputMap('onStart()', inputs)
    this.#start.push({ inputs, hook: hook as Hook })
  }

  /** @throws {OptionError} if it is no function */
  addStop(hook: Hook): void {
    if (typeof hook !== 'function') throw new OptionError('onStop()', hook, 'a function')
    this.#stop.push(hook)
  }

  /**
   * A generator that yields once: what is before runs as a start hook, what is behind as a stop hook.
   *
   * @throws {OptionError} if there is no function
   */
  addLifespan(first: unknown, second: Hook | undefined): void {
    const hook = second ?? first
    if (typeof hook !== 'function')
      throw new OptionError('lifespan()', hook, 'a generator function')
    const inputs = second === undefined ? {} : (first as InputMap)
    checkInputMap('lifespan()', inputs)
    const name = hook.name || 'lifespan'
    let cleanup: Cleanup | undefined
    const start = (values: never): Future<void> => {
      const generator = (hook as Hook)(values)
      if (!isDependencyGenerator(generator)) {
        throw new OptionError('lifespan()', hook, 'a generator function')
      }
      return Future.try(() => generator.next()).then((step) => {
        if (step.done === true) throw new DependencyError(`${name} has not yielded`)
        cleanup = { name, generator, runsBeforeResponse: false }
        this.#started.push(cleanup)
      })
    }
    this.#start.push({ inputs, hook: start })
    this.#stop.push(() => {
      const begun = cleanup
      cleanup = undefined
      return begun === undefined ? undefined : finishGenerator(begun)
    })
  }

  /** One after the other, until one fails. */
  start(valueOf: (dependency: Dependency<unknown>) => unknown): Future<void> {
    let done: Future<unknown> = Future.ready()
    for (const { inputs, hook } of this.#start) {
      done = done.then(() => {
        const entries = Object.entries(inputs).map(([name, needed]) => [
          name,
          valueOf(needed as Dependency<unknown>),
        ])
        return hook(Object.fromEntries(entries) as never)
      })
    }
    return done.discard()
  }

  /** All of them, the last added first; fails with the first failure. */
  stop(): Future<void> {
    this.#started = []
    return runAll(this.#stop.toReversed())
  }

  /** Ends the lifespans that have started, when the app does not: its stop hooks do not run. */
  giveUp(): Future<void> {
    const started = this.#started.toReversed()
    this.#started = []
    return runAll(started.map((cleanup) => () => finishGenerator(cleanup)))
  }
}

/** Fails with the first failure, after all have run. */
function runAll(hooks: readonly Hook[]): Future<void> {
  let failure: { readonly reason: unknown } | undefined
  let done: Future<unknown> = Future.ready()
  for (const hook of hooks) {
    done = done
      .then(() => hook(undefined as never))
      .catch((reason) => {
        failure ??= { reason }
      })
  }
  return done.then(() => {
    if (failure !== undefined) throw failure.reason
  })
}
