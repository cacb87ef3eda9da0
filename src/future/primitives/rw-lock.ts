import { BrokenError } from '../errors.ts'
import { type Eventual, Future } from '../future.ts'
import { inTurns } from './in-turns.ts'
import { type NameOptions, readName } from './name-options.ts'
import { assertWork, releaseAfter } from './release-after.ts'
import { assertWaitOptions, type WaitOptions } from './wait-options.ts'
import { WaitingLine } from './waiting-line.ts'

/** Whether others may have the lock, too: readers may, a writer is alone. */
export type LockMode = 'read' | 'write'

/**
 * A lock that many readers share and a writer has alone.
 *
 * First come, first served: whoever comes behind somebody who waits, waits as well. So a stream of
 * readers cannot keep a writer out, nor writers a reader. It is not reentrant: a reader that asks again
 * while a writer waits, waits for itself.
 *
 * @see seastar `include/seastar/core/shared_mutex.hh`, `rwlock.hh`
 */
export class RwLock implements Disposable {
  readonly #what: string
  readonly #line: WaitingLine<LockMode, HeldLock>
  #readers = 0
  #isWriting = false
  #broken: { readonly reason: unknown } | undefined

  /** @throws {OptionError} if an option is unknown */
  constructor(options?: NameOptions) {
    this.#what = readName('lock', options)
    this.#line = new WaitingLine(this.#what, () => this.#serve())
  }

  /** How many have it for reading. */
  get readers(): number {
    return this.#readers
  }

  /** Whether somebody has it for writing. */
  get isWriting(): boolean {
    return this.#isWriting
  }

  /** How many wait, readers and writers. */
  get waiters(): number {
    return this.#line.length
  }

  /**
   * Takes the lock together with other readers.
   *
   * @returns ready at once if nobody writes or waits; fails with {@link TimeoutError}, the signal's
   *   reason or {@link AbortedError}, or what the lock was broken with
   * @throws {OptionError} if an option is wrong
   */
  read(options?: WaitOptions): Future<HeldLock> {
    return this.#take('read', options)
  }

  /**
   * Takes the lock alone.
   *
   * @returns ready at once if nobody has it or waits; fails as {@link read} does
   * @throws {OptionError} if an option is wrong
   */
  write(options?: WaitOptions): Future<HeldLock> {
    return this.#take('write', options)
  }

  /** @returns the lock, or `undefined` if one would have to wait */
  tryRead(): HeldLock | undefined {
    return this.#tryTake('read')
  }

  /** @returns the lock, or `undefined` if one would have to wait */
  tryWrite(): HeldLock | undefined {
    return this.#tryTake('write')
  }

  /**
   * Runs `work` together with other readers, and unlocks when it is done: on value, failure and throw.
   *
   * @returns the outcome of `work`, or fails as {@link read} does; then `work` is not called
   * @throws {OptionError} if `work` is not a function, or an option is wrong
   */
  withRead<T>(work: () => Eventual<T>, options?: WaitOptions): Future<T> {
    return this.#with('read', work, options)
  }

  /**
   * Runs `work` alone, and unlocks when it is done: on value, failure and throw.
   *
   * @returns the outcome of `work`, or fails as {@link read} does; then `work` is not called
   * @throws {OptionError} if `work` is not a function, or an option is wrong
   */
  withWrite<T>(work: () => Eventual<T>, options?: WaitOptions): Future<T> {
    return this.#with('write', work, options)
  }

  /**
   * Fails everybody who waits now or later; the first reason stays, and who has the lock keeps it.
   *
   * @param reason - what the waits fail with; a {@link BrokenError} by default
   */
  broken(reason: unknown = new BrokenError(this.#what)): void {
    if (this.#broken !== undefined) return
    this.#broken = { reason }
    this.#line.failAll(reason)
  }

  /** Breaks the lock: nobody must wait for an owner that is gone. */
  [Symbol.dispose](): void {
    this.broken()
  }

  /** Called once by each {@link HeldLock}. @internal */
  unlock(mode: LockMode): void {
    if (mode === 'read') this.#readers--
    else this.#isWriting = false
    this.#serve()
  }

  #with<T>(mode: LockMode, work: () => Eventual<T>, options?: WaitOptions): Future<T> {
    assertWork(work)
    const taken = this.#take(mode, options)
    return taken.isReady
      ? releaseAfter(work, taken.get())
      : taken.then((lock) => releaseAfter(work, lock))
  }

  #take(mode: LockMode, options: WaitOptions | undefined): Future<HeldLock> {
    assertWaitOptions('wait options', options)
    const refusal = this.#line.refusal(options)
    if (refusal !== undefined) return refusal
    if (this.#broken !== undefined) return Future.failed(this.#broken.reason)
    const lock = this.#tryTake(mode)
    return lock === undefined ? this.#line.park(mode, options) : Future.ready(lock)
  }

  #tryTake(mode: LockMode): HeldLock | undefined {
    const mustWait = this.#line.length > 0 || this.#broken !== undefined || !this.#isFreeFor(mode)
    return mustWait ? undefined : this.#grant(mode)
  }

  #isFreeFor(mode: LockMode): boolean {
    return !this.#isWriting && (mode === 'read' || this.#readers === 0)
  }

  #grant(mode: LockMode): HeldLock {
    if (mode === 'read') this.#readers++
    else this.#isWriting = true
    return new HeldLock(this, mode)
  }

  #serve(): void {
    if (this.#line.length > 0) inTurns(() => this.#serveNext())
  }

  #serveNext(): boolean {
    const mode = this.#line.firstRequest
    if (mode === undefined || !this.#isFreeFor(mode)) return false
    this.#line.serveFirst(this.#grant(mode))
    return true
  }
}

/** A taken {@link RwLock}; unlocks when it is disposed of, and only once. */
export class HeldLock implements Disposable {
  readonly mode: LockMode
  #lock: RwLock | undefined

  /** Made by the methods of {@link RwLock}. @internal */
  constructor(lock: RwLock, mode: LockMode) {
    this.#lock = lock
    this.mode = mode
  }

  get isHeld(): boolean {
    return this.#lock !== undefined
  }

  unlock(): void {
    const lock = this.#lock
    this.#lock = undefined
    lock?.unlock(this.mode)
  }

  [Symbol.dispose](): void {
    this.unlock()
  }
}
