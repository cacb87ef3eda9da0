import { abandon } from '../abandon.ts'
import { consume, type Future } from '../future.ts'
import { futureOf } from './eventual.ts'
import { Loop } from './loop.ts'

/** A loop whose steps follow each other; a step that is ready allocates nothing. */
export abstract class SequentialLoop<R> extends Loop<R> {
  #awaited: Future<unknown> | undefined

  /** Takes one step; what it throws fails the loop. */
  protected abstract step(): unknown

  /** Takes what became of a step; may settle the loop. */
  protected abstract accept(value: unknown): void

  protected advance(): void {
    const awaited = this.#awaited
    if (awaited?.isPending === true) return
    this.#awaited = undefined
    if (awaited !== undefined) this.#accept(awaited)
    while (this.mayStep()) this.#step()
  }

  protected override failed(): void {
    if (this.#awaited !== undefined) abandon(this.#awaited, this)
  }

  protected override mayStep(): boolean {
    return this.#awaited === undefined && super.mayStep()
  }

  #step(): void {
    try {
      const outcome = this.step()
      const future = futureOf(outcome)
      if (future === undefined) this.accept(outcome)
      else if (future.isPending) {
        this.#awaited = future
        consume(future, this)
      } else this.#accept(future)
    } catch (error) {
      this.fail(error)
    }
  }

  #accept(settled: Future<unknown>): void {
    if (settled.isReady) return this.#guarded(settled.outcome)
    settled.takeUnhandled()
    this.fail(settled.outcome)
  }

  #guarded(value: unknown): void {
    try {
      this.accept(value)
    } catch (error) {
      this.fail(error)
    }
  }
}
