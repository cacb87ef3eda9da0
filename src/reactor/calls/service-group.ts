import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { Semaphore } from '../../future/primitives/semaphore.ts'

export interface ServiceGroupOptions {
  /** Calls of the group from this core to one other that may be under way; further ones wait in line. */
  readonly concurrency: number
}

/**
 * Calls that share a limit, so that one kind of work cannot flood another core.
 *
 * The limit is that of one core's calls to one other core; calls of the own core are not counted.
 *
 * @see seastar `smp_service_group`
 */
export class ServiceGroup {
  readonly #concurrency: number
  readonly #semaphores = new Map<number, Semaphore>()

  /** @throws {OptionError} if `concurrency` is not a whole number from 1, or an option is unknown */
  constructor(options: ServiceGroupOptions) {
    rejectUnknownOptions('service group options', options, ['concurrency'])
    this.#concurrency = integerOption('concurrency', options.concurrency ?? Number.NaN, 1, 1)
  }

  /** Counts the calls to `core`. @internal */
  semaphoreFor(core: number): Semaphore {
    let semaphore = this.#semaphores.get(core)
    if (semaphore === undefined) {
      semaphore = new Semaphore(this.#concurrency, { name: `calls to core ${core}` })
      this.#semaphores.set(core, semaphore)
    }
    return semaphore
  }
}
