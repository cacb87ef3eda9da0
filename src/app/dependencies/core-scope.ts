import { Future } from '../../future/index.ts'
import { DependencyError, RouteDefinitionError } from '../errors.ts'
import { Input, type InputMap } from '../inputs/input.ts'
import { type Cleanup, finishGenerator, isDependencyGenerator } from './cleanup.ts'
import { Dependency } from './dependency.ts'
import { disposalOf } from './disposal.ts'
import { cycleError } from './graph.ts'

/** The value of an app dependency, on its way to a reactor. */
export interface Shared {
  readonly name: string
  readonly value: unknown
}

/** The dependencies that live as long as the app serves. */
export class CoreScope {
  readonly #values: Map<Dependency<unknown>, unknown> = new Map()
  readonly #cleanups: Cleanup[] = []

  /** @throws {RouteDefinitionError} if it is not started */
  value(dependency: Dependency<unknown>): unknown {
    if (this.#values.has(dependency)) return this.#values.get(dependency)
    throw new RouteDefinitionError(`The core dependency ${dependency.name} is not started`)
  }

  /** Adds a value that is there already. */
  set(dependency: Dependency<unknown>, value: unknown): void {
    this.#values.set(dependency, value)
  }

  /**
   * Makes one dependency; those it needs are made already.
   *
   * @returns fails with {@link DependencyError} and the cause
   */
  start(dependency: Dependency<unknown>, resolve: Resolve): Future<void> {
    const values: Record<string, unknown> = {}
    for (const [name, needed] of Object.entries(dependency.inputs)) {
      values[name] = this.value(resolve(needed as Dependency<unknown>))
    }
    return Future.try(() => this.#provide(dependency, values)).then(
      (value) => {
        this.#values.set(dependency, value)
      },
      (cause) => {
        const reason = cause instanceof Error ? cause.message : String(cause)
        throw new DependencyError(`${dependency.name} did not start: ${reason}`, { cause })
      },
    )
  }

  /**
   * Takes the value of an app dependency that the supervisor of this reactor has made.
   *
   * @throws {DependencyError} if it has not: its code is another one
   */
  take(dependency: Dependency<unknown>, shared: Shared | undefined): void {
    if (shared?.name !== dependency.name) {
      throw new DependencyError(
        `The app dependency ${dependency.name} is not there: the supervisor has started ${shared?.name ?? 'no more of them'}. Restart the program`,
      )
    }
    this.#values.set(dependency, shared.value)
  }

  /** Ends all, the last started first; goes on after a failure, and reports the first. */
  stop(): Future<void> {
    const cleanups = this.#cleanups.splice(0).toReversed()
    this.#values.clear()
    let failure: { readonly reason: unknown } | undefined
    let done: Future<void> = Future.ready()
    for (const cleanup of cleanups) {
      done = done
        .then(() => finishGenerator(cleanup))
        .catch((reason) => {
          failure ??= { reason }
        })
    }
    return done.then(() => {
      if (failure !== undefined) throw failure.reason
    })
  }

  #provide(dependency: Dependency<unknown>, values: Record<string, unknown>): unknown {
    const result = dependency.provide(values as never)
    if (!isDependencyGenerator(result)) {
      if (!dependency.disposes) return result
      return Future.from(result).then((value) => {
        const disposal = disposalOf(dependency, value)
        if (disposal !== undefined) this.#cleanups.push(disposal)
        return value
      })
    }
    return Future.try(() => result.next()).then((step) => {
      if (step.done === true) throw new DependencyError('it did not yield a value')
      this.#cleanups.push({ name: dependency.name, generator: result, runsBeforeResponse: false })
      return step.value
    })
  }
}

type Resolve = (dependency: Dependency<unknown>) => Dependency<unknown>

/**
 * All core dependencies behind the given inputs, each after those it needs.
 *
 * @throws {RouteDefinitionError} on a cycle, or a core dependency that needs a request
 */
export function collectCore(
  maps: readonly InputMap[],
  resolve: Resolve,
): readonly Dependency<unknown>[] {
  const found = new Set<Dependency<unknown>>()
  const visit = (declared: Dependency<unknown>, trail: readonly Dependency<unknown>[]): void => {
    const dependency = resolve(declared)
    if (trail.includes(dependency)) throw cycleError([...trail, dependency])
    if (found.has(dependency)) return
    const isCore = dependency.scope !== 'request'
    for (const [name, needed] of Object.entries(dependency.inputs)) {
      if (needed instanceof Dependency) visit(needed, [...trail, dependency])
      if (isCore && (needed instanceof Input || isRequestScoped(needed, resolve))) {
        throw new RouteDefinitionError(
          `The ${dependency.scope} dependency ${dependency.name} needs '${name}', which exists only in a request`,
        )
      }
      if (dependency.scope === 'app' && resolve(needed as Dependency<unknown>).scope === 'core') {
        throw new RouteDefinitionError(
          `The app dependency ${dependency.name} needs '${name}', which each reactor has of its own`,
        )
      }
    }
    if (isCore) found.add(dependency)
  }
  for (const map of maps) {
    for (const needed of Object.values(map)) if (needed instanceof Dependency) visit(needed, [])
  }
  return [...found]
}

function isRequestScoped(needed: unknown, resolve: Resolve): boolean {
  return needed instanceof Dependency && resolve(needed).scope === 'request'
}
