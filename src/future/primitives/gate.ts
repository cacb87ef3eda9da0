import { ClosedError } from '../../core/errors.ts'
import { GateClosedError, GateUnderflowError } from '../errors.ts'
import { type Eventual, Future } from '../future.ts'
import { type NameOptions, readName } from './name-options.ts'
import { assertWork, releaseAfter } from './release-after.ts'
import { assertWaitOptions, type WaitOptions } from './wait-options.ts'
import { WaitingLine } from './waiting-line.ts'

/**
 * Counts work in flight, so that a shutdown lets no more begin and waits for what has begun.
 *
 * @see seastar `include/seastar/core/gate.hh`
 */
export class Gate implements AsyncDisposable {
  readonly #what: string
  readonly #closers: WaitingLine<undefined, void>
  #count = 0
  #isClosed = false

  /** @throws {OptionError} if an option is unknown */
  constructor(options?: NameOptions) {
    this.#what = readName('gate', options)
    this.#closers = new WaitingLine(this.#what)
  }

  /** How often it was entered and not left. */
  get count(): number {
    return this.#count
  }

  /** Whether `close` was called; there may still be work inside. */
  get isClosed(): boolean {
    return this.#isClosed
  }

  /** @throws {GateClosedError} if the gate is closed: before a long piece of work it is good to know */
  check(): void {
    if (this.#isClosed) throw new GateClosedError(this.#what)
  }

  /**
   * Counts one piece of work, until {@link leave}; prefer `with` and `hold`, which cannot forget.
   *
   * @throws {GateClosedError} if the gate is closed
   */
  enter(): void {
    this.check()
    this.#count++
  }

  /** @returns whether it was entered: false if the gate is closed */
  tryEnter(): boolean {
    if (this.#isClosed) return false
    this.#count++
    return true
  }

  /**
   * Takes back one `enter`; the last one lets `close` end.
   *
   * @throws {GateUnderflowError} if there is none to take back
   */
  leave(): void {
    if (this.#count === 0) throw new GateUnderflowError(this.#what)
    this.#count--
    if (this.#count === 0) this.#closers.serveAll()
  }

  /**
   * Enters and gives what leaves when it is disposed of.
   *
   * @throws {GateClosedError} if the gate is closed
   */
  hold(): Holder {
    this.enter()
    return new Holder(this)
  }

  /**
   * Runs `work` inside the gate, and leaves when it is done: on value, failure and throw.
   *
   * @returns the outcome of `work`; fails with {@link GateClosedError}, and `work` is not called, if the
   *   gate is closed
   * @throws {OptionError} if `work` is not a function
   */
  with<T>(work: () => Eventual<T>): Future<T> {
    assertWork(work)
    if (this.#isClosed) return Future.failed(new GateClosedError(this.#what))
    return releaseAfter(work, this.hold())
  }

  /**
   * Lets nobody in any more, from now on, and waits until everybody has left.
   *
   * May be called again, as several paths of a shutdown do: each call waits for the same moment.
   *
   * @param options - limit the wait, not the closing
   * @returns ready at once if nobody is inside; fails with {@link TimeoutError}, the signal's reason or
   *   {@link AbortedError}
   * @throws {OptionError} if an option is wrong; the gate is not closed then
   */
  close(options?: WaitOptions): Future<void> {
    assertWaitOptions('wait options', options)
    this.#isClosed = true
    const refusal = this.#closers.refusal(options)
    if (refusal !== undefined) return refusal
    return this.#count === 0 ? Future.ready() : this.#closers.park(undefined, options)
  }

  /** Counts a copy of a holder: one more of the work that is inside already, so a closed gate does not mind. @internal */
  reenter(): void {
    this.#count++
  }

  /** Closes, and waits as `close` does without a limit. */
  [Symbol.asyncDispose](): Future<void> {
    return this.close()
  }
}

/** One piece of work inside a {@link Gate}; leaves when it is disposed of, and only once. */
export class Holder implements Disposable {
  #gate: Gate | undefined

  /** Made by {@link Gate.hold}. @internal */
  constructor(gate: Gate) {
    this.#gate = gate
  }

  /**
   * A copy for work that this work begins; allowed even after `close`, which waits for it, too.
   *
   * @throws {ClosedError} if this one has left already
   */
  hold(): Holder {
    if (this.#gate === undefined) throw new ClosedError('The holder')
    this.#gate.reenter()
    return new Holder(this.#gate)
  }

  leave(): void {
    const gate = this.#gate
    this.#gate = undefined
    gate?.leave()
  }

  [Symbol.dispose](): void {
    this.leave()
  }
}
