import { debug } from '../../../src/core/debug.ts'
import { Deferred, Future, onUnhandledFailure } from '../../../src/future/index.ts'

/** Debug mode never runs a continuation inline, and shuffles the run queue; both on purpose. */
export const normalMode: { readonly skip: string | false } = {
  skip: debug.enabled ? 'about what debug mode changes on purpose' : false,
}

export const boom: Error = new Error('boom')

export function fail(): never {
  throw boom
}

/** A source of each kind: ready or failed already, or settled by `go` later. */
export interface Source<T> {
  readonly future: Future<T>
  go(): void
}

export function ready<T>(value: T): Source<T> {
  return { future: Future.ready(value), go() {} }
}

export function late<T>(value: T): Source<T> {
  const deferred = new Deferred<T>()
  return { future: deferred.future, go: () => deferred.resolve(value) }
}

export function failed<T>(reason: unknown): Source<T> {
  return { future: Future.failed<T>(reason), go() {} }
}

export function lateFailed<T>(reason: unknown): Source<T> {
  const deferred = new Deferred<T>()
  return { future: deferred.future, go: () => deferred.reject(reason) }
}

export function nextTurn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve)
  })
}

/** @returns the reasons reported as unhandled while `body` runs, and in the turns after it */
export async function reportedBy(body: () => unknown): Promise<unknown[]> {
  const reasons: unknown[] = []
  const subscription = onUnhandledFailure(({ reason }) => reasons.push(reason))
  await body()
  for (let turn = 0; turn < 4; turn++) await nextTurn()
  subscription[Symbol.dispose]()
  return reasons
}
