import { OptionError } from '../../core/errors.ts'
import { BrokenError } from '../errors.ts'
import { Future, pendingFuture, settleFailed, settleReady } from '../future.ts'
import { timeoutAsync } from '../time/timeout.ts'
import { type NameOptions, readName } from './name-options.ts'
import { assertWaitOptions, type WaitOptions } from './wait-options.ts'
import { WaitingLine } from './waiting-line.ts'

/**
 * Lets work wait until other work says that something has changed.
 *
 * Unlike that of POSIX, a `signal` that finds nobody waiting is remembered, once: the next wait is
 * ready at once. There is no lock to go with it, because nothing else runs between two waits.
 *
 * @see seastar `include/seastar/core/condition-variable.hh`
 */
export class ConditionVariable implements Disposable {
  readonly #what: string
  readonly #line: WaitingLine<undefined, void>
  #isSignalled = false
  #broken: { readonly reason: unknown } | undefined

  /** @throws {OptionError} if an option is unknown */
  constructor(options?: NameOptions) {
    this.#what = readName('condition variable', options)
    this.#line = new WaitingLine(this.#what)
  }

  /** How many wait. */
  get waiters(): number {
    return this.#line.length
  }

  /**
   * Waits for a `signal` of one's own, or for a `broadcast`.
   *
   * With `predicate`, waits until it says true: it is asked at once, and again after each wake-up; in
   * between the wait stands behind all others again. The limits of `options` hold for all of it.
   *
   * @param predicate - gives a boolean, and neither a promise nor a future: those would always count as true
   * @returns ready at once if a signal was remembered, or the predicate says true; fails with
   *   {@link TimeoutError}, the signal's reason or {@link AbortedError}, what the predicate throws, or what
   *   the condition variable was broken with
   * @throws {OptionError} if an option is wrong, or the predicate not a function
   */
  wait(options?: WaitOptions): Future<void>
  wait(predicate: () => boolean, options?: WaitOptions): Future<void>
  wait(first?: WaitOptions | (() => boolean), second?: WaitOptions): Future<void> {
    if (typeof first === 'function') return this.#waitUntil(first, second)
    if (second !== undefined) throw new OptionError('predicate', first, 'a function')
    assertWaitOptions('wait options', first)
    return this.#waitOnce(first)
  }

  /** Wakes the one who waits longest; if nobody does, the next one to wait need not. */
  signal(): void {
    if (this.#line.length > 0) this.#line.serveFirst()
    else if (this.#broken === undefined) this.#isSignalled = true
  }

  /** Wakes everybody who waits now; it is not remembered. */
  broadcast(): void {
    this.#line.serveAll()
  }

  /**
   * Fails everybody who waits now or later; the first reason stays.
   *
   * @param reason - what the waits fail with; a {@link BrokenError} by default
   */
  broken(reason: unknown = new BrokenError(this.#what)): void {
    if (this.#broken !== undefined) return
    this.#broken = { reason }
    this.#isSignalled = false
    this.#line.failAll(reason)
  }

  /** Breaks the condition variable: nobody must wait for an owner that is gone. */
  [Symbol.dispose](): void {
    this.broken()
  }

  #waitOnce(options: WaitOptions | undefined): Future<void> {
    const refusal = this.#line.refusal(options)
    if (refusal !== undefined) return refusal
    if (this.#broken !== undefined) return Future.failed(this.#broken.reason)
    if (!this.#isSignalled) return this.#line.park(undefined, options)
    this.#isSignalled = false
    return Future.ready()
  }

  #waitUntil(predicate: () => boolean, options: WaitOptions = {}): Future<void> {
    assertWaitOptions('wait options', options)
    const refusal = this.#line.refusal(options)
    if (refusal !== undefined) return refusal
    const { timeoutMs, ...rest } = options
    if (timeoutMs === undefined) return this.#askUntil(predicate, rest)
    // One limit for all of the waits together.
    return timeoutAsync((signal) => this.#askUntil(predicate, { signal }), timeoutMs, {
      ...rest,
      what: `The wait for ${this.#what}`,
    })
  }

  #askUntil(predicate: () => boolean, options: WaitOptions): Future<void> {
    const done = pendingFuture<void>()
    const fail = (reason: unknown): void => settleFailed(done, reason)
    const ask = (): void => {
      try {
        if (isTrue(predicate)) settleReady(done, undefined)
        // Each round has a chain of its own; one chain through all rounds would grow with their number.
        else this.#waitOnce(options).then(ask, fail).ignore()
      } catch (error) {
        fail(error)
      }
    }
    ask()
    return done
  }
}

function isTrue(predicate: () => boolean): boolean {
  const answer = predicate()
  if (typeof answer !== 'boolean')
    throw new OptionError('predicate', answer, 'a function that gives a boolean')
  return answer
}
