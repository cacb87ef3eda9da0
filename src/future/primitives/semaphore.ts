import { OptionError } from '../../core/errors.ts'
import { BrokenError } from '../errors.ts'
import { type Eventual, Future } from '../future.ts'
import { inTurns } from './in-turns.ts'
import { type NameOptions, readName } from './name-options.ts'
import { assertWork, releaseAfter } from './release-after.ts'
import { assertUnits, Units } from './units.ts'
import { assertWaitOptions, type WaitOptions } from './wait-options.ts'
import { WaitingLine } from './waiting-line.ts'

/** What a parked one wants, and whether it is given as {@link Units} or as a mere number. */
interface Demand {
  readonly units: number
  readonly isOwned: boolean
}

/**
 * A number of units that are taken and given back; who finds too few waits.
 *
 * Strictly first come, first served: nobody gets units while others wait, not even with `tryWait`, and
 * a big demand at the head makes small ones behind it wait, so that it is served some day. A demand
 * beyond all units there are is allowed: `signal` may add more.
 *
 * Whatever serves waiters settles their futures before it returns, and runs none of their continuations;
 * of more than 4096 the rest is served from the run queue.
 *
 * @see seastar `include/seastar/core/semaphore.hh`
 */
export class Semaphore implements Disposable {
  readonly #what: string
  readonly #line: WaitingLine<Demand, Units | undefined>
  #available: number
  #broken: { readonly reason: unknown } | undefined

  /**
   * @param count - units available at first, a whole number
   * @throws {OptionError} if `count` is negative or not whole, or an option is unknown
   */
  constructor(count: number, options?: NameOptions) {
    assertUnits('count', count)
    this.#available = count
    this.#what = readName('semaphore', options)
    this.#line = new WaitingLine(this.#what, () => this.#serve())
  }

  /** Units that can be taken now; negative while `consume` has taken more than there were. */
  get available(): number {
    return this.#available
  }

  /** How many wait. */
  get waiters(): number {
    return this.#line.length
  }

  get isBroken(): boolean {
    return this.#broken !== undefined
  }

  /**
   * Takes `units`, which the caller gives back with `signal`; prefer `with` and `getUnits`, which cannot forget.
   *
   * @returns ready at once if there are enough and nobody waits; fails with {@link TimeoutError}, the
   *   signal's reason or {@link AbortedError}, or what the semaphore was broken with
   * @throws {OptionError} if `units` is negative or not whole, or an option is wrong
   */
  wait(units = 1, options?: WaitOptions): Future<void> {
    return this.#take(units, false, options) as Future<void>
  }

  /** @returns whether `units` were taken: false if there are too few, or somebody waits */
  tryWait(units = 1): boolean {
    assertUnits('units', units)
    if (!this.#canServe(units)) return false
    this.#available -= units
    return true
  }

  /**
   * Gives `units` back, or adds new ones; nothing happens once the semaphore is broken.
   *
   * @throws {OptionError} if `units` is negative or not whole, or the sum beyond what a number can count
   */
  signal(units = 1): void {
    assertUnits('units', units)
    if (this.#broken !== undefined) return
    if (!Number.isSafeInteger(this.#available + units)) {
      throw new OptionError(
        'units',
        units,
        `at most ${Number.MAX_SAFE_INTEGER} with those available`,
      )
    }
    this.#available += units
    this.#serve()
  }

  /**
   * Takes `units` without waiting, even if there are not so many: others wait until they are given back.
   *
   * @throws {OptionError} if `units` is negative or not whole
   */
  consume(units = 1): void {
    assertUnits('units', units)
    if (this.#broken === undefined) this.#available -= units
  }

  /**
   * As {@link wait}, with an owner for the units that gives them back, once.
   *
   * @returns fails as `wait` does
   * @throws {OptionError} as `wait` does
   */
  getUnits(units = 1, options?: WaitOptions): Future<Units> {
    return this.#take(units, true, options) as Future<Units>
  }

  /** As {@link tryWait}: `undefined` if there are too few, or somebody waits. */
  tryGetUnits(units = 1): Units | undefined {
    return this.tryWait(units) ? new Units(this, units) : undefined
  }

  /**
   * Runs `work` with one unit, or `units`, and gives them back when it is done: on value, failure and throw.
   *
   * @returns the outcome of `work`, or fails as `wait` does; then `work` is not called
   * @throws {OptionError} as `wait` does, or if `work` is not a function
   */
  with<T>(work: () => Eventual<T>, options?: WaitOptions): Future<T>
  with<T>(units: number, work: () => Eventual<T>, options?: WaitOptions): Future<T>
  with<T>(
    first: number | (() => Eventual<T>),
    second?: (() => Eventual<T>) | WaitOptions,
    third?: WaitOptions,
  ): Future<T> {
    const isBare = typeof first === 'function'
    const work = (isBare ? first : second) as () => Eventual<T>
    assertWork(work)
    const taken = this.getUnits(isBare ? 1 : first, isBare ? (second as WaitOptions) : third)
    return taken.isReady
      ? releaseAfter(work, taken.get())
      : taken.then((units) => releaseAfter(work, units))
  }

  /**
   * Fails everybody who waits now or later; units that come back are no longer counted.
   *
   * The first reason stays; whoever has units is not disturbed.
   *
   * @param reason - what the waits fail with; a {@link BrokenError} by default
   */
  broken(reason: unknown = new BrokenError(this.#what)): void {
    if (this.#broken !== undefined) return
    this.#broken = { reason }
    this.#available = 0
    this.#line.failAll(reason)
  }

  /** Breaks the semaphore: nobody must wait for an owner that is gone. */
  [Symbol.dispose](): void {
    this.broken()
  }

  #take(
    units: number,
    isOwned: boolean,
    options: WaitOptions | undefined,
  ): Future<Units | undefined> {
    assertUnits('units', units)
    assertWaitOptions('wait options', options)
    const refusal = this.#line.refusal(options)
    if (refusal !== undefined) return refusal
    if (this.#broken !== undefined) return Future.failed(this.#broken.reason)
    if (!this.#canServe(units)) return this.#line.park({ units, isOwned }, options)
    return Future.ready(this.#grant(units, isOwned))
  }

  #canServe(units: number): boolean {
    return this.#available >= units && this.#line.length === 0 && this.#broken === undefined
  }

  #grant(units: number, isOwned: boolean): Units | undefined {
    this.#available -= units
    return isOwned ? new Units(this, units) : undefined
  }

  #serve(): void {
    if (this.#line.length > 0) inTurns(() => this.#serveNext())
  }

  #serveNext(): boolean {
    const demand = this.#line.firstRequest
    if (demand === undefined || demand.units > this.#available) return false
    this.#line.serveFirst(this.#grant(demand.units, demand.isOwned))
    return true
  }
}
