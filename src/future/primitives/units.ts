import { OptionError } from '../../core/errors.ts'

/** Where units come from, and go back to. */
interface UnitSource {
  signal(units: number): void
}

/** @throws {OptionError} if `units` is not a whole number, 0 or more */
export function assertUnits(option: string, units: number): void {
  if (!Number.isSafeInteger(units) || units < 0) {
    throw new OptionError(option, units, 'a whole number, 0 or more')
  }
}

/**
 * Units taken from a {@link Semaphore}, which has them back when this is disposed of, and only once.
 *
 * @see seastar `semaphore_units` in `include/seastar/core/semaphore.hh`
 */
export class Units implements Disposable {
  readonly #semaphore: UnitSource
  #count: number

  /** Made by {@link Semaphore.getUnits} and `tryGetUnits`. @internal */
  constructor(semaphore: UnitSource, count: number) {
    this.#semaphore = semaphore
    this.#count = count
  }

  /** Units this still owns. */
  get count(): number {
    return this.#count
  }

  /**
   * Gives `units` back before the rest, or all.
   *
   * @throws {OptionError} if there are not so many
   */
  return(units: number = this.#count): void {
    this.#deduct(units)
    this.#semaphore.signal(units)
  }

  /**
   * Gives the ownership up without giving the units back: the caller answers for them from now on.
   *
   * @returns how many
   */
  release(): number {
    const count = this.#count
    this.#count = 0
    return count
  }

  /**
   * Moves `units` into an owner of their own.
   *
   * @throws {OptionError} if there are not so many
   */
  split(units: number): Units {
    this.#deduct(units)
    return new Units(this.#semaphore, units)
  }

  /**
   * Takes over all units of `other`, which is left with none.
   *
   * @throws {OptionError} if they are of another semaphore, or these very units
   */
  adopt(other: Units): void {
    if (!(other instanceof Units) || other === this || other.#semaphore !== this.#semaphore) {
      throw new OptionError('other', other, 'other units of the same semaphore')
    }
    this.#count += other.release()
  }

  /** Gives everything back that is left. */
  [Symbol.dispose](): void {
    this.return()
  }

  #deduct(units: number): void {
    assertUnits('units', units)
    if (units > this.#count) throw new OptionError('units', units, `at most ${this.#count}`)
    this.#count -= units
  }
}
