import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { type Consumer, consume, type Eventual, type Future } from '../future.ts'
import { assertSignal, type SignalOptions } from '../signals.ts'
import { type Cursor, cursorOf, type ItemSource } from './cursor.ts'
import { futureOf } from './eventual.ts'
import { Loop } from './loop.ts'

/** How many items are at work at a time, and what a failure means for the others. */
export interface TraversalOptions extends SignalOptions {
  /** Most items at work at a time, 1 or more; unlimited by default. */
  readonly concurrency?: number
  /**
   * Whether the first failure ends everything at once, which is the default.
   *
   * If false every item is visited, and the first failure in time is the result at the end.
   */
  readonly stopOnError?: boolean
}

/** What is done with an item. The signal fires when no result is needed any more. */
export type Visit<T, U> = (item: T, index: number, signal: AbortSignal) => Eventual<U>

/**
 * @param where - what the options belong to, for the message
 * @throws {OptionError} on an unknown option or a value out of range
 */
export function readTraversalOptions<Options extends TraversalOptions>(
  where: string,
  options: Options | undefined,
  more: readonly string[] = [],
): Options | undefined {
  if (options === undefined) return undefined
  const known = ['concurrency', 'stopOnError', 'signal', ...more]
  rejectUnknownOptions(`${where} options`, options, known)
  assertSignal('signal', options.signal)
  const { concurrency = 1, stopOnError = true } = options
  if (concurrency !== Number.POSITIVE_INFINITY) {
    integerOption('concurrency', concurrency, 1, 1)
  }
  if (typeof stopOnError !== 'boolean') {
    throw new OptionError('stopOnError', stopOnError, 'a boolean')
  }
  return options
}

/** Goes through items, with as many at work at a time as are allowed. */
export abstract class Traversal<R> extends Loop<R> {
  readonly #cursor: Cursor
  readonly #visit: Visit<unknown, unknown>
  readonly #concurrency: number
  readonly #stopOnError: boolean
  readonly #controller = new AbortController()
  /** Wait for the next step: user code within a step may bring them in. */
  readonly #arrivals: Slot[] = []
  #move: Future<unknown> | undefined
  #isExhausted = false
  #count = 0
  #held = 0
  #firstFailure: { readonly reason: unknown } | undefined

  constructor(
    what: string,
    items: ItemSource<unknown>,
    visit: Visit<never, unknown>,
    options: TraversalOptions | undefined,
  ) {
    super(what, options?.signal)
    if (typeof visit !== 'function') throw new OptionError(`${what} callback`, visit, 'a function')
    this.#visit = visit as Visit<unknown, unknown>
    this.#concurrency = options?.concurrency ?? Number.POSITIVE_INFINITY
    this.#stopOnError = options?.stopOnError ?? true
    this.#cursor = cursorOf(what, items)
  }

  /** What a slot waits for has settled. */
  arrive(slot: Slot): void {
    if (!this.result.isPending) return
    this.#arrivals.push(slot)
    this.resume()
  }

  /** An item's result will come later; called at its turn in the input, and perhaps again. */
  protected reserve(_index: number): void {}

  /** Takes the result of one item; what it throws fails everything. */
  protected abstract deliver(index: number, value: unknown, item: unknown): void

  /** Works on what was delivered, as long as the quota lasts. */
  protected digest(): void {}

  /** An item failed, and the others go on: what was delivered is of no use any more. */
  protected spoil(): void {}

  /** Everything was visited and delivered; called again as long as it does not settle the result. */
  protected abstract complete(): void

  /** Counts as an item at work until it is released. */
  protected hold(): void {
    this.#held++
  }

  protected release(): void {
    this.#held--
  }

