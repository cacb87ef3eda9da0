/**
 * Something that can stand in a {@link LinkedList}, in one at a time.
 *
 * The links are fields of the item itself: joining a list allocates nothing, and leaving it needs no search.
 */
export abstract class LinkedItem {
  /** @internal */
  declare list: { remove(item: LinkedItem): boolean } | undefined
  /** @internal */
  declare previous: LinkedItem | undefined
  /** @internal */
  declare next: LinkedItem | undefined

  constructor() {
    this.list = undefined
    this.previous = undefined
    this.next = undefined
  }

  /** Leaves the list it stands in, whichever that is. */
  leaveList(): void {
    this.list?.remove(this)
  }
}

/** First in, first out, and out of the middle: push, shift and remove in O(1). */
export class LinkedList<T extends LinkedItem> {
  #first: T | undefined = undefined
  #last: T | undefined = undefined
  #length = 0

  get length(): number {
    return this.#length
  }

  /** The oldest item. */
  get first(): T | undefined {
    return this.#first
  }

  /**
   * Puts `item` behind all others.
   *
   * @throws {Error} if it stands in a list already: its links would tear that one apart
   */
  push(item: T): void {
    if (item.list !== undefined) throw new Error('The item stands in a list already')
    item.list = this
    item.previous = this.#last
    if (this.#last === undefined) this.#first = item
    else this.#last.next = item
    this.#last = item
    this.#length++
  }

  /** @returns the oldest item, taken off; `undefined` when empty */
  shift(): T | undefined {
    const item = this.#first
    if (item !== undefined) this.remove(item)
    return item
  }

  /** @returns false if `item` does not stand in this list */
  remove(item: T): boolean {
    if (item.list !== this) return false
    const { previous, next } = item
    if (previous === undefined) this.#first = next as T | undefined
    else previous.next = next
    if (next === undefined) this.#last = previous as T | undefined
    else next.previous = previous
    item.list = undefined
    item.previous = undefined
    item.next = undefined
    this.#length--
    return true
  }

  /** Oldest first; an item may be removed while it is the current one. */
  *[Symbol.iterator](): Generator<T> {
    let item = this.#first
    while (item !== undefined) {
      const next = item.next as T | undefined
      yield item
      item = next
    }
  }
}
