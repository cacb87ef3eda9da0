import { OptionError } from '../core/errors.ts'
import { isQuotaSpent, schedule, type Task } from '../core/run-queue.ts'
import { FREE_STEPS } from './free-steps.ts'
import {
  type Consumer,
  consume,
  Future,
  pendingFuture,
  settleFailed,
  settleReady,
} from './future.ts'
import { abortReason, type Started, start, type Work, whenAborted } from './signals.ts'

/** A tuple, array or record of work. */
export type Works = readonly Work<unknown>[] | Readonly<Record<string, Work<unknown>>>

/**
 * Several pieces of work that are waited for together, and the one result that comes of them.
 *
 * All are started in input order before {@link begin} returns: a future that nobody watches yet
 * might fail, and would be reported.
 */
export abstract class Gathering<R> {
  /** How messages call it. */
  protected readonly what: string
  protected readonly result: Future<R> = pendingFuture<R>()
  /** In input order. */
  protected readonly futures: Future<unknown>[] = []
  /** Only functions can be stopped. */
  readonly #functions: Started<unknown>[] = []
  #stopListening: (() => void) | undefined

  constructor(what: string) {
    this.what = what
  }

  begin(works: readonly Work<unknown>[], signal: AbortSignal | undefined): Future<R> {
    if (signal?.aborted === true) this.fail(abortReason(signal, this.what))
    for (let index = 0; index < works.length; index++) this.#add(works[index], index)
    this.allStarted()
    if (signal !== undefined && this.result.isPending) {
      this.#stopListening = whenAborted(signal, () => this.fail(abortReason(signal, this.what)))
    }
    return this.result
  }

  /** One has settled; called from the run queue, or from `begin` if it had settled before. */
  protected abstract settled(source: Future<unknown>, index: number): void

  /** Everything was started, and what had settled before is known. */
  protected abstract allStarted(): void

  /** Sees to it that `settled` is called for a pending future. */
  protected abstract watch(future: Future<unknown>, index: number): void

  protected succeed(value: R): void {
    if (!this.result.isPending) return
    settleReady(this.result, value)
    this.#stopListening?.()
  }

  protected fail(reason: unknown): void {
    if (!this.result.isPending) return
    settleFailed(this.result, reason)
    this.#stopListening?.()
    this.stopFunctions(reason)
  }

  /** Tells the functions that are still at work that nobody waits for them any more. */
  protected stopFunctions(reason: unknown): void {
    for (const { future, controller } of this.#functions) {
      if (future.isPending) controller?.abort(reason)
    }
  }

  #add(work: Work<unknown>, index: number): void {
    // After the end no function is started; what runs already is watched, so that it cannot go unhandled.
    if (typeof work === 'function' && !this.result.isPending) return
    const future = work instanceof Future ? work : this.#start(work)
    this.futures[index] = future
    if (future.isPending) return this.watch(future, index)
    future.takeUnhandled()
    this.settled(future, index)
  }

  #start(work: Work<unknown>): Future<unknown> {
    const started = start(work)
    if (started.controller !== undefined) this.#functions.push(started)
    return started.future
  }
}

/**
 * A gathering that waits for everything, and then makes one list of it.
 *
 * One consumer, itself, serves all futures: waiting for one more allocates nothing.
 */
export abstract class CompleteGathering extends Gathering<unknown[]> implements Consumer, Task {
  readonly #list: unknown[] = []
  #pending = 0
  #isStarted = false

  /** The entry of the list for one settled future; may fail the gathering instead. */
  protected abstract entryOf(settled: Future<unknown>): unknown

  onSettled(source: Future<unknown>): void {
    this.#pending--
    this.settled(source)
    if (this.#pending === 0 && this.#isStarted) this.run()
  }

  /** Makes the list, and lets others in when the quota ends. */
  run(): void {
    const { futures } = this
    while (this.result.isPending && this.#list.length < futures.length) {
      if (this.#list.length > FREE_STEPS && isQuotaSpent()) return schedule(this)
      this.#list.push(this.entryOf(futures[this.#list.length] as Future<unknown>))
    }
    this.succeed(this.#list)
  }

  protected watch(future: Future<unknown>): void {
    this.#pending++
    consume(future, this)
  }

  protected settled(_source: Future<unknown>): void {}

  protected allStarted(): void {
    this.#isStarted = true
    if (this.#pending === 0) this.run()
  }
}

/**
 * Gathers the members of a tuple, array or record, and gives the result their shape.
 *
 * @throws {OptionError} if `all` is neither an array nor a plain record
 */
export function gatherShape(
  what: string,
  all: Works,
  gather: (works: readonly Work<unknown>[]) => Future<unknown[]>,
): Future<unknown> {
  if (Array.isArray(all)) return gather(all)
  if (typeof all !== 'object' || all === null || Symbol.iterator in all) {
    throw new OptionError(`${what} input`, all, 'an array or a record of futures')
  }
  const record = all as Readonly<Record<string, Work<unknown>>>
  const names = Object.keys(record)
  return gather(names.map((name) => record[name])).then((values) =>
    Object.fromEntries(names.map((name, index) => [name, values[index]])),
  )
}
