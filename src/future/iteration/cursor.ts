import { OptionError } from '../../core/errors.ts'
import { NOBODY } from '../abandon.ts'
import { consume, type Eventual, Future } from '../future.ts'

/**
 * What can be gone through: items may be futures or promises, which are waited for.
 *
 * If the first item of an array is one, all of them are watched from the start: then an item that
 * fails before its turn is not reported as unhandled.
 */
export type ItemSource<T> = Iterable<Eventual<T>> | AsyncIterable<T>

/** A place in a list, an iterable or an async iterable. */
export interface Cursor {
  /** The item that `move` has found. */
  readonly item: unknown
  /** Goes to the next item; gives false if there is none. One move at a time. */
  move(): boolean | Future<boolean>
  /** Makes sure that an item that fails before its turn comes is not reported as unhandled. */
  claim(): void
  /** Gives the rest up; ready when the source has closed, failed with what it could not close for. */
  close(): Future<unknown>
}

/** @throws {OptionError} if `items` is neither iterable nor async iterable */
export function cursorOf(what: string, items: ItemSource<unknown>): Cursor {
  if (Array.isArray(items)) return new ArrayCursor(items)
  const source = items as Partial<Iterable<unknown> & AsyncIterable<unknown>> | null | undefined
  if (typeof source?.[Symbol.asyncIterator] === 'function') {
    return new AsyncCursor((source as AsyncIterable<unknown>)[Symbol.asyncIterator]())
  }
  if (typeof source?.[Symbol.iterator] === 'function') {
    return new SyncCursor((source as Iterable<unknown>)[Symbol.iterator]())
  }
  throw new OptionError(`${what} items`, items, 'an iterable or an async iterable')
}

class ArrayCursor implements Cursor {
  item: unknown
  readonly #items: readonly unknown[]
  #next = 0
  #isClaimed = false

  constructor(items: readonly unknown[]) {
    this.#items = items
  }

  move(): boolean {
    if (this.#next >= this.#items.length) return false
    this.item = this.#items[this.#next++]
    return true
  }

  claim(): void {
    if (this.#isClaimed) return
    this.#isClaimed = true
    // A list of futures begins with one. Looking at each of a million plain items would take longer than the quota.
    if (!isClaimable(this.#items[0])) return
    for (let index = this.#next; index < this.#items.length; index++) claim(this.#items[index])
  }

  close(): Future<unknown> {
    this.claim()
    return Future.ready()
  }
}

function isClaimable(item: unknown): boolean {
  return item instanceof Future || item instanceof Promise
}

function claim(item: unknown): void {
  if (item instanceof Future) {
    if (item.isPending) consume(item, NOBODY)
    else item.takeUnhandled()
  } else if (item instanceof Promise) void item.catch(() => {})
}

class SyncCursor implements Cursor {
  item: unknown
  readonly #iterator: Iterator<unknown>
  #isOpen = true

  constructor(iterator: Iterator<unknown>) {
    this.#iterator = iterator
  }

  move(): boolean {
    // An iterator that throws has closed itself (ECMA-262, 7.4, IteratorStep).
    this.#isOpen = false
    const { done, value } = this.#iterator.next()
    this.item = value
    this.#isOpen = done !== true
    return this.#isOpen
  }

  claim(): void {}

  close(): Future<unknown> {
    if (!this.#isOpen) return Future.ready()
    this.#isOpen = false
    return Future.try(() => this.#iterator.return?.())
  }
}

class AsyncCursor implements Cursor {
  item: unknown
  readonly #iterator: AsyncIterator<unknown>
  #isOpen = true

  constructor(iterator: AsyncIterator<unknown>) {
    this.#iterator = iterator
  }

  move(): Future<boolean> {
    return Future.try(() => this.#iterator.next()).then(
      ({ done, value }) => {
        this.item = value
        if (done === true) this.#isOpen = false
        return done !== true
      },
      (reason) => {
        this.#isOpen = false
        throw reason
      },
    )
  }

  claim(): void {}

  close(): Future<unknown> {
    if (!this.#isOpen) return Future.ready()
    this.#isOpen = false
    return Future.try(() => this.#iterator.return?.())
  }
}
