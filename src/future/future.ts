import { type AsyncContext, captureContext } from '../core/async-context.ts'
import { debug } from '../core/debug.ts'
import {
  enterCallback,
  isQuotaSpent,
  leaveCallback,
  schedule,
  type Task,
} from '../core/run-queue.ts'
import { CleanupError, FutureCycleError, NotReadyError } from './errors.ts'
import { noteCreation, suspect } from './unhandled.ts'

/** A value, or something that will become one: what every callback may return. */
export type Eventual<T> = T | PromiseLike<T>

const PENDING = 0
const READY = 1
/** Failed, and no consumer has seen the failure yet. */
const FAILED = 2
const FAILED_HANDLED = 3
type State = typeof PENDING | typeof READY | typeof FAILED | typeof FAILED_HANDLED

/** What a {@link Link} does with the outcome of the future it waits for. */
const THEN = 0
const FINALLY = 1
const WRAPPED = 2
const TAP = 3
/** The callback returned a pending future: take over its outcome. */
const ADOPT = 4
/** The cleanup returned a pending future: go on with the original outcome when it is ready. */
const CLEANUP = 5
type Kind =
  | typeof THEN
  | typeof FINALLY
  | typeof WRAPPED
  | typeof TAP
  | typeof ADOPT
  | typeof CLEANUP

/** Ready continuations nest at most so deep in the caller's stack; deeper ones are scheduled. */
const MAX_INLINE_DEPTH = 200
let inlineDepth = 0

/** A constant of the module, so that the compiler can drop the branches. */
const IS_DEBUG = debug.enabled

type Callback = (argument: unknown) => unknown

