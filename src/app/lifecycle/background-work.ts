import { LimitError, OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import {
  type Eventual,
  type Future,
  runInGroup,
  Semaphore,
  taskGroups,
} from '../../future/index.ts'

/** How much background work an app takes, in each reactor. */
export interface BackgroundOptions {
  /** So much runs at once; default 100. */
  readonly maxConcurrent?: number
  /** So much more waits for its turn, or for its response to be sent; default 10,000. */
  readonly maxWaiting?: number
}

/** The background work of an app: in the task group `background`, within limits. */
export class BackgroundWork {
  readonly #semaphore: Semaphore
  readonly #maxPending: number
  #pending = 0

  /** @throws {OptionError} on unknown or impossible options */
  constructor(options: BackgroundOptions = {}) {
    const where = 'new App().background'
    if (typeof options !== 'object' || options === null) {
      throw new OptionError(where, options, 'an object of options')
    }
    rejectUnknownOptions(where, options, ['maxConcurrent', 'maxWaiting'])
    const concurrent = integerOption(`${where}.maxConcurrent`, options.maxConcurrent, 100, 1)
    const waiting = integerOption(`${where}.maxWaiting`, options.maxWaiting, 10_000, 0)
    this.#semaphore = new Semaphore(concurrent, { name: 'background work' })
    this.#maxPending = concurrent + waiting
  }

  /**
   * Counts work that is to come; {@link runReserved} or {@link release} must follow.
   *
   * @throws {LimitError} if there is too much of it
   */
  reserve(): void {
    if (this.#pending >= this.#maxPending) {
      throw new LimitError('background work', this.#maxPending)
    }
    this.#pending++
  }

  release(): void {
    this.#pending--
  }

  /** Runs what was counted before, when its turn comes. */
  runReserved<T>(work: () => Eventual<T>): Future<T> {
    return this.#semaphore
      .with(() => runInGroup(taskGroups.background, work))
      .finally(() => this.release())
  }
}
