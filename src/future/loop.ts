import { type AsyncContext, captureContext } from '../core/async-context.ts'
import { isQuotaSpent, schedule, type Task } from '../core/run-queue.ts'
import { FREE_STEPS } from './free-steps.ts'
import { type Consumer, type Future, pendingFuture, settleFailed, settleReady } from './future.ts'
import { abortReason, whenAborted } from './signals.ts'

/**
 * Work in steps that comes to one result.
 *
 * Steps that are ready follow each other in a plain loop, which lets others in when the quota ends.
 * User code runs in the async context of whoever began the loop, whoever makes it go on.
 */
export abstract class Loop<R> implements Consumer, Task {
  protected readonly result: Future<R> = pendingFuture<R>()
  readonly #what: string
  readonly #signal: AbortSignal | undefined
  readonly #context: AsyncContext | undefined = captureContext()
  #stopListening: (() => void) | undefined
  #freeSteps = FREE_STEPS
  #isAdvancing = false
  #isScheduled = false

  /** @param what - how messages call it */
  constructor(what: string, signal: AbortSignal | undefined) {
    this.#what = what
    this.#signal = signal
  }

  begin(): Future<R> {
    const signal = this.#signal
    this.#advance()
    if (signal !== undefined && this.result.isPending) {
      this.#stopListening = whenAborted(signal, () => this.fail(abortReason(signal, this.#what)))
    }
    return this.result
  }

  /** The quota had ended, and there is a new one. */
  run(): void {
    this.#isScheduled = false
    this.resume()
  }

  /** What the loop waits for has settled. */
  onSettled(_source: Future<unknown>): void {
    this.resume()
  }

  /** Takes steps until there is nothing to do but wait, or the result is settled. */
  protected abstract advance(): void

  /** Called when the loop has failed, also from outside: nothing it has begun is needed any more. */
  protected failed(_reason: unknown): void {}

  /** Goes on, in the right context. */
  protected resume(): void {
    if (!this.result.isPending) return
    if (this.#context === undefined) this.#advance()
    else this.#context.runInAsyncScope(Loop.#advanceIn, undefined, this, undefined)
  }

  /** @returns whether a step may be taken now; if not, the loop has failed or goes on later */
  protected mayStep(): boolean {
    if (!this.result.isPending) return false
    if (this.#signal?.aborted === true) {
      this.fail(abortReason(this.#signal, this.#what))
      return false
    }
    if (this.#freeSteps > 0) this.#freeSteps--
    else if (isQuotaSpent()) {
      if (!this.#isScheduled) schedule(this)
      this.#isScheduled = true
      return false
    }
    return true
  }

  protected succeed(value: R): void {
    if (!this.result.isPending) return
    settleReady(this.result, value)
    this.#stopListening?.()
  }

  protected fail(reason: unknown): void {
    if (!this.result.isPending) return
    settleFailed(this.result, reason)
    this.#stopListening?.()
    this.failed(reason)
  }

  static #advanceIn(loop: Loop<unknown>): void {
    loop.#advance()
  }

  /** User code within a step may drain the run queue, and so come back to this loop. */
  #advance(): void {
    if (this.#isAdvancing) return
    this.#isAdvancing = true
    this.advance()
    this.#isAdvancing = false
  }
}
