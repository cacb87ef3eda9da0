import { areContextsInUse } from '../core/async-context.ts'
import { debug } from '../core/debug.ts'
import { OptionError } from '../core/errors.ts'
import { isQuotaSpent, schedule, scheduleInMain } from '../core/run-queue.ts'
import { isAwaitedBy } from './cycles.ts'
import { noteCreation } from './diagnostics/creation-sites.ts'
import { INSPECT, type Inspect, inspectFuture } from './diagnostics/inspect.ts'
import { lengthenStack } from './diagnostics/long-stacks.ts'
import { suspect } from './diagnostics/unhandled.ts'
import { FutureCycleError, NotReadyError } from './errors.ts'
import * as states from './state.ts'
import {
  ADOPT,
  AsideStep,
  type Callback,
  inContext,
  proceed,
  type Step,
  ThenStep,
  WrappedStep,
} from './steps.ts'
import { subscribe, type Thenable } from './thenable.ts'

/** A value, or something that will become one: what every callback may return. */
export type Eventual<T> = T | PromiseLike<T>

// Constants of this module: the compiler folds these, and loads imported ones each time.
const { PENDING, READY, FAILED, FAILED_HANDLED } = states
const IS_DEBUG = debug.enabled

/** Ready continuations nest at most so deep in the caller's stack; deeper ones, and all in debug mode, are scheduled. */
const MAX_INLINE_DEPTH = IS_DEBUG ? 0 : 200

/**
 * Fields, and not variables of the module: those are slower to change.
 *
 * A `then` of a {@link ReadyFuture} that is not inside another one only sets and clears `isNested`;
 * nested ones take the slower way and count. Counting all would make each wait for the one before.
 */
const inline = { isNested: IS_DEBUG, depth: 0 }

/**
 * Is told, from the run queue, that a future has settled. A future that is a consumer is the next
 * link of a chain.
 *
 * @internal
 */
export interface Consumer {
  onSettled(source: Future<unknown>): void
}

/**
 * A value that may not exist yet.
 *
 * A continuation of a ready future runs at once, in the caller's stack. A continuation of a
 * pending future runs later, from the run queue: settling a future never runs user code. A future
 * has any number of consumers; the first is stored inline, so that a chain allocates one object a link.
 *
 * A failure that nobody consumes is reported like an unhandled rejection, once.
 *
 * @see seastar `include/seastar/core/future.hh`
 */
export abstract class Future<T> implements PromiseLike<T> {
  // Declared here and set by the two kinds of future: an initializer for each costs a second store.
  /** @internal */
  declare state: states.State
  /** The value when ready, the failure when failed; the step to take while pending. @internal */
  declare outcome: unknown
  /** @internal */
  declare consumer: Consumer | Consumer[] | undefined

  /** @returns a future that is ready with `value` already */
  static ready(): Future<void>
  static ready<T>(value: T): Future<T>
  static ready<T>(value?: T): Future<T | undefined> {
    return readyFuture(value)
  }

  /** @returns a future that has failed with `reason` itself, not with a wrapper */
  static failed<T = never>(reason: unknown): Future<T> {
    return failedFuture(reason)
  }

  /**
   * Calls `step` now and makes a future of whatever it does.
   *
   * @returns ready with its value, failed with what it throws, or the outcome of what it returns
   */
  static try<T>(step: () => Eventual<T>): Future<T> {
    try {
      return Future.from(step())
    } catch (error) {
      return failedFuture(error)
    }
  }

  /** @returns `value` itself if it is a future; else a future of the promise, thenable or plain value */
  static from<T>(value: Eventual<T>): Future<T> {
    if (value instanceof Future) return value
    const future = pendingFuture<T>()
    resolve(future, value)
    return future
  }

  /** @returns a pending future with functions that settle it, as `Promise.withResolvers` does */
  static withResolvers<T>(): Resolvers<T> {
    const future = pendingFuture<T>()
    return {
      future,
      resolve: (value) => resolveOnce(future, value),
      reject: (reason) => rejectOnce(future, reason),
    }
  }

  get isPending(): boolean {
    return this.state === PENDING
  }

  get isReady(): boolean {
    return this.state === READY
  }

  get isFailed(): boolean {
    return this.state >= FAILED
  }

  /**
   * The value, without waiting.
   *
   * @throws {NotReadyError} if the future is pending
   * @throws the failure itself, if it has failed
   */
  get(): T {
    return this.state === READY ? (this.outcome as T) : refuseToGet(this)
  }

