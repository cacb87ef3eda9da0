import { enterCallback, leaveCallback } from '../core/run-queue.ts'
import { Deferred, Future } from '../future/index.ts'
import { type Cleanup, finishGenerator } from './cleanup.ts'
import type { AppRequest } from './request.ts'

/**
 * Runs what dependencies have left to do when the response is out.
 *
 * The engine writes a response in the turn in which it is made, so the next turn of the event loop
 * is after its last byte was handed to the system. All of one turn share one callback.
 */
export class AfterResponse {
  readonly #log: (error: unknown, request: AppRequest) => void
  #queue: { readonly cleanups: readonly Cleanup[]; readonly request: AppRequest }[] = []
  #pending = 0
  #settled: Deferred<void> | undefined

  constructor(log: (error: unknown, request: AppRequest) => void) {
    this.#log = log
  }

  add(cleanups: readonly Cleanup[], request: AppRequest): void {
    this.#pending++
    this.#queue.push({ cleanups, request })
    if (this.#queue.length === 1) setImmediate(() => this.#runQueue())
  }

  /** {@link add} at once, but run not before `start` is called. @returns start */
  reserve(cleanups: readonly Cleanup[], request: AppRequest): () => void {
    this.#pending++
    return () => {
      this.#pending--
      this.add(cleanups, request)
    }
  }

  settled(): Future<void> {
    if (this.#pending === 0) return Future.ready()
    this.#settled ??= new Deferred()
    return this.#settled.future
  }

  #runQueue(): void {
    const queue = this.#queue
    this.#queue = []
    enterCallback()
    for (const { cleanups, request } of queue) this.#runAll(cleanups, request)
    leaveCallback()
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
