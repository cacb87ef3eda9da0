import { OptionError } from '../../core/errors.ts'
import { isQuotaSpent, schedule, type Task } from '../../core/run-queue.ts'
import { type Consumer, consume, Future } from '../future.ts'
import { FREE_STEPS } from '../iteration/free-steps.ts'
import { type Started, start, type Work } from '../signals.ts'
import { Undertaking } from './undertaking.ts'

/** A tuple, array or record of work. */
export type Works = readonly Work<unknown>[] | Readonly<Record<string, Work<unknown>>>

/**
 * Several pieces of work that are waited for together, and the one result that comes of them.
 *
 * All are started in input order before {@link begin} returns: a future that nobody watches yet
 * might fail, and would be reported.
 */
export abstract class Gathering<R> extends Undertaking<R> {
  /** In input order. */
  protected readonly futures: Future<unknown>[] = []
  /** Only functions can be stopped. */
  readonly #functions: Started<unknown>[] = []

  begin(works: readonly Work<unknown>[]): Future<R> {
    this.isOpen()
    for (let index = 0; index < works.length; index++) this.#add(works[index], index)
    this.allStarted()
    this.park()
    return this.result
  }

  /** One has settled; called from the run queue, or from `begin` if it had settled before. */
  protected abstract settled(source: Future<unknown>, index: number): void

  /** Everything was started, and what had settled before is known. */
  protected abstract allStarted(): void

  /** Sees to it that `settled` is called for a pending future. */
  protected abstract watch(future: Future<unknown>, index: number): void

  protected override failed(reason: unknown): void {
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
 * A gathering that waits for everything, and then makes one list or record of it.
 *
 * One consumer, itself, serves all futures: waiting for one more allocates nothing.
 */
export abstract class CompleteGathering extends Gathering<unknown> implements Consumer, Task {
  readonly #list: unknown[] = []
  /** Of a record. */
  #names: readonly string[] | undefined
  #pending = 0
  #isStarted = false

  /** @throws {OptionError} if `all` is neither an array nor a plain record */
  beginAll(all: Works): Future<unknown> {
    if (Array.isArray(all)) return this.begin(all)
    if (typeof all !== 'object' || all === null || Symbol.iterator in all) {
      throw new OptionError(`${this.what} input`, all, 'an array or a record of futures')
    }
    this.#names = Object.keys(all)
    return this.begin(this.#names.map((name) => all[name]))
  }

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
    this.succeed(this.#names === undefined ? this.#list : this.#record(this.#names))
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

  #record(names: readonly string[]): unknown {
    return Object.fromEntries(names.map((name, index) => [name, this.#list[index]]))
  }
}
