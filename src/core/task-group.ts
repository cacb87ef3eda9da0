import { OptionError } from './errors.ts'
import { integerOption, rejectUnknownOptions } from './options.ts'
import { RingBuffer } from './ring-buffer.ts'
import type { Task } from './task.ts'

const DEFAULT_SHARES = 100
const MAX_SHARES = 1_000

export interface TaskGroupOptions {
  /** Weight against the other groups, 1 to 1,000; 100 by default. */
  readonly shares?: number
}

/** What a group has done. */
export interface TaskGroupStats {
  readonly name: string
  readonly shares: number
  /** Tasks run since the thread started. */
  readonly executed: number
  /** Tasks waiting now. */
  readonly pending: number
  /** Milliseconds its tasks have run; of the group `http` only while another group has work, too. */
  readonly runMs: number
}

/**
 * Tasks that share a claim to the processor: while several groups have work, each gets run time in
 * proportion to its shares, however many tasks it has and however long they are.
 *
 * A group that has nothing to do costs the others nothing and saves nothing up.
 *
 * @see seastar `include/seastar/core/scheduling.hh`
 */
export class TaskGroup {
  readonly name: string
  #shares: number
  /** @internal */
  readonly tasks: RingBuffer<Task>
  /** Run time weighed by the shares, in milliseconds: the group that has had least runs next. @internal */
  virtualMs: number
  /** It has, or just had, tasks. @internal */
  isBusy: boolean
  /** @internal */
  runMs: number
  /** @internal */
  executed: number

  /** @throws {OptionError} if the name is empty, the shares are not from 1 to 1,000, or an option is unknown */
  constructor(name: string, options: TaskGroupOptions = {}) {
    if (typeof name !== 'string' || name === '') {
      throw new OptionError('TaskGroup name', name, 'a string that is not empty')
    }
    rejectUnknownOptions('TaskGroup options', options, ['shares'])
    this.name = name
    this.#shares = checkShares(options.shares)
    this.tasks = new RingBuffer<Task>(256)
    this.virtualMs = 0
    this.isBusy = false
    this.runMs = 0
    this.executed = 0
  }

  get shares(): number {
    return this.#shares
  }

  /** Takes effect with the next choice of a group. */
  set shares(shares: number) {
    this.#shares = checkShares(shares)
  }

  stats(): TaskGroupStats {
    const { name, shares, executed, runMs } = this
    return { name, shares, executed, pending: this.tasks.length, runMs }
  }

  /** Its tasks have run for so long. @internal */
  charge(ms: number): void {
    this.runMs += ms
    this.virtualMs += (ms * DEFAULT_SHARES) / this.#shares
  }
}

function checkShares(shares: number | undefined): number {
  return integerOption('shares', shares, DEFAULT_SHARES, 1, MAX_SHARES)
}
