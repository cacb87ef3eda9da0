/** An object that can stand in one {@link LinkedQueue} at a time; `next` belongs to that queue. */
export interface Linked {
  next: Linked | undefined
}

/** First in, first out, through a field of the items themselves: queueing allocates nothing. */
export class LinkedQueue<T extends Linked> {
  head: T | undefined = undefined
  length = 0
  #tail: T | undefined

  push(item: T): void {
    item.next = undefined
    if (this.#tail === undefined) this.head = item
    else this.#tail.next = item
    this.#tail = item
    this.length++
  }

  shift(): T | undefined {
    const item = this.head
    if (item === undefined) return undefined
    this.head = item.next as T | undefined
    if (item.next === undefined) this.#tail = undefined
    item.next = undefined
    this.length--
    return item
  }

  /** Empties the queue into an array, oldest first. */
  takeAll(): T[] {
    const items: T[] = []
    for (let item = this.shift(); item !== undefined; item = this.shift()) items.push(item)
    return items
  }

  /** Oldest first; the queue must not change meanwhile. */
  *[Symbol.iterator](): Generator<T> {
    for (let item = this.head; item !== undefined; item = item.next as T | undefined) yield item
  }
}
