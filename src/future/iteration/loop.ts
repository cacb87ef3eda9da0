import { type AsyncContext, captureContext } from '../../core/async-context.ts'
import { currentGroup, isQuotaSpent, schedule, type Task } from '../../core/run-queue.ts'
import { Undertaking } from '../combinators/undertaking.ts'
import type { Consumer, Future } from '../future.ts'
import { FREE_STEPS } from './free-steps.ts'

/**
 * Work in steps that comes to one result.
 *
 * Steps that are ready follow each other in a plain loop, which lets others in when the quota ends.
 * User code runs in the async context and in the task group of whoever began the loop, whoever makes
 * it go on.
 */
export abstract class Loop<R> extends Undertaking<R> implements Consumer, Task {
  readonly #context: AsyncContext | undefined = captureContext()
  readonly #group = currentGroup()
  #freeSteps = FREE_STEPS
  #isAdvancing = false
  #isScheduled = false

  begin(): Future<R> {
    this.#advance()
    this.park()
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

  /** Goes on, in the right group and context. */
  protected resume(): void {
    if (!this.result.isPending) return
    if (currentGroup() !== this.#group) this.#schedule()
    else if (this.#context === undefined) this.#advance()
    else this.#context.runInAsyncScope(call, undefined, () => this.#advance(), undefined)
  }

  /** @returns whether a step may be taken now; if not, the loop has failed or goes on later */
  protected mayStep(): boolean {
    if (!this.isOpen()) return false
    if (this.#freeSteps > 0) this.#freeSteps--
    else if (isQuotaSpent()) {
      this.#schedule()
      return false
    }
    return true
  }

  #schedule(): void {
    if (!this.#isScheduled) schedule(this, this.#group)
    this.#isScheduled = true
  }

  /** User code within a step may drain the run queue, and so come back to this loop. */
  #advance(): void {
    if (this.#isAdvancing) return
    this.#isAdvancing = true
    this.advance()
    this.#isAdvancing = false
  }
}

function call(step: () => void): void {
  step()
}