  protected advance(): void {
    for (;;) {
      this.#takeArrivals()
      this.digest()
      if (!this.#mayMove() || !this.mayStep()) break
      this.#step()
    }
    if (!this.result.isPending) return
    if (!this.#isExhausted || this.#held > 0) return this.#cursor.claim()
    if (this.#firstFailure === undefined) this.complete()
    else this.fail(this.#firstFailure.reason)
  }

  protected override failed(reason: unknown): void {
    this.#arrivals.length = 0
    // The failure that led here counts, as in a `for await` (ECMA-262, 7.4, AsyncIteratorClose).
    this.#cursor.close().ignore()
    this.#controller.abort(reason)
  }

  #mayMove(): boolean {
    return this.#held < this.#concurrency && !this.#isExhausted && this.#move?.isPending !== true
  }

  #takeArrivals(): void {
    const arrivals = this.#arrivals
    if (arrivals.length === 0) return
    for (let next = 0; next < arrivals.length; next++) {
      const { index, item, awaited, isItem } = arrivals[next] as Slot
      this.#held--
      if (!awaited.isReady) this.#failItem(awaited)
      else if (isItem) this.#call(index, awaited.outcome)
      else this.#deliver(index, awaited.outcome, item)
    }
    arrivals.length = 0
  }

  /** Moves on and visits what is there, or waits for it. */
  #step(): void {
    try {
      const moved = this.#move ?? this.#cursor.move()
      if (moved === true) return this.#reach(this.#cursor.item)
      if (moved === false) this.#isExhausted = true
      else this.#moved(moved)
    } catch (error) {
      this.fail(error)
    }
  }

  #moved(move: Future<unknown>): void {
    this.#move = undefined
    if (move.isPending) {
      this.#move = move
      consume(move, this)
    } else if (!move.isReady) {
      move.takeUnhandled()
      this.fail(move.outcome)
    } else if (move.outcome === true) this.#reach(this.#cursor.item)
    else this.#isExhausted = true
  }

  #reach(item: unknown): void {
    const index = this.#count++
    const future = futureOf(item)
    if (future === undefined) this.#call(index, item)
    else if (future.isReady) this.#call(index, future.outcome)
    else if (future.isFailed) this.#failItem(future)
    else this.#waitFor(index, future, item, true)
  }

  #call(index: number, item: unknown): void {
    try {
      const result = this.#visit(item, index, this.#controller.signal)
      const future = futureOf(result)
      if (future === undefined) this.#deliver(index, result, item)
      else if (future.isReady) this.#deliver(index, future.outcome, item)
      else if (future.isFailed) this.#failItem(future)
      else this.#waitFor(index, future, item, false)
    } catch (error) {
      this.#failWith(error)
    }
  }

  #waitFor(index: number, awaited: Future<unknown>, item: unknown, isItem: boolean): void {
    this.reserve(index)
    this.#held++
    consume(awaited, new Slot(this, index, item, awaited, isItem))
  }

  #deliver(index: number, value: unknown, item: unknown): void {
    if (!this.result.isPending || this.#firstFailure !== undefined) return
    try {
      this.deliver(index, value, item)
    } catch (error) {
      this.fail(error)
    }
  }

  #failItem(settled: Future<unknown>): void {
    settled.takeUnhandled()
    this.#failWith(settled.outcome)
  }

  #failWith(reason: unknown): void {
    if (this.#stopOnError) return this.fail(reason)
    if (this.#firstFailure !== undefined) return
    this.#firstFailure = { reason }
    this.spoil()
  }
}

/** One item that waits: for itself, being a future, or for what its visit gives. */
class Slot implements Consumer {
  readonly index: number
  readonly item: unknown
  readonly awaited: Future<unknown>
  readonly isItem: boolean
  readonly #traversal: Traversal<unknown>

  constructor(
    traversal: Traversal<unknown>,
    index: number,
    item: unknown,
    awaited: Future<unknown>,
    isItem: boolean,
  ) {
    this.#traversal = traversal
    this.index = index
    this.item = item
    this.awaited = awaited
    this.isItem = isItem
  }

  onSettled(): void {
    this.#traversal.arrive(this)
  }
}
