import { isMainThread } from 'node:worker_threads'
import { boot } from './identity.ts'

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

  private constructor() {}

  /** Core id of this thread's reactor, from 0. */
  static get coreId(): number {
    return Reactor.current.coreId
  }

  /** Reactors of this process, as this thread knows it. */
  static get count(): number {
    return Reactor.current.count
  }

  /**
   * True in the one place where things are done once for the process: the main thread, be it the
   * supervisor of reactors or the only reactor itself. False in reactors that a supervisor started.
   */
  static get isMain(): boolean {
    return isMainThread && boot === undefined
  }
}
