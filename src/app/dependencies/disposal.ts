import { type Eventual, Future } from '../../future/index.ts'
import { DependencyError } from '../errors.ts'
import type { Cleanup } from './cleanup.ts'
import type { Dependency } from './dependency.ts'

const DONE = { done: true, value: undefined } as const

/**
 * What ends a value that knows how to end itself, as `await using` does.
 *
 * @returns undefined for no value
 * @throws {DependencyError} if it does not know how
 */
export function disposalOf(dependency: Dependency<unknown>, value: unknown): Cleanup | undefined {
  if (value === undefined || value === null) return undefined
  const { [Symbol.asyncDispose]: later, [Symbol.dispose]: now } = value as Partial<
    AsyncDisposable & Disposable
  >
  const method = later ?? now
  if (typeof method !== 'function') {
    throw new DependencyError(
      `${dependency.name}: its value has neither Symbol.asyncDispose nor Symbol.dispose, but dispose is true`,
    )
  }
  const end = (): Future<void> =>
    Future.try((): Eventual<unknown> => method.call(value as never)).discard()
  return {
    name: dependency.name,
    runsBeforeResponse: dependency.cleanup === 'handler',
    generator: {
      next: () => end().then(() => DONE),
      throw: (reason) =>
        end().then(() => {
          throw reason
        }),
      return: () => DONE,
    },
  }
}
