import { QueueClosedError } from '../errors.ts'
import type { Future } from '../future.ts'

interface Source<T> {
  pop(): Future<T>
}

type Result<T> = IteratorResult<T, undefined>

const DONE: Result<never> = { done: true, value: undefined }

/** Milliseconds a loop may take items that are there before input and timers get their turn. */
const QUOTA_MS = 0.5

/** The clock is read once in so many items. */
const ITEMS_PER_CLOCK_READ = 64

/**
 * The items of a queue for `for await`; a closed queue ends it, an aborted one fails it.
 *
 * Takes an item only when asked for one, so that a loop that is left early loses none. Producers and
 * consumers that are always ready would go on from microtask to microtask and never let the event loop
 * turn, so from time to time an item comes one turn later.
 */
export class QueueIterator<T> implements AsyncIterableIterator<T, undefined> {
  readonly #queue: Source<T>
  #isLeft = false
  #credit = ITEMS_PER_CLOCK_READ
  #lastTurnMs = performance.now()

  constructor(queue: Source<T>) {
    this.#queue = queue
  }

  next(): Promise<Result<T>> {
    if (this.#isLeft) return Promise.resolve(DONE)
    return --this.#credit < 0 && this.#isTurnDue() ? this.#takeLater() : this.#take()
  }

  return(): Promise<Result<T>> {
    this.#isLeft = true
    return Promise.resolve(DONE)
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #take(): Promise<Result<T>> {
    const popped = this.#queue.pop()
    return popped.isReady
      ? Promise.resolve(itemOf(popped.get()))
      : popped.then(itemOf, endOf).toPromise()
  }

  #takeLater(): Promise<Result<T>> {
    return new Promise((resolve) => {
      const take = (): void => {
        this.#lastTurnMs = performance.now()
        resolve(this.#take())
      }
      if (typeof setImmediate === 'function') setImmediate(take)
      else setTimeout(take, 0)
    })
  }

  #isTurnDue(): boolean {
    this.#credit = ITEMS_PER_CLOCK_READ
    return performance.now() - this.#lastTurnMs > QUOTA_MS
  }
}

function itemOf<T>(value: T): Result<T> {
  return { done: false, value }
}

function endOf(reason: unknown): Result<never> {
  if (reason instanceof QueueClosedError) return DONE
  throw reason
}
