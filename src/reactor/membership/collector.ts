import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import type { Eventual } from '../../future/index.ts'
import { Future } from '../../future/index.ts'
import { messageOf } from '../errors.ts'
import { membership } from './membership.ts'
import type { Reading } from './messages.ts'

const DEFAULT_TIMEOUT_MS = 1_000

/**
 * A question that every reactor can answer, and any of them can ask: numbers, health, caches.
 *
 * Each reactor makes it when its module is loaded, under one name. Whoever gathers gets what all
 * reactors say, its own included; a reactor that is stuck or being restarted holds up nobody.
 */
export class Collector<Value> {
  readonly #name: string
  readonly #collect: () => Eventual<Value>

  /**
   * @param name - the same in every reactor; the last collector of a name answers for it
   * @param collect - gives what this reactor has to say: plain data, as `structuredClone` takes it
   * @throws {OptionError} if `name` is empty or `collect` is no function
   */
  constructor(name: string, collect: () => Eventual<Value>) {
    if (typeof name !== 'string' || name === '') {
      throw new OptionError('new Collector() name', name, 'a text')
    }
    if (typeof collect !== 'function') {
      throw new OptionError('new Collector() collect', collect, 'a function')
    }
    this.#name = name
    this.#collect = collect
    membership?.addCollector(name, collect)
  }

  /**
   * Asks all reactors.
   *
   * @param options - `timeoutMs`: how long a reactor may take; default 1,000
   * @returns one reading for each reactor, in the order of their ids; those that did not answer
   * say why. Without reactors there is one reading. Never fails
   * @throws {OptionError} for an unknown option or a bad timeout
   */
  gather(options: { readonly timeoutMs?: number } = {}): Future<readonly Reading<Value>[]> {
    rejectUnknownOptions('gather options', options, ['timeoutMs'])
    const timeoutMs = integerOption(
      'gather options.timeoutMs',
      options.timeoutMs,
      DEFAULT_TIMEOUT_MS,
      1,
      0x7fffffff,
    )
    if (membership?.isJoined === true) {
      return membership.gather(this.#name, timeoutMs) as Future<readonly Reading<Value>[]>
    }
    return Future.try(this.#collect).then(
      (value) => [{ reactor: 0, value }],
      (reason) => [{ reactor: 0, failure: messageOf(reason) }],
    )
  }
}
