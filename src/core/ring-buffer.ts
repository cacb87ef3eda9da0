/**
 * A growing first-in first-out queue over a power-of-two array: push, shift and length in O(1).
 *
 * `Array.prototype.shift` moves memory once an array leaves the small sizes; a run queue
 * must not slow down exactly when it is long.
 */
export class RingBuffer<T> {
  #slots: (T | undefined)[]
  #mask: number
  #head = 0
  #length = 0

  /** @param capacity - initial slots, a power of two */
  constructor(capacity = 64) {
    this.#slots = new Array(capacity).fill(undefined)
    this.#mask = capacity - 1
  }

  get length(): number {
    return this.#length
  }

  push(item: T): void {
    if (this.#length > this.#mask) this.#grow()
    this.#slots[(this.#head + this.#length) & this.#mask] = item
    this.#length++
  }

  /** Adds an item before the oldest. */
  unshift(item: T): void {
    if (this.#length > this.#mask) this.#grow()
    this.#head = (this.#head - 1) & this.#mask
    this.#slots[this.#head] = item
    this.#length++
  }

  /** @returns the oldest item, or `undefined` when empty */
  shift(): T | undefined {
    if (this.#length === 0) return undefined
    const at = this.#head
    const item = this.#slots[at]
    this.#slots[at] = undefined
    this.#head = (at + 1) & this.#mask
    this.#length--
    return item
  }

  /** @returns the oldest item without taking it, or `undefined` when empty */
  peek(): T | undefined {
    return this.#slots[this.#head]
  }

  /**
   * Takes the item `offset` places behind the oldest; the oldest moves into its place.
   *
   * Order is not kept: this is how the debug mode shuffles.
   */
  takeAt(offset: number): T | undefined {
    const at = (this.#head + offset) & this.#mask
    const item = this.#slots[at]
    this.#slots[at] = this.#slots[this.#head]
    this.#slots[this.#head] = item
    return this.shift()
  }

  #grow(): void {
    const old = this.#slots
    const size = old.length
    const slots = new Array<T | undefined>(size * 2).fill(undefined)
    for (let i = 0; i < size; i++) slots[i] = old[(this.#head + i) & this.#mask]
    this.#slots = slots
    this.#mask = size * 2 - 1
    this.#head = 0
  }
}
