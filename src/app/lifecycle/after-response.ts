import { OptionError } from '../../core/errors.ts'
import { enterCallback, leaveCallback } from '../../core/run-queue.ts'
import { Deferred, type Eventual, Future } from '../../future/index.ts'
import { type Cleanup, finishGenerator } from '../dependencies/cleanup.ts'
import type { AppRequest } from '../request.ts'
import type { BackgroundWork } from './background-work.ts'

/**
 * Runs what dependencies have left to do when the last byte of the response has left, and the
 * background work of handlers.
 */
export class AfterResponse {
  readonly #log: (error: unknown, request: AppRequest) => void
  readonly #work: BackgroundWork
  #pending = 0
  #settled: Deferred<void> | undefined

  constructor(log: (error: unknown, request: AppRequest) => void, work: BackgroundWork) {
    this.#log = log
    this.#work = work
  }

  add(cleanups: readonly Cleanup[], request: AppRequest): void {
    this.#pending++
    request.whenSent(() => {
      enterCallback()
      this.#runAll(cleanups, request)
      leaveCallback()
    })
  }

  /** Counts cleanups whose time is known to somebody else, such as the end of a socket. @returns runs them */
  reserve(cleanups: readonly Cleanup[], request: AppRequest): () => void {
    this.#pending++
    return () => this.#runAll(cleanups, request)
  }

  /** Runs `work` in the group of background work; counts as unsettled until it has ended. */
  background<T>(work: () => Eventual<T>): Future<T> {
    if (typeof work !== 'function') throw new OptionError('background()', work, 'a function')
    try {
      this.#work.reserve()
    } catch (error) {
      return Future.failed(error)
    }
    const done = this.#work.runReserved(work)
    this.#pending++
    return done.finally(() => this.#finishOne())
  }

  settled(): Future<void> {
    if (this.#pending === 0) return Future.ready()
    this.#settled ??= new Deferred()
    return this.#settled.future
  }

  #runAll(cleanups: readonly Cleanup[], request: AppRequest): void {
    let done: Future<void> = Future.ready()
    for (const cleanup of cleanups.toReversed()) {
      done = done.then(() => finishGenerator(cleanup)).catch((reason) => this.#log(reason, request))
    }
    done.then(() => this.#finishOne()).ignore()
  }

  #finishOne(): void {
    this.#pending--
    if (this.#pending > 0) return
    this.#settled?.resolve()
    this.#settled = undefined
  }
}
