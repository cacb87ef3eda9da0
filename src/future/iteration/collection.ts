import { captureContext } from '../../core/async-context.ts'
import type { Timer } from '../../core/clock.ts'
import { currentGroup, schedule, type Task } from '../../core/run-queue.ts'
import { BatchResultError } from '../errors.ts'
import {
  type Consumer,
  consume,
  Future,
  pendingFuture,
  settleFailed,
  settleReady,
} from '../future.ts'
import type { BatchLoad } from '../primitives/batch-options.ts'
import { inTurns } from '../primitives/in-turns.ts'

/** The keys of one load, and those who wait for them. */
export class Collection<Key, Value> implements Task, Consumer {
  /** Ends the collecting, if that is a matter of time. */
  timer: Timer | undefined
  readonly #load: BatchLoad<Key, Value>
  readonly #what: string
  readonly #keys: Key[] = []
  readonly #futures = new Map<unknown, Future<Value>>()
  readonly #context = captureContext()
  readonly #group = currentGroup()

  constructor(load: BatchLoad<Key, Value>, what: string) {
    this.#load = load
    this.#what = what
  }

  get size(): number {
    return this.#keys.length
  }

  /** @param identity - keys of the same identity are loaded once */
  add(key: Key, identity: unknown): Future<Value> {
    const known = this.#futures.get(identity)
    if (known !== undefined) return known
    const future = pendingFuture<Value>()
    this.#futures.set(identity, future)
    this.#keys.push(key)
    return future
  }

  /** Has itself loaded: nobody's call may run the load function inside it. */
  dispatch(): void {
    schedule(this, this.#group)
  }

  /** Loads, from the run queue. */
  run(): void {
    if (this.#context === undefined) start(this)
    else this.#context.runInAsyncScope(start, undefined, this, undefined)
  }

  start(): void {
    const results = Future.try(() => this.#load(this.#keys))
    if (results.isPending) consume(results, this)
    else this.onSettled(results)
  }

  onSettled(results: Future<unknown>): void {
    results.ignore()
    const { outcome } = results
    if (results.isFailed) this.fail(outcome)
    else if (!Array.isArray(outcome) || outcome.length !== this.size) {
      this.fail(new BatchResultError(this.#what, this.size, outcome))
    } else this.#distribute(outcome)
  }

  fail(reason: unknown): void {
    this.#settleAll((future) => settleFailed(future, reason))
  }

  #distribute(results: readonly (Value | Error)[]): void {
    let index = 0
    this.#settleAll((future) => {
      const result = results[index++] as Value | Error
      if (result instanceof Error) settleFailed(future, result)
      else settleReady(future, result)
    })
  }

  #settleAll(settle: (future: Future<Value>) => void): void {
    const futures = this.#futures.values()
    inTurns(() => {
      const { done, value } = futures.next()
      if (done === true) return false
      settle(value)
      return true
    })
  }
}

function start(collection: { start(): void }): void {
  collection.start()
}
