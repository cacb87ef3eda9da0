import { enterCallback, leaveCallback } from '../core/run-queue.ts'
import { Deferred, Future } from '../future/index.ts'
import { type Cleanup, finishGenerator } from './cleanup.ts'
import type { AppRequest } from './request.ts'

/** Runs what dependencies have left to do when the last byte of the response has left. */
export class AfterResponse {
  readonly #log: (error: unknown, request: AppRequest) => void
  #pending = 0
  #settled: Deferred<void> | undefined

  constructor(log: (error: unknown, request: AppRequest) => void) {
    this.#log = log
  }

  add(cleanups: readonly Cleanup[], request: AppRequest): void {
    this.#pending++
    request.whenSent(() => {
      enterCallback()
      this.#runAll(cleanups, request)
      leaveCallback()
    })
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