  /**
   * Continues with the value, or with the failure if `onFailed` is given; what is not a function is
   * ignored, as promises do, here and in `catch` and `finally`.
   *
   * Runs at once if this future is ready or failed, else from the run queue when it has settled.
   *
   * @returns the callback's outcome; the failure, if it is not handled here
   */
  then<U = T, V = never>(
    onReady?: ((value: T) => Eventual<U>) | null,
    onFailed?: ((reason: unknown) => Eventual<V>) | null,
  ): Future<U | V> {
    return continueThen(this, onReady, onFailed)
  }

  /** Continues with the failure; a value passes through. */
  catch<U = never>(onFailed?: ((reason: unknown) => Eventual<U>) | null): Future<T | U> {
    return continueThen(this, undefined, onFailed)
  }

  /**
   * Continues with failures of one class; values and other failures pass through.
   *
   * @param type - an error class; its subclasses match, too
   * @throws {OptionError} if `type` is not a class or `onFailed` not a function
   */
  catchType<E, U>(
    type: abstract new (...args: never[]) => E,
    onFailed: (reason: E) => Eventual<U>,
  ): Future<T | U> {
    assertFunction('type', type)
    assertFunction('onFailed', onFailed)
    return this.catch((reason) => {
      if (reason instanceof type) return onFailed(reason)
      throw reason
    })
  }

  /**
   * Runs `cleanup` on value and failure alike and waits for it; the outcome passes through.
   *
   * @returns fails with the cleanup's failure, or with {@link CleanupError} if the work had failed, too
   */
  finally(cleanup: () => Eventual<unknown>): Future<T> {
    return continueWith(this, new AsideStep(asCallback(cleanup), false))
  }

  /**
   * Continues with this future itself, settled: value and failure in one callback.
   *
   * @throws {OptionError} if `step` is not a function
   */
  thenWrapped<U>(step: (settled: Future<T>) => Eventual<U>): Future<U> {
    assertFunction('step', step)
    return continueWith(this, new WrappedStep(step as Callback))
  }

  /**
   * Runs `step` with the value and waits for it; the value passes through unless `step` fails.
   *
   * @throws {OptionError} if `step` is not a function
   */
  tap(step: (value: T) => Eventual<unknown>): Future<T> {
    assertFunction('step', step)
    return continueWith(this, new AsideStep(step as Callback, true))
  }

  /** @returns a future of the same failure and no value */
  discard(): Future<void> {
    return this.then(returnNothing)
  }

  /** Gives up the outcome on purpose: a failure is not reported. */
  ignore(): void {
    consume(this, IGNORE)
  }

  /** @returns a native promise of the same outcome */
  toPromise(): Promise<T> {
    return new Promise((resolve, reject) => {
      void this.then(resolve, reject)
    })
  }

  /**
   * Tells the consumers, in the order they came, and goes on along the chain as long as each link
   * settles at once: a chain costs one task and no stack, however long it is.
   *
   * @internal
   */
  run(): void {
    // oxlint-disable-next-line typescript/no-this-alias -- it walks on to the next link
    let source: Future<unknown> = this
    for (;;) {
      const consumer = source.consumer
      source.consumer = undefined
      if (consumer === undefined) return
      if (!isLink(consumer)) return notify(source, consumer)
      const step = consumer.outcome
      // What `proceed` does for the commonest step, without the call.
      if (typeof step === 'function' && source.state === READY) {
        consumer.outcome = undefined
        consumer.call(step as Callback, source.outcome)
      } else proceed(consumer, source)
      if (consumer.state === PENDING || consumer.consumer === undefined) return
      source = consumer
      if (isQuotaSpent()) return schedule(source)
    }
  }

  /** A link among several consumers: its own consumers get a task of their own. @internal */
  onSettled(source: Future<unknown>): void {
    proceed(this, source)
    if (this.state !== PENDING && this.consumer !== undefined) schedule(this)
  }

  /** Settles with what `callback` returns or throws; the caller goes on to the consumers. @internal */
  call(callback: Callback, argument: unknown): void {
    let result: unknown
    try {
      result = callback(argument)
    } catch (error) {
      return this.store(FAILED, error)
    }
    if (isPrimitive(result)) {
      this.outcome = result
      this.state = READY
    } else follow(this, result)
  }

  /** @returns what becomes of `callback`, which stands beside this future's outcome @internal */
  attempt(callback: Callback, argument: unknown): Future<unknown> {
    return Future.try(() => callback(argument))
  }

  /**
   * Takes `step` when `source`, which is pending, has settled; fails if that would wait for this
   * future in turn. The caller goes on to the consumers.
   *
   * @internal
   */
  waitFor(source: Future<unknown>, step: Step): void {
    if (source === this || isAwaitedBy(this, source)) {
      return this.store(FAILED, new FutureCycleError())
    }
    this.outcome = step
    consume(source, this)
  }

