import { OptionError } from '../../core/errors.ts'
import type { Eventual, Future } from '../future.ts'
import { type SignalOptions, signalOption } from '../signals.ts'
import { SequentialLoop } from './sequential-loop.ts'

/** What the body of `repeat` gives to end the loop. */
export const STOP: unique symbol = Symbol('STOP')

/**
 * Calls `body` again and again, each time when the call before has ended, until it gives {@link STOP}.
 *
 * Ready iterations follow each other without allocation and without stack, and let others in when the
 * quota ends: the safe replacement for recursion. Anything but `STOP` or nothing is refused, since a
 * body that gives `true` or `false` means something else than it says.
 *
 * @param options - `signal` ends the loop with a failure, also while an iteration is at work
 * @returns fails with the first failure of `body`; fails with {@link OptionError} if `body` gives
 *   anything but `STOP` or nothing
 * @throws {OptionError} if `body` is not a function, or an option is unknown
 * @see seastar `include/seastar/core/loop.hh`, `repeat`
 */
export function repeat(
  body: () => Eventual<typeof STOP | undefined | void>,
  options?: SignalOptions,
): Future<void> {
  if (typeof body !== 'function') throw new OptionError('repeat body', body, 'a function')
  return new Repeat(body, signalOption('repeat', options)).begin()
}

class Repeat extends SequentialLoop<void> {
  readonly #body: () => unknown

  constructor(body: () => unknown, signal: AbortSignal | undefined) {
    super('repeat', signal)
    this.#body = body
  }

  protected step(): unknown {
    return this.#body()
  }

  protected accept(value: unknown): void {
    if (value === undefined) return
    if (value === STOP) this.succeed()
    else throw new OptionError("The result of repeat's body", value, 'STOP or nothing')
  }
}
