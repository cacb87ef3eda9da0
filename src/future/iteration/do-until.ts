import { OptionError } from '../../core/errors.ts'
import type { Eventual, Future } from '../future.ts'
import { type SignalOptions, signalOption } from '../signals.ts'
import { SequentialLoop } from './sequential-loop.ts'

/**
 * Calls `body` again and again, each time when the call before has ended, until `stop` says so.
 *
 * `stop` is asked before each call, so `body` may never be called. Ready iterations follow each other
 * without allocation and without stack, and let others in when the quota ends.
 *
 * @param stop - gives true to end the loop; must answer at once
 * @param body - its value does not count
 * @param options - `signal` ends the loop with a failure, also while an iteration is at work
 * @returns fails with the first failure of `body` or `stop`; fails with {@link OptionError} if `stop`
 *   gives anything but true or false
 * @throws {OptionError} if `stop` or `body` is not a function, or an option is unknown
 * @see seastar `include/seastar/core/loop.hh`, `do_until`
 */
export function doUntil(
  stop: () => boolean,
  body: () => Eventual<unknown>,
  options?: SignalOptions,
): Future<void> {
  if (typeof stop !== 'function') throw new OptionError('doUntil stop', stop, 'a function')
  if (typeof body !== 'function') throw new OptionError('doUntil body', body, 'a function')
  return new DoUntil(stop, body, signalOption('doUntil', options)).begin()
}

class DoUntil extends SequentialLoop<void> {
  readonly #stop: () => boolean
  readonly #body: () => unknown

  constructor(stop: () => boolean, body: () => unknown, signal: AbortSignal | undefined) {
    super('doUntil', signal)
    this.#stop = stop
    this.#body = body
  }

  protected step(): unknown {
    const isOver = this.#stop()
    // A future would count as true, and the loop would end without a word.
    if (typeof isOver !== 'boolean') {
      throw new OptionError("The result of doUntil's stop", isOver, 'a boolean')
    }
    return isOver ? this.succeed() : this.#body()
  }

  protected accept(): void {}
}
