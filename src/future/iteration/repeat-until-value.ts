import { OptionError } from '../../core/errors.ts'
import type { Eventual, Future } from '../future.ts'
import { type SignalOptions, signalOption } from '../signals.ts'
import { SequentialLoop } from './sequential-loop.ts'

/**
 * Calls `body` again and again, each time when the call before has ended, until it gives a value.
 *
 * `undefined` is no value, `null` is one. Ready iterations follow each other without allocation and
 * without stack, and let others in when the quota ends.
 *
 * @param options - `signal` ends the loop with a failure, also while an iteration is at work
 * @returns the first value; fails with the first failure of `body`
 * @throws {OptionError} if `body` is not a function, or an option is unknown
 * @see seastar `include/seastar/core/loop.hh`, `repeat_until_value`
 */
export function repeatUntilValue<T>(
  body: () => Eventual<T | undefined>,
  options?: SignalOptions,
): Future<T> {
  if (typeof body !== 'function') throw new OptionError('repeatUntilValue body', body, 'a function')
  return new RepeatUntilValue(body, signalOption('repeatUntilValue', options)).begin()
}

class RepeatUntilValue<T> extends SequentialLoop<T> {
  readonly #body: () => Eventual<T | undefined>

  constructor(body: () => Eventual<T | undefined>, signal: AbortSignal | undefined) {
    super('repeatUntilValue', signal)
    this.#body = body
  }

  protected step(): unknown {
    return this.#body()
  }

  protected accept(value: unknown): void {
    if (value !== undefined) this.succeed(value as T)
  }
}
