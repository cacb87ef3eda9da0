import { AbortedError, OptionError } from '../../core/errors.ts'
import { RingBuffer } from '../../core/ring-buffer.ts'
import { QueueClosedError } from '../errors.ts'
import { Future } from '../future.ts'
import { type NameOptions, readName } from './name-options.ts'
import { QueueIterator } from './queue-iterator.ts'
import { assertWaitOptions, type WaitOptions } from './wait-options.ts'
import { WaitingLine } from './waiting-line.ts'

/** Why nothing more comes in; after `closed` what is left still goes out. */
interface Ending {
  readonly kind: 'closed' | 'aborted'
  readonly reason: unknown
}

/**
 * A queue between any number of producers and consumers: who finds it full, or empty, waits.
 *
 * Items leave in the order they came, and consumers get them in the order in which they asked. Producers
 * wait only while it is full, consumers only while it is empty, each in the order they came.
 *
 * `for await (const item of queue)` takes items until the queue is closed and empty; several such loops
 * share the items. A loop that is left early leaves the rest to others.
 *
 * @see seastar `include/seastar/core/queue.hh`, which allows one producer and one consumer
 */
export class BoundedQueue<T> implements AsyncIterable<T>, Disposable {
  /** Items it holds at most. */
  readonly capacity: number
  readonly #what: string
  readonly #producers: WaitingLine<T, void>
  readonly #consumers: WaitingLine<undefined, T>
  #items = new RingBuffer<T>()
  #ending: Ending | undefined

  /**
   * @param capacity - items it holds at most
   * @throws {OptionError} if `capacity` is not a whole number, 1 or more, or an option is unknown
   */
  constructor(capacity: number, options?: NameOptions) {
    if (!Number.isSafeInteger(capacity) || capacity < 1) {
      throw new OptionError('capacity', capacity, 'a whole number, 1 or more')
    }
    this.capacity = capacity
    this.#what = readName('queue', options)
    this.#producers = new WaitingLine(`room in ${this.#what}`)
    this.#consumers = new WaitingLine(`an item of ${this.#what}`)
  }

  /** Items in the queue; those of waiting producers do not count. */
  get size(): number {
    return this.#items.length
  }

  get isEmpty(): boolean {
    return this.#items.length === 0
  }

  get isFull(): boolean {
    return this.#items.length === this.capacity
  }

  /** Whether it was closed or aborted; a closed one may still have items. */
  get isClosed(): boolean {
    return this.#ending !== undefined
  }

  /** How many wait for room. */
  get waitingProducers(): number {
    return this.#producers.length
  }

  /** How many wait for an item. */
  get waitingConsumers(): number {
    return this.#consumers.length
  }

  /**
   * Puts `item` in, or waits for room.
   *
   * @returns ready at once if there is room; fails with {@link QueueClosedError}, what the queue was
   *   aborted with, {@link TimeoutError}, the signal's reason or {@link AbortedError}: the item is not in then
   * @throws {OptionError} if an option is wrong
   */
  push(item: T, options?: WaitOptions): Future<void> {
    assertWaitOptions('wait options', options)
    const refusal = this.#producers.refusal(options)
    if (refusal !== undefined) return refusal
    if (this.#ending !== undefined) return Future.failed(this.#ending.reason)
    return this.#offer(item) ? Future.ready() : this.#producers.park(item, options)
  }

  /** @returns whether `item` is in: false if the queue is full or closed */
  tryPush(item: T): boolean {
    return this.#ending === undefined && this.#offer(item)
  }

  /**
   * Takes the oldest item, or waits for one.
   *
   * @returns ready at once if there is an item; fails with {@link QueueClosedError} if the queue is closed
   *   and empty, what it was aborted with, {@link TimeoutError}, the signal's reason or {@link AbortedError}
   * @throws {OptionError} if an option is wrong
   */
  pop(options?: WaitOptions): Future<T> {
    assertWaitOptions('wait options', options)
    const refusal = this.#consumers.refusal(options)
    if (refusal !== undefined) return refusal
    if (!this.isEmpty) return Future.ready(this.#take())
    if (this.#ending !== undefined) return Future.failed(this.#ending.reason)
    return this.#consumers.park(undefined, options)
  }

  /** Takes the oldest item; `undefined` if there is none, see {@link isEmpty} if items may be `undefined`, too. */
  tryPop(): T | undefined {
    return this.isEmpty ? undefined : this.#take()
  }

  /** The oldest item, which stays. */
  peek(): T | undefined {
    return this.#items.peek()
  }

  /**
   * Lets nothing more in: producers fail with {@link QueueClosedError}, waiting ones too.
   *
   * Consumers get what is left; then they fail likewise, and `for await` loops end.
   */
  close(): void {
    if (this.#ending === undefined) this.#end('closed', new QueueClosedError(this.#what))
  }

  /**
   * Drops all items and fails both sides, now and later; the first reason stays.
   *
   * @param reason - what they fail with; an {@link AbortedError} by default
   */
  abort(reason: unknown = new AbortedError(undefined, this.#what)): void {
    if (this.#ending?.kind === 'aborted') return
    this.#items = new RingBuffer()
    this.#end('aborted', reason)
  }

  /** Aborts: nobody must wait for an owner that is gone. */
  [Symbol.dispose](): void {
    this.abort()
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined> {
    return new QueueIterator(this)
  }

  #end(kind: Ending['kind'], reason: unknown): void {
    this.#ending = { kind, reason }
    this.#producers.failAll(reason)
    this.#consumers.failAll(reason)
  }

  #offer(item: T): boolean {
    if (this.#consumers.length > 0) this.#consumers.serveFirst(item)
    else if (!this.isFull) this.#items.push(item)
    else return false
    return true
  }

  #take(): T {
    const item = this.#items.shift() as T
    if (this.#producers.length > 0) {
      this.#items.push(this.#producers.firstRequest as T)
      this.#producers.serveFirst()
    }
    return item
  }
}
