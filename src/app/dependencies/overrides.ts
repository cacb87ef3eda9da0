import { OptionError } from '../../core/errors.ts'
import { AppStateError } from '../errors.ts'
import type { CoreScope } from './core-scope.ts'
import { Dependency } from './dependency.ts'

/** Takes an override back. */
export interface Undo extends Disposable {
  undo(): void
}

/** Fakes in the place of dependencies; the last one given counts. */
export class Overrides {
  readonly #fakes: { readonly real: Dependency<unknown>; readonly fake: Dependency<unknown> }[] = []

  /** @throws {OptionError} if it is no dependency */
  add(
    real: Dependency<unknown>,
    fake: unknown,
    runningCore: CoreScope | undefined,
    onUndo: () => void,
  ): Undo {
    if (!(real instanceof Dependency)) throw new OptionError('override()', real, 'a dependency')
    const entry = { real, fake: toDependency(real, fake, runningCore) }
    this.#fakes.push(entry)
    const undo = (): void => {
      const at = this.#fakes.indexOf(entry)
      if (at === -1) return
      this.#fakes.splice(at, 1)
      onUndo()
    }
    return { undo, [Symbol.dispose]: undo }
  }

  resolve(dependency: Dependency<unknown>): Dependency<unknown> {
    return this.#fakes.findLast(({ real }) => real === dependency)?.fake ?? dependency
  }
}

function toDependency(
  real: Dependency<unknown>,
  fake: unknown,
  runningCore: CoreScope | undefined,
): Dependency<unknown> {
  if (fake instanceof Dependency) return fake
  const isFunction = typeof fake === 'function'
  const provide = isFunction ? (fake as () => unknown) : (): unknown => fake
  const dependency = new Dependency<unknown>({ scope: real.scope }, provide)
  if (runningCore === undefined || real.scope === 'request') return dependency
  if (isFunction) {
    throw new AppStateError(`Override the core dependency ${real.name} before the app starts`)
  }
  runningCore.set(dependency, fake)
  return dependency
}
