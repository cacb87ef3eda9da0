import type { Eventual } from '../../future/index.ts'
import { Future } from '../../future/index.ts'
import { DependencyError } from '../errors.ts'

type Step = IteratorResult<unknown, unknown>

/** A generator of either kind, as dependencies use it. */
export interface DependencyGenerator {
  next(): Eventual<Step>
  throw(reason: unknown): Eventual<Step>
  return(value: unknown): Eventual<Step>
}

/** A dependency that waits behind its `yield` for the end of the request. */
export interface Cleanup {
  readonly name: string
  readonly generator: DependencyGenerator
  readonly runsBeforeResponse: boolean
}

/** The objects that generator functions return; nothing else has these tags by accident. */
export function isDependencyGenerator(value: unknown): value is DependencyGenerator {
  if (typeof value !== 'object' || value === null) return false
  const tag = (value as { readonly [Symbol.toStringTag]?: unknown })[Symbol.toStringTag]
  return tag === 'AsyncGenerator' || tag === 'Generator'
}

/** Lets the generator run to its end. */
export function finishGenerator({ name, generator }: Cleanup): Future<void> {
  return Future.try(() => generator.next()).then((step) => {
    if (step.done === true) return undefined
    return Future.from(generator.return(undefined)).then(() => {
      throw new DependencyError(`${name} yielded twice; a dependency yields one value`)
    })
  })
}

/**
 * Throws a failure into the generator at its `yield`.
 *
 * @returns the failure to go on with: what the generator throws, else the one it was given
 */
export function throwIntoGenerator({ generator }: Cleanup, failure: unknown): Future<unknown> {
  return Future.try(() => generator.throw(failure)).then(
    () => failure,
    (thrown: unknown) => thrown,
  )
}