  /** Stores an outcome, for a caller who goes on to the consumers by itself. @internal */
  store(state: states.State, outcome: unknown): void {
    this.outcome = outcome
    if (state === READY) {
      this.state = READY
      return
    }
    if (IS_DEBUG) lengthenStack(outcome, this)
    if (this.consumer !== undefined) this.state = FAILED_HANDLED
    else {
      this.state = FAILED
      suspect(this)
    }
  }

  /** Shows the outcome instead of the fields; looking at a failure does not count as consuming it. @internal */
  [INSPECT](_depth: number, options: object, inspect: Inspect): string {
    return inspectFuture(this.state, this.outcome, options, inspect)
  }

  /** @internal */
  takeUnhandled(): boolean {
    if (this.state !== FAILED) return false
    this.state = FAILED_HANDLED
    return true
  }
}

/**
 * A future that was ready from the start: a value, and nothing to keep state or consumers in.
 *
 * Its `then` has one short way out for all that is rare, which keeps it small enough for the compiler
 * to inline a whole chain into the caller: benchmark "ready chain of 3".
 */
class ReadyFuture<T> extends Future<T> {
  constructor(value: T) {
    super()
    this.outcome = value
  }

  override get(): T {
    return this.outcome as T
  }

  override then<U = T, V = never>(
    onReady?: ((value: T) => Eventual<U>) | null,
    onFailed?: ((reason: unknown) => Eventual<V>) | null,
  ): Future<U | V> {
    if (inline.isNested) return continueThen(this, onReady, onFailed)
    inline.isNested = true
    let result: unknown
    try {
      // That it is a function is asked when it turns out not to be: nearly always it is.
      result = (onReady as Callback)(this.outcome)
    } catch (error) {
      result = caught(this, error, onReady, onFailed)
    }
    inline.isNested = false
    return isPrimitive(result) ? readyFuture(result as U) : futureOfObject(result as Eventual<U>)
  }
}

// On the prototype, so that no object has to carry them.
ReadyFuture.prototype.state = READY
ReadyFuture.prototype.consumer = undefined

/** A future that has, or had, to be waited for. */
class PendingFuture<T> extends Future<T> {
  constructor() {
    super()
    this.state = PENDING
    this.outcome = undefined
    this.consumer = undefined
  }
}

/** The functions that settle a future, with the future. */
export interface Resolvers<T> {
  readonly future: Future<T>
  /** @returns false if it was settled before; nothing changes then */
  readonly resolve: (value: Eventual<T>) => boolean
  /** @returns false if it was settled before; nothing changes then */
  readonly reject: (reason: unknown) => boolean
}

/** A future that follows another one is decided, too: it has a step to take. */
function isUndecided(future: Future<unknown>): boolean {
  return future.state === PENDING && future.outcome === undefined
}

/**
 * Settles a future, or lets it follow another one; `Deferred` documents it.
 *
 * @internal
 */
export function resolveOnce<T>(future: Future<T>, value: Eventual<T>): boolean {
  if (!isUndecided(future)) return false
  if (isPrimitive(value)) settleReady(future, value)
  else resolve(future, value)
  return true
}

/** @internal */
export function rejectOnce(future: Future<unknown>, reason: unknown): boolean {
  if (!isUndecided(future)) return false
  settle(future, FAILED, reason)
  return true
}

const IGNORE: Consumer = { onSettled: returnNothing }

function returnNothing(): void {}

/**
 * A future that somebody will settle; debug mode knows where it was created.
 *
 * @internal
 */
export function pendingFuture<T>(): Future<T> {
  const future = new PendingFuture<T>()
  if (IS_DEBUG) noteCreation(future)
  return future
}

/** Looking for `then` on a primitive would box it. Numbers first: one test instead of three for the commonest. */
function isPrimitive(value: unknown): boolean {
  return (
    typeof value === 'number' ||
    ((typeof value !== 'object' || value === null) && typeof value !== 'function')
  )
}

/** A function of this module: calling it takes fewer bytecodes than the static method. */
function futureOfObject<T>(value: Eventual<T>): Future<T> {
  return Future.from(value)
}

function readyFuture<T>(value: T): Future<T> {
  return new ReadyFuture(value)
}

function failedFuture<T>(reason: unknown): Future<T> {
  const future = pendingFuture<T>()
  future.state = FAILED
  future.outcome = reason
  suspect(future)
  return future
}

function refuseToGet(future: Future<unknown>): never {
  if (future.state === PENDING) throw new NotReadyError()
  future.state = FAILED_HANDLED
  throw future.outcome
}

