import { QueueClosedError } from './errors.ts'
import type { Future } from './future.ts'

interface Source<T> {
  pop(): Future<T>
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined }

/**
 * The items of a queue for `for await`; a closed queue ends it, an aborted one fails it.
 *
 * Takes an item only when asked for one, so that a loop that is left early loses none.
 */
export function iterateQueue<T>(queue: Source<T>): AsyncIterableIterator<T, undefined> {
  let isLeft = false
  return {
    next() {
      if (isLeft) return Promise.resolve(DONE)
      const popped = queue.pop()
      return popped.isReady
        ? Promise.resolve(itemOf(popped.get()))
        : popped.then(itemOf, endOf).toPromise()
    },
    return() {
      isLeft = true
      return Promise.resolve(DONE)
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

function itemOf<T>(value: T): IteratorYieldResult<T> {
  return { done: false, value }
}

function endOf(reason: unknown): IteratorReturnResult<undefined> {
  if (reason instanceof QueueClosedError) return DONE
  throw reason
}
