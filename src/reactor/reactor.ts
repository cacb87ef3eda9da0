import { isMainThread } from 'node:worker_threads'
import type { ClockTimer } from '../core/timer.ts'
import { boot } from './identity.ts'
import { membership } from './membership/membership.ts'
import {
  createStatsMemory,
  type ReactorStats,
  readStats,
  StatsCells,
} from './sight/reactor-stats.ts'
import { StatsPublisher } from './sight/stats-publisher.ts'
import { type DeadlineOptions, nowNs, timerAt } from './timers/timer.ts'

/**
 * The event loop of one core, as the code that runs on it sees it.
 *
 * Without reactors the main thread is the only one, with core id 0.
 */
export class Reactor {
  /** The reactor of this thread. */
  static readonly current: Reactor = new Reactor()

  /** Core id of the reactor, from 0. */
  readonly coreId: number = boot?.id ?? 0
  /** Reactors of this process: 1 on a main thread, which may be their supervisor. */
  readonly count: number = boot?.count ?? 1
  /** How often the reactor of this core was started again or replaced. */
  readonly generation: number = boot?.generation ?? 0

  /** On a thread that no supervisor started: from the first time on that somebody asks. */
  #publisher: StatsPublisher | undefined
  #memory: SharedArrayBuffer | undefined

  private constructor() {}

  /** @returns the numbers of this thread's reactor, as of now */
  stats(): ReactorStats {
    if (membership !== undefined) return membership.stats()
    this.#publisher ??= new StatsPublisher(new StatsCells(this.#openMemory(), 0, 0))
    return this.#publisher.publish()
  }

  /** @returns where its numbers are kept, from now on: for a thread that watches this one @internal */
  shareStats(): SharedArrayBuffer {
    this.stats()
    return this.#openMemory()
  }

  #openMemory(): SharedArrayBuffer {
    this.#memory ??= createStatsMemory(1)
    return this.#memory
  }

  /**
   * @returns the numbers of every reactor that serves, in the order of the cores; those of other
   * cores are at most a quarter of a second old, and are read from shared memory without asking
   */
  static stats(): readonly ReactorStats[] {
    const own = Reactor.current.stats()
    return boot?.stats === undefined ? [own] : readStats(boot.stats)
  }

  /** Core id of this thread's reactor, from 0. */
  static get coreId(): number {
    return Reactor.current.coreId
  }

  /** Reactors of this process, as this thread knows it. */
  static get count(): number {
    return Reactor.current.count
  }

  /** Nanoseconds of a monotonic clock that all reactors share; see {@link nowNs}. */
  static nowNs(): number {
    return nowNs()
  }

  /**
   * Calls `callback` on this reactor once its clock has reached `deadlineNs`; see {@link timerAt}.
   *
   * @param deadlineNs - a time of {@link Reactor.nowNs}, not a duration
   * @throws {OptionError} if `deadlineNs` is neither a number nor a bigint, `callback` is not a
   *   function, or an option is not what it should be
   */
  timer(
    deadlineNs: number | bigint,
    callback: () => void,
    options: DeadlineOptions = {},
  ): ClockTimer {
    return timerAt(deadlineNs, callback, options)
  }

  /**
   * True in the one place where things are done once for the process: the main thread, be it the
   * supervisor of reactors or the only reactor itself. False in reactors that a supervisor started.
   */
  static get isMain(): boolean {
    return isMainThread && boot === undefined
  }
}