/**
 * Is told, from the run queue, that a future has settled.
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
export class Future<T> implements PromiseLike<T>, Task {
  // Declared and set in the constructor: an initializer for each field costs a second store.
  /** @internal */
  declare state: State
  /** The value when ready, the failure when failed. @internal */
  declare outcome: unknown
  /** @internal */
  declare consumer: Consumer | Consumer[] | undefined

  /** Pending; the write side is {@link Deferred}. @internal */
  constructor() {
    this.state = PENDING
    this.outcome = undefined
    this.consumer = undefined
    if (IS_DEBUG) noteCreation(this)
  }

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
    const future = new Future<T>()
    resolve(future, value)
    return future
  }

  /** @returns a pending future with functions that settle it, as `Promise.withResolvers` does */
  static withResolvers<T>(): Resolvers<T> {
    const deferred = new Deferred<T>()
    return {
      future: deferred.future,
      resolve: (value) => deferred.resolve(value),
      reject: (reason) => deferred.reject(reason),
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
    if (this.state === READY) return this.outcome as T
    if (this.state === PENDING) throw new NotReadyError()
    this.state = FAILED_HANDLED
    throw this.outcome
  }

  /**
   * Continues with the value, or with the failure if `onFailed` is given.
   *
   * Runs at once if this future is ready or failed, else from the run queue when it has settled.
   *
   * @returns the callback's outcome; the failure, if it is not handled here
   */
  then<U = T, V = never>(
    onReady?: ((value: T) => Eventual<U>) | null,
    onFailed?: ((reason: unknown) => Eventual<V>) | null,
  ): Future<U | V> {
    if (
      this.state === READY &&
      typeof onReady === 'function' &&
      inlineDepth < MAX_INLINE_DEPTH &&
      !IS_DEBUG
    ) {
      inlineDepth++
      let result: unknown
      try {
        result = onReady(this.outcome as T)
      } catch (error) {
        inlineDepth--
        return failedFuture(error)
      }
      inlineDepth--
      return isPrimitive(result) ? readyFuture(result as U) : Future.from(result as Eventual<U>)
    }
    return continueWith(this, THEN, onReady, onFailed)
  }

  /** Continues with the failure; a value passes through. */
  catch<U = never>(onFailed?: ((reason: unknown) => Eventual<U>) | null): Future<T | U> {
    return continueWith(this, THEN, undefined, onFailed)
  }

  /**
   * Continues with failures of one class; values and other failures pass through.
   *
   * @param type - an error class; its subclasses match, too
   */
  catchType<E, U>(
    type: abstract new (...args: never[]) => E,
    onFailed: (reason: E) => Eventual<U>,
  ): Future<T | U> {
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
    return continueWith(this, FINALLY, cleanup, undefined)
  }

  /** Continues with this future itself, settled: value and failure in one callback. */
  thenWrapped<U>(step: (settled: Future<T>) => Eventual<U>): Future<U> {
    return continueWith(this, WRAPPED, step, undefined)
  }

  /** Runs `step` with the value and waits for it; the value passes through unless `step` fails. */
  tap(step: (value: T) => Eventual<unknown>): Future<T> {
    return continueWith(this, TAP, step, undefined)
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
      if (!(consumer instanceof Link)) return notifyAll(source, consumer)
      consumer.advance(source)
      if (consumer.state === PENDING || consumer.consumer === undefined) return
      source = consumer
      if (isQuotaSpent()) return schedule(source)
    }
  }

  /** @internal */
  takeUnhandled(): boolean {
    if (this.state !== FAILED) return false
    this.state = FAILED_HANDLED
    return true
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

/** The write side of a {@link Future}: whoever has it decides the outcome, once. */
export class Deferred<T> {
  declare readonly future: Future<T>
  declare private isSettled: boolean

  constructor() {
    this.future = new Future<T>()
    this.isSettled = false
  }

  /**
   * Makes the future ready, or lets it follow another future or promise.
   *
   * Never runs user code: continuations are scheduled.
   *
   * @returns false if it was settled before; nothing changes then
   */
  resolve(value: Eventual<T>): boolean {
    if (this.isSettled) return false
    this.isSettled = true
    resolve(this.future, value)
    return true
  }

  /**
   * Fails the future with `reason` itself.
   *
   * @returns false if it was settled before; nothing changes then
   */
  reject(reason: unknown): boolean {
    if (this.isSettled) return false
    this.isSettled = true
    settle(this.future, FAILED, reason)
    return true
  }
}

/** A future that another one leads to, with what has to happen between them. */
class Link<T> extends Future<T> implements Consumer {
  declare kind: Kind
  declare onReady: Callback | undefined
  declare onFailed: Callback | undefined
  declare readonly context: AsyncContext | undefined

  constructor(kind: Kind, onReady: Callback | undefined, onFailed: Callback | undefined) {
    super()
    this.kind = kind
    this.onReady = onReady
    this.onFailed = onFailed
    this.context = captureContext()
  }

  onSettled(source: Future<unknown>): void {
    this.advance(source)
    if (this.state !== PENDING && this.consumer !== undefined) schedule(this)
  }

  /** Runs the callback that fits and settles; the caller goes on to the consumers. */
  advance(source: Future<unknown>): void {
    if (this.context === undefined) runLink(this, source)
    else this.context.runInAsyncScope(runLink, undefined, this, source)
  }
}

const IGNORE: Consumer = { onSettled: returnNothing }

function returnNothing(): void {}

function readyFuture<T>(value: T): Future<T> {
  const future = new Future<T>()
  future.state = READY
  future.outcome = value
  return future
}

function failedFuture<T>(reason: unknown): Future<T> {
  const future = new Future<T>()
  future.state = FAILED
  future.outcome = reason
  suspect(future)
  return future
}

/** The path of everything but a ready `then`. */
function continueWith<T, R>(
  source: Future<T>,
  kind: Kind,
  onReady: unknown,
  onFailed: unknown,
): Future<R> {
  const link = new Link<R>(kind, asCallback(onReady), asCallback(onFailed))
  if (source.state === PENDING || IS_DEBUG || inlineDepth >= MAX_INLINE_DEPTH) {
    consume(source, link)
    return link
  }
  if (source.state === FAILED) source.state = FAILED_HANDLED
  inlineDepth++
  runLink(link, source)
  inlineDepth--
  return link
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
    if (source.state !== PENDING) schedule(source)
  } else if (Array.isArray(first)) first.push(consumer)
  else source.consumer = [first, consumer]
  if (source.state === FAILED) source.state = FAILED_HANDLED
}

function notifyAll(source: Future<unknown>, consumers: Consumer | Consumer[]): void {
  if (!Array.isArray(consumers)) return consumers.onSettled(source)
  for (const consumer of consumers) consumer.onSettled(source)
}

/**
 * Settles a pending future; consumers are scheduled, never run.
 *
 * @internal
 */
export function settleReady<T>(future: Future<T>, value: T): void {
  settle(future, READY, value)
}

/** @internal */
export function settleFailed(future: Future<unknown>, reason: unknown): void {
  settle(future, FAILED, reason)
}

function settle(future: Future<unknown>, state: State, outcome: unknown): void {
  store(future, state, outcome)
  if (future.consumer !== undefined) schedule(future)
}

/** Stores an outcome, for a caller who goes on to the consumers by itself. */
function store(future: Future<unknown>, state: State, outcome: unknown): void {
  future.outcome = outcome
  if (state === READY) future.state = READY
  else if (future.consumer !== undefined) future.state = FAILED_HANDLED
  else {
    future.state = FAILED
    suspect(future)
  }
}

