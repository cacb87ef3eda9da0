import { afterMicrotasks } from '../../core/after-microtasks.ts'
import { ClosedError, OptionError } from '../../core/errors.ts'
import { whenAll } from '../combinators/when-all.ts'
import { Future } from '../future.ts'
import { Collection } from '../iteration/collection.ts'
import { abortReason } from '../signals.ts'
import { timeoutAsync } from '../time/timeout.ts'
import {
  type BatchLoad,
  type BatchOptions,
  type BatchSettings,
  readBatchOptions,
} from './batch-options.ts'
import { assertWaitOptions, type WaitOptions } from './wait-options.ts'

/**
 * Makes one call of many: whatever is asked for in one turn is loaded together, once for each key.
 *
 * All of a turn is joined, whether asked for by continuations or by `async` functions: the load begins
 * when the run queue and the microtasks are done. Nothing is kept afterwards: the next turn loads anew.
 *
 * The load function runs in the async context and the task group of whoever asked for the first key.
 *
 * @see the DataLoader library, whose contract this is
 */
export class Batch<Key, Value> implements Disposable {
  readonly #load: BatchLoad<Key, Value>
  readonly #settings: BatchSettings<Key>
  #collection: Collection<Key, Value> | undefined
  #isClosed = false

  /**
   * @param load - called with the keys of a batch, each once; what it throws fails all of them
   * @throws {OptionError} if `load` is not a function, or an option is unknown or out of range
   */
  constructor(load: BatchLoad<Key, Value>, options: BatchOptions<Key> = {}) {
    if (typeof load !== 'function') throw new OptionError('load', load, 'a function')
    this.#load = load
    this.#settings = readBatchOptions(options)
  }

  /**
   * Asks for one key.
   *
   * @param options - limit the caller's wait; the key stays in its batch
   * @returns fails with the key's own error, what the load function fails with, {@link BatchResultError},
   *   {@link ClosedError}, {@link TimeoutError}, the signal's reason or {@link AbortedError}
   * @throws {OptionError} if an option is wrong
   */
  load(key: Key, options?: WaitOptions): Future<Value> {
    assertWaitOptions('wait options', options)
    const { what, keyOf } = this.#settings
    const { timeoutMs, signal, clock } = options ?? {}
    if (signal?.aborted === true) return Future.failed(abortReason(signal, this.#waiting()))
    if (this.#isClosed) return Future.failed(new ClosedError(what))
    let future: Future<Value>
    try {
      future = this.#collect(key, keyOf(key))
    } catch (error) {
      return Future.failed(error)
    }
    if (timeoutMs === undefined && signal === undefined) return future
    return timeoutAsync(future, timeoutMs ?? Number.POSITIVE_INFINITY, {
      what: this.#waiting(),
      ...(signal === undefined ? undefined : { signal }),
      ...(clock === undefined ? undefined : { clock }),
    })
  }

  /**
   * Asks for several keys.
   *
   * @returns values and errors in the order of `keys`: a key that fails does not hide the others; fails
   *   only with what is no `Error`
   * @throws {OptionError} if `keys` is not an array, or an option is wrong
   */
  loadMany(keys: readonly Key[], options?: WaitOptions): Future<(Value | Error)[]> {
    if (!Array.isArray(keys)) throw new OptionError('keys', keys, 'an array')
    const all = (keys as readonly Key[]).map((key) => this.load(key, options).catch(asValue))
    return whenAll(all) as Future<(Value | Error)[]>
  }

  /** Fails what is not being loaded yet, and everything asked for later, with {@link ClosedError}. */
  close(): void {
    this.#isClosed = true
    const collection = this.#collection
    if (collection === undefined) return
    this.#end(collection)
    collection.fail(new ClosedError(this.#settings.what))
  }

  /** Closes: nobody must wait for an owner that is gone. */
  [Symbol.dispose](): void {
    this.close()
  }

  #collect(key: Key, identity: unknown): Future<Value> {
    const collection = this.#collection ?? this.#begin()
    const future = collection.add(key, identity)
    if (collection.size >= this.#settings.maxSize) this.#dispatch(collection)
    return future
  }

  #begin(): Collection<Key, Value> {
    const { maxDelayMs, clock, what } = this.#settings
    const collection = new Collection(this.#load, what)
    this.#collection = collection
    const dispatch = (): void => this.#dispatch(collection)
    if (maxDelayMs === undefined) afterMicrotasks(dispatch)
    else collection.timer = clock.setTimer(maxDelayMs, dispatch)
    return collection
  }

  /** Does nothing if the collection was full, or closed, before its time had come. */
  #dispatch(collection: Collection<Key, Value>): void {
    if (this.#end(collection)) collection.dispatch()
  }

  /** @returns whether `collection` was still open; nothing is added to it any more */
  #end(collection: Collection<Key, Value>): boolean {
    if (this.#collection !== collection) return false
    this.#collection = undefined
    collection.timer?.cancel()
    return true
  }

  #waiting(): string {
    return `The wait for ${this.#settings.what}`
  }
}

/** An error among the values, as in the results of a load function. */
function asValue(reason: unknown): Error {
  if (reason instanceof Error) return reason
  throw reason
}
