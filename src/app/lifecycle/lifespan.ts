import { OptionError } from '../../core/errors.ts'
import { type Eventual, Future } from '../../future/index.ts'
import { checkInputMap, type Dependency } from '../dependencies/dependency.ts'
import type { InputMap } from '../inputs/input.ts'

export type Hook = (values: never) => Eventual<unknown>

/** What runs when the app starts and stops, apart from its dependencies. */
export class Lifespan {
  readonly #start: { readonly inputs: InputMap; readonly hook: Hook }[] = []
  readonly #stop: Hook[] = []

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
    let failure: { readonly reason: unknown } | undefined
    let done: Future<unknown> = Future.ready()
    for (const hook of this.#stop.toReversed()) {
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
}