function runLink(link: Link<unknown>, source: Future<unknown>): void {
  const { state, outcome } = source
  switch (link.kind) {
    case THEN: {
      const step = state === READY ? link.onReady : link.onFailed
      return step === undefined ? store(link, state, outcome) : runStep(link, step, outcome)
    }
    case WRAPPED:
      return runStep(link, link.onReady as Callback, source)
    case TAP:
      return state === READY ? runAside(link, source) : store(link, state, outcome)
    case FINALLY:
      return runAside(link, source)
    case ADOPT:
      return store(link, state, outcome)
    case CLEANUP:
      return finishCleanup(link, link.onReady as unknown as Future<unknown>, source)
  }
}

function runStep(link: Link<unknown>, step: Callback, argument: unknown): void {
  // Callbacks are dropped before they run, so that what they close over can be collected.
  link.onReady = undefined
  link.onFailed = undefined
  let result: unknown
  try {
    result = step(argument)
  } catch (error) {
    return store(link, FAILED, error)
  }
  if (isPrimitive(result)) {
    link.outcome = result
    link.state = READY
  } else follow(link, result)
}

/** Gives `link` the outcome of `result`; the caller goes on to the consumers if that is known at once. */
function follow(link: Link<unknown>, result: unknown): void {
  if (!(result instanceof Future)) return resolve(link, result)
  if (result === link) return store(link, FAILED, new FutureCycleError())
  if (result.state === PENDING) {
    link.kind = ADOPT
    return consume(result, link)
  }
  if (result.state === FAILED) result.state = FAILED_HANDLED
  store(link, result.state, result.outcome)
}

/** Runs the callback of `finally` and `tap`: its value does not count, but its failure and its time do. */
function runAside(link: Link<unknown>, source: Future<unknown>): void {
  const aside = link.onReady
  const result =
    aside === undefined
      ? readyFuture(undefined)
      : Future.try(() => (link.kind === TAP ? aside(source.outcome) : aside(undefined)))
  if (result.state === PENDING) {
    link.kind = CLEANUP
    link.onReady = source as unknown as Callback
    consume(result, link)
  } else finishCleanup(link, source, result)
}

function finishCleanup(
  link: Link<unknown>,
  original: Future<unknown>,
  cleanup: Future<unknown>,
): void {
  link.onReady = undefined
  if (cleanup.state === READY) return store(link, original.state, original.outcome)
  cleanup.state = FAILED_HANDLED
  if (original.state === READY) return store(link, FAILED, cleanup.outcome)
  store(link, FAILED, new CleanupError(cleanup.outcome, original.outcome))
}

/** Settles a pending future with any value, or lets it follow (Promises/A+ 2.3). */
function resolve(future: Future<unknown>, value: unknown): void {
  if (isPrimitive(value)) settle(future, READY, value)
  else if (!(value instanceof Future)) resolveWithObject(future, value as Thenable)
  else if (value === future) settle(future, FAILED, new FutureCycleError())
  else if (value.state === PENDING) consume(value, new Forward(future))
  else {
    if (value.state === FAILED) value.state = FAILED_HANDLED
    settle(future, value.state, value.outcome)
  }
}

/** Passes an outcome on to a future that has been promised it. */
class Forward implements Consumer {
  readonly #target: Future<unknown>

  constructor(target: Future<unknown>) {
    this.#target = target
  }

  onSettled(source: Future<unknown>): void {
    settle(this.#target, source.state, source.outcome)
  }
}

interface Thenable {
  readonly then?: unknown
}

function resolveWithObject(future: Future<unknown>, value: Thenable): void {
  let then: unknown
  try {
    then = value.then
  } catch (error) {
    return settle(future, FAILED, error)
  }
  if (typeof then !== 'function') settle(future, READY, value)
  else subscribe(future, value, then)
}

/** Subscribes to a thenable that may be badly behaved: only its first answer counts. */
// oxlint-disable-next-line typescript/no-unsafe-function-type -- a thenable promises no more
function subscribe(future: Future<unknown>, thenable: Thenable, then: Function): void {
  // A native promise answers from a microtask with nothing else on the stack: continuations may run at once.
  const isNative = thenable instanceof Promise
  let isAnswered = false
  const answer = (settleIt: (target: Future<unknown>, outcome: unknown) => void) => {
    return (outcome: unknown): void => {
      if (isAnswered) return
      isAnswered = true
      if (!isNative) return settleIt(future, outcome)
      enterCallback()
      settleIt(future, outcome)
      leaveCallback()
    }
  }
  const fail = answer(settleFailed)
  try {
    then.call(thenable, answer(resolve), fail)
  } catch (error) {
    fail(error)
  }
}

function isPrimitive(value: unknown): boolean {
  return (typeof value !== 'object' || value === null) && typeof value !== 'function'
}
