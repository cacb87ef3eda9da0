import type { Clock, Timer } from '../core/clock.ts'
import { abortReason, whenAborted } from '../future/signals.ts'
import { type ErrorSubject, timeoutError } from './errors.ts'

/** How long a call lives: until it is done with, its time is over, or nobody wants it any more. */
export class CallScope {
  readonly #controller = new AbortController()
  readonly #clock: Clock
  readonly #endsAtMs: number
  readonly #timer: Timer | undefined
  readonly #stops: (() => void)[] = []

  /** @param timeoutMs - milliseconds from now */
  constructor(
    subject: ErrorSubject,
    timeoutMs: number,
    signals: readonly AbortSignal[],
    clock: Clock,
  ) {
    this.#clock = clock
    this.#endsAtMs = clock.nowMs() + timeoutMs
    for (const signal of signals) {
      const onAbort = (): void => {
        this.#controller.abort(abortReason(signal, `${subject.method} ${subject.url}`))
      }
      this.#stops.push(whenAborted(signal, onAbort))
    }
    if (timeoutMs === 0) this.#controller.abort(timeoutError(subject, 'total', 0))
    else if (timeoutMs < Number.POSITIVE_INFINITY) {
      this.#timer = clock.setTimer(timeoutMs, () => {
        this.#controller.abort(timeoutError(subject, 'total', timeoutMs))
      })
    }
  }

  /** Fires with the error of the call when it has to end early. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get remainingMs(): number {
    return Math.max(0, this.#endsAtMs - this.#clock.nowMs())
  }

  /** The call is done with: nothing ends it any more. */
  end(): void {
    this.#timer?.cancel()
    for (const stop of this.#stops.splice(0)) stop()
  }
}
