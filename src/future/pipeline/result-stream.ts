import { type AsyncContext, captureContext } from '../../core/async-context.ts'
import { AbortedError } from '../../core/errors.ts'
import { RingBuffer } from '../../core/ring-buffer.ts'
import { currentGroup, isQuotaSpent, schedule, type Task } from '../../core/run-queue.ts'
import { Deferred } from '../deferred.ts'
import { type Consumer, consume, type Eventual, Future } from '../future.ts'
import { type Cursor, cursorOf, type ItemSource } from '../iteration/cursor.ts'
import { abortReason, whenAborted } from '../signals.ts'

/** How a stream of results is made; see `ManyOptions`. */
export interface StreamSettings<In, Out> {
  readonly begin: (item: Eventual<In>, signal: AbortSignal) => Future<Out>
  readonly concurrency: number
  readonly isOrdered: boolean
  readonly signal: AbortSignal | undefined
  /** Names the call in the error of a wrong source. */
  readonly where: string
  /** Names the work in the error of an abort. */
  readonly what: string
}

/**
 * The results of many executions, as far as somebody asks for them.
 *
 * Between the source and the reader are never more than `concurrency` items, and none before the first
 * `next()`. A failure is given to the reader at its place in the order, and ends the stream.
 * Source and stages run in the async context and in the task group of whoever made the stream, whoever
 * makes it go on.
 *
 * @internal
 */
export class ResultStream<In, Out> implements AsyncIterableIterator<Out>, Consumer, Task {
  readonly #settings: StreamSettings<In, Out>
  readonly #cursor: Cursor
  readonly #controller = new AbortController()
  readonly #context: AsyncContext | undefined = captureContext()
  readonly #group = currentGroup()
  readonly #readers = new RingBuffer<Deferred<IteratorResult<Out>>>(4)
  /** Results in the order of delivery: if ordered with the pending ones, else those that have settled. */
  #results = new RingBuffer<Future<Out>>(16)
  /** Items that were pulled and whose result was not delivered. */
  #claimed = 0
  /** One item at a time, whether the source answers at once, later, or has to wait for the quota. */
  #isPulling = false
  #isExhausted = false
  /** Something has failed, which ends the stream in its turn: nothing more is begun. */
  #hasFailed = false
  #isOver = false
  /** A failure that came when nobody was reading. */
  #undelivered: { readonly reason: unknown } | undefined
  #isOpen = false
  #stopListening: (() => void) | undefined

  /** @throws {OptionError} if `items` cannot be iterated */
  constructor(items: ItemSource<In>, settings: StreamSettings<In, Out>) {
    this.#cursor = cursorOf(settings.where, items)
    this.#settings = settings
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  next(): Promise<IteratorResult<Out>> {
    const reader = new Deferred<IteratorResult<Out>>()
    this.#readers.push(reader)
    if (!this.#isOpen) this.#open()
    this.run()
    return reader.future.toPromise()
  }

  /** Stops what is at work, closes the source, and ends the stream for all readers. */
  return(): Promise<IteratorResult<Out>> {
    const closed = this.#end(new AbortedError(undefined, this.#settings.what))
    this.#undelivered = undefined
    this.run()
    return closed.then(endOfStream).toPromise()
  }

  /** Pulls and delivers as much as is possible now. @internal */
  run(): void {
    if (currentGroup() !== this.#group) schedule(this, this.#group)
    else if (this.#context === undefined) this.#advance()
    else this.#context.runInAsyncScope(ResultStream.#advanceIn, undefined, this, undefined)
  }

  /** @internal */
  onSettled(result: Future<unknown>): void {
    if (this.#isOver) return
    this.#hasFailed ||= result.isFailed
    if (!this.#settings.isOrdered) this.#results.push(result as Future<Out>)
    this.run()
  }

  static readonly #advanceIn = (stream: ResultStream<never, unknown>): void => stream.#advance()

  #advance(): void {
    do this.#pull()
    while (this.#deliver())
  }

  /** Somebody reads: from now on failures that wait for their turn are in good hands. */
  #open(): void {
    this.#isOpen = true
    this.#cursor.claim()
    const { signal, what } = this.#settings
    if (signal === undefined || this.#isOver) return
    this.#stopListening = whenAborted(signal, () => {
      this.#fail(abortReason(signal, what))
      this.run()
    })
  }

  #pull(): void {
    while (this.#wantsMore()) {
      this.#isPulling = true
      if (isQuotaSpent()) return schedule({ run: () => this.#goOn() })
      const moved = Future.try(() => this.#cursor.move())
      if (moved.isPending) return this.#await(moved)
      this.#take(moved)
      this.#isPulling = false
    }
  }

  #await(moved: Future<boolean>): void {
    void moved.thenWrapped((settled) => {
      this.#take(settled)
      this.#goOn()
    })
  }

  #wantsMore(): boolean {
    if (this.#isPulling || this.#isExhausted || this.#hasFailed) return false
    return this.#claimed < this.#settings.concurrency
  }

  #goOn(): void {
    this.#isPulling = false
    this.run()
  }

  /** Starts the item the source has given, or notes that there is none. */
  #take(moved: Future<boolean>): void {
    moved.takeUnhandled()
    if (this.#isOver) return
    if (moved.isFailed) {
      // The source is at its end; the failure waits for its turn.
      this.#isExhausted = true
      this.#accept(moved as Future<never>)
    } else if (moved.get()) {
      const item = this.#cursor.item as Eventual<In>
      this.#accept(this.#settings.begin(item, this.#controller.signal))
    } else this.#isExhausted = true
  }

  #accept(result: Future<Out>): void {
    const isPending = result.isPending
    if (isPending) consume(result, this)
    else result.takeUnhandled()
    // The stage that has just begun may have ended the stream.
    if (this.#isOver) return
    this.#claimed++
    this.#hasFailed ||= result.isFailed
    if (this.#settings.isOrdered || !isPending) this.#results.push(result)
  }

  /** @returns whether there was something for a reader */
  #deliver(): boolean {
    const waiting = this.#readers.length
    while (this.#readers.length > 0) {
      const result = this.#results.peek()
      if (result?.isFailed) this.#fail(result.outcome)
      else if (result?.isReady) {
        void this.#results.shift()
        this.#claimed--
        this.#readers.shift()?.resolve({ done: false, value: result.get() })
      } else if (this.#undelivered !== undefined) {
        this.#readers.shift()?.reject(this.#undelivered.reason)
        this.#undelivered = undefined
      } else if (this.#isExhausted && this.#claimed === 0) {
        this.#end().ignore()
        this.#readers.shift()?.resolve(endOfStream())
      } else break
    }
    return this.#readers.length < waiting
  }

  #fail(reason: unknown): void {
    if (this.#isOver) return
    this.#undelivered = { reason }
    this.#end(reason).ignore()
  }

  /**
   * @param reason - why what is at work is stopped; nothing is at work without one
   * @returns ready when the source is closed
   */
  #end(reason?: unknown): Future<unknown> {
    if (this.#isOver) return Future.ready()
    this.#isOver = true
    this.#isExhausted = true
    this.#claimed = 0
    this.#results = new RingBuffer(1)
    this.#stopListening?.()
    // Both call others, who may come back: the state is in order by now.
    const closed = this.#cursor.close()
    if (reason !== undefined) this.#controller.abort(reason)
    if (!this.#isPulling) return closed
    // A source that is busy may never answer: it must not hold up the reader.
    closed.ignore()
    return Future.ready()
  }
}

function endOfStream(): IteratorResult<never> {
  return { done: true, value: undefined }
}
