import { OptionError } from '../core/errors.ts'
import {
  type Consumer,
  consume,
  Future,
  pendingFuture,
  settleFailed,
  settleReady,
} from './future.ts'
import { start, type Work } from './signals.ts'

/** The value a piece of work comes to. */
export type Outcome<W> = W extends (signal: AbortSignal) => infer R ? Awaited<R> : Awaited<W>

/** The values of a tuple, array or record of work, in the same shape. */
export type Outcomes<All> = { -readonly [Key in keyof All]: Outcome<All[Key]> }

/**
 * Waits for everything and gives the values in the shape of the input: array, tuple or record.
 *
 * Fails with the first failure as soon as it happens; functions that are still at work are told
 * through their signal. Later failures are dropped. Ready inputs cost no scheduling: if all are
 * ready, so is the result.
 *
 * @throws {OptionError} if `all` is neither an array nor a plain record
 * @see seastar `include/seastar/core/when_all.hh`
 */
export function whenAll<const All extends readonly Work<unknown>[] | []>(
  all: All,
): Future<Outcomes<All>>
export function whenAll<All extends Readonly<Record<string, Work<unknown>>>>(
  all: All,
): Future<Outcomes<All>>
export function whenAll(
  all: readonly Work<unknown>[] | Readonly<Record<string, Work<unknown>>>,
): Future<unknown> {
  if (Array.isArray(all)) return gather(all, all.length)
  if (typeof all !== 'object' || all === null || Symbol.iterator in all) {
    throw new OptionError('whenAll input', all, 'an array or a record of futures')
  }
  const names = Object.keys(all)
  return gather(
    names.map((name) => all[name]),
    names.length,
  ).then((values) => Object.fromEntries(names.map((name, index) => [name, values[index]])))
}

function gather(all: readonly Work<unknown>[], length: number): Future<unknown[]> {
  const gathering = new Gathering(length)
  for (let index = 0; index < length; index++) gathering.add(all[index], index)
  return gathering.result()
}

class Gathering {
  readonly #values: unknown[]
  readonly #result = pendingFuture<unknown[]>()
  #controllers: AbortController[] | undefined
  #pending = 0
  #isStarting = true

  constructor(length: number) {
    this.#values = new Array(length)
  }

  add(work: Work<unknown>, index: number): void {
    // After a failure the rest is not started; what runs already is watched, so that it cannot go unhandled.
    if (typeof work === 'function' && !this.#result.isPending) return
    const future = work instanceof Future ? work : this.#start(work)
    if (future.isReady) {
      this.#values[index] = future.outcome
      return
    }
    this.#pending++
    if (future.isFailed) this.settled(future, index)
    else consume(future, new Slot(this, index))
  }

  result(): Future<unknown[]> {
    this.#isStarting = false
    this.#finishIfComplete()
    return this.#result
  }

  settled(source: Future<unknown>, index: number): void {
    this.#pending--
    if (!source.isReady) return this.#fail(source)
    this.#values[index] = source.outcome
    this.#finishIfComplete()
  }

  #start(work: Work<unknown>): Future<unknown> {
    const { future, controller } = start(work)
    if (controller !== undefined) {
      this.#controllers ??= []
      this.#controllers.push(controller)
    }
    return future
  }

  #finishIfComplete(): void {
    if (this.#pending === 0 && !this.#isStarting && this.#result.isPending) {
      settleReady(this.#result, this.#values)
    }
  }

  #fail(source: Future<unknown>): void {
    source.ignore()
    if (!this.#result.isPending) return
    settleFailed(this.#result, source.outcome)
    for (const controller of this.#controllers ?? []) controller.abort(source.outcome)
  }
}

class Slot implements Consumer {
  readonly #gathering: Gathering
  readonly #index: number

  constructor(gathering: Gathering, index: number) {
    this.#gathering = gathering
    this.#index = index
  }

  onSettled(source: Future<unknown>): void {
    this.#gathering.settled(source, this.#index)
  }
}