/** What a ready `then` comes to when calling `onReady` threw: a failure, unless it was no function at all. */
function caught(
  source: Future<unknown>,
  error: unknown,
  onReady: unknown,
  onFailed: unknown,
): Future<unknown> {
  return typeof onReady === 'function'
    ? failedFuture(error)
    : continueThen(source, undefined, onFailed)
}

/** The path of everything but a ready `then`. */
function continueWith<R>(source: Future<unknown>, step: Callback | Step): Future<R> {
  const link = pendingFuture<R>()
  if (source.state === PENDING || inline.depth >= MAX_INLINE_DEPTH) {
    link.outcome = areContextsInUse() ? inContext(step) : step
    consume(source, link)
    return link
  }
  link.outcome = step
  if (source.state === FAILED) source.state = FAILED_HANDLED
  inline.depth++
  proceed(link, source)
  inline.depth--
  return link
}

/** The callback is the step itself, unless there is one for failures. */
function continueThen<R>(source: Future<unknown>, onReady: unknown, onFailed: unknown): Future<R> {
  return typeof onReady === 'function' && typeof onFailed !== 'function'
    ? continueWith(source, onReady as Callback)
    : continueWith(source, new ThenStep(asCallback(onReady), asCallback(onFailed)))
}

/** What promises do not have need not be lenient as they are. */
function assertFunction(name: string, candidate: unknown): void {
  if (typeof candidate !== 'function') throw new OptionError(name, candidate, 'a function')
}

/** Promises ignore what is not a function (Promises/A+ 2.2.1), and so do we: the outcome passes through. */
function asCallback(candidate: unknown): Callback | undefined {
  return typeof candidate === 'function' ? (candidate as Callback) : undefined
}

/**
 * Adds a consumer; if the future has settled, the consumer is told from the run queue.
 *
 * @internal
 */
export function consume(source: Future<unknown>, consumer: Consumer): void {
  const { consumer: first } = source
  if (first === undefined) {
    source.consumer = consumer
    if (source.state !== PENDING) scheduleInMain(source)
  } else if (Array.isArray(first)) first.push(consumer)
  else source.consumer = [first, consumer]
  if (source.state === FAILED) source.state = FAILED_HANDLED
}

/** Cheaper than `instanceof`, which walks up the prototypes: only futures have a state. */
function isLink(consumer: Consumer | Consumer[]): consumer is Future<unknown> {
  return (consumer as Future<unknown>).state !== undefined
}

function notify(source: Future<unknown>, consumers: Consumer | Consumer[]): void {
  if (!Array.isArray(consumers)) return consumers.onSettled(source)
  for (const consumer of consumers) consumer.onSettled(source)
}

/**
 * Settles a pending future; consumers are scheduled, never run.
 *
 * @internal
 */
export function settleReady<T>(future: Future<T>, value: T): void {
  future.outcome = value
  future.state = READY
  if (future.consumer !== undefined) scheduleInMain(future)
}

/** @internal */
export function settleFailed(future: Future<unknown>, reason: unknown): void {
  settle(future, FAILED, reason)
}

function settle(future: Future<unknown>, state: states.State, outcome: unknown): void {
  future.store(state, outcome)
  // Whoever settles it does not run what follows: continuations that belong to a group go there from here.
  if (future.consumer !== undefined) scheduleInMain(future)
}

/** Gives `link` the outcome of `result`; the caller goes on to the consumers if that is known at once. */
function follow(link: Future<unknown>, result: unknown): void {
  if (!(result instanceof Future)) return resolve(link, result)
  if (result.state === PENDING) return link.waitFor(result, ADOPT)
  if (result.state === FAILED) result.state = FAILED_HANDLED
  link.store(result.state, result.outcome)
}

/** Settles a pending future with any value, or lets it follow (Promises/A+ 2.3). */
function resolve(future: Future<unknown>, value: unknown): void {
  if (isPrimitive(value)) settle(future, READY, value)
  else if (!(value instanceof Future)) resolveWithObject(future, value as Thenable)
  else if (value.state === PENDING) {
    future.waitFor(value, ADOPT)
    if (future.state !== PENDING && future.consumer !== undefined) schedule(future)
  } else {
    if (value.state === FAILED) value.state = FAILED_HANDLED
    settle(future, value.state, value.outcome)
  }
}

function resolveWithObject(future: Future<unknown>, value: Thenable): void {
  let then: unknown
  try {
    then = value.then
  } catch (error) {
    return settle(future, FAILED, error)
  }
  if (typeof then !== 'function') return settle(future, READY, value)
  // From here on it is decided, though still pending.
  future.outcome = ADOPT
  subscribe(
    value,
    then,
    (answer) => resolve(future, answer),
    (reason) => settle(future, FAILED, reason),
  )
}
