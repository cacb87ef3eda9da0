import { type Future, pendingFuture, settleFailed, settleReady } from '../future.ts'
import { abortReason, whenAborted } from '../signals.ts'

/** Something under way that comes to one result, once, and that a signal of the caller may end. */
export abstract class Undertaking<R> {
  protected readonly result: Future<R> = pendingFuture<R>()
  /** How messages call it. */
  protected readonly what: string
  readonly #signal: AbortSignal | undefined
  #stopListening: (() => void) | undefined

  constructor(what: string, signal: AbortSignal | undefined) {
    this.what = what
    this.#signal = signal
  }

  /** Fails if the signal has fired. @returns whether the result is still open */
  protected isOpen(): boolean {
    if (!this.result.isPending) return false
    if (this.#signal?.aborted !== true) return true
    this.fail(abortReason(this.#signal, this.what))
    return false
  }

  /** Listens to the signal from now on; called when there is something to wait for, as listening is not free. */
  protected park(): void {
    const signal = this.#signal
    if (signal === undefined || !this.result.isPending) return
    this.#stopListening = whenAborted(signal, () => this.fail(abortReason(signal, this.what)))
  }

  protected succeed(value: R): void {
    if (!this.result.isPending) return
    settleReady(this.result, value)
    this.#stopListening?.()
    this.ended()
  }

  protected fail(reason: unknown): void {
    if (!this.result.isPending) return
    settleFailed(this.result, reason)
    this.#stopListening?.()
    this.ended()
    this.failed(reason)
  }

  /** The result is known: what it took is released. */
  protected ended(): void {}

  /** Whatever has been begun is not needed any more. */
  protected failed(_reason: unknown): void {}
}
