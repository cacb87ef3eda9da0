import { systemClock, type Timer } from '../../core/clock.ts'
import { TimeoutError } from '../../core/errors.ts'
import { LinkedItem, LinkedList } from '../../core/linked-list.ts'
import { Future, pendingFuture, settleFailed, settleReady } from '../future.ts'
import { abortReason, whenAborted } from '../signals.ts'
import { inTurns } from './in-turns.ts'
import type { WaitOptions } from './wait-options.ts'

/** Somebody who waits, and what for. */
class Waiter<Request, T> extends LinkedItem {
  readonly future: Future<T> = pendingFuture<T>()
  readonly request: Request
  timer: Timer | undefined
  stopListening: (() => void) | undefined

  constructor(request: Request) {
    super()
    this.request = request
    this.timer = undefined
    this.stopListening = undefined
  }
}

/**
 * Those who wait for something, in the order they came.
 *
 * Timer and listener exist only while somebody is parked who asked for them. A waiter leaves in O(1)
 * from anywhere, and with it everything that refers to it.
 */
export class WaitingLine<Request, T> {
  #waiters = new LinkedList<Waiter<Request, T>>()
  readonly #what: string
  readonly #onGivenUp: (() => void) | undefined

  /**
   * @param what - what is waited for, for messages: `semaphore "uploads"`
   * @param onGivenUp - called when the first has left unserved: those behind may be easier to serve
   */
  constructor(what: string, onGivenUp?: () => void) {
    this.#what = what
    this.#onGivenUp = onGivenUp
  }

  get length(): number {
    return this.#waiters.length
  }

  /** What the first waits for. */
  get firstRequest(): Request | undefined {
    return this.#waiters.first?.request
  }

  /** @returns a failure if the signal of `options` has fired, so that nothing need be tried */
  refusal(options: WaitOptions | undefined): Future<never> | undefined {
    const signal = options?.signal
    return signal?.aborted === true
      ? Future.failed(abortReason(signal, this.#waiting()))
      : undefined
  }

  /** Waits behind all others. The signal has not fired: see {@link refusal}. */
  park(request: Request, options: WaitOptions | undefined): Future<T> {
    const waiter = new Waiter<Request, T>(request)
    this.#waiters.push(waiter)
    if (options !== undefined) this.#limit(waiter, options)
    return waiter.future
  }

  /** Ends the first one's wait with `value`; there must be one. */
  serveFirst(value: T): void {
    const waiter = this.#waiters.shift()
    if (waiter === undefined) return
    release(waiter)
    settleReady(waiter.future, value)
  }

  /** Ends the wait of everybody with the same value. */
  serveAll(value: T): void {
    this.#dismissAll((waiter) => settleReady(waiter.future, value))
  }

  /** Ends the wait of everybody with the same failure. */
  failAll(reason: unknown): void {
    this.#dismissAll((waiter) => settleFailed(waiter.future, reason))
  }

  /** Nobody who comes later is meant, however long it takes; who is still waiting for it may give up. */
  #dismissAll(settle: (waiter: Waiter<Request, T>) => void): void {
    if (this.#waiters.length === 0) return
    const dismissed = this.#waiters
    this.#waiters = new LinkedList()
    inTurns(() => {
      const waiter = dismissed.shift()
      if (waiter === undefined) return false
      release(waiter)
      settle(waiter)
      return true
    })
  }

  #limit(waiter: Waiter<Request, T>, options: WaitOptions): void {
    const { signal, timeoutMs, clock = systemClock } = options
    if (signal !== undefined) {
      waiter.stopListening = whenAborted(signal, () => {
        this.#giveUp(waiter, abortReason(signal, this.#waiting()))
      })
    }
    if (timeoutMs !== undefined) {
      waiter.timer = clock.setTimer(timeoutMs, () => {
        this.#giveUp(waiter, new TimeoutError(timeoutMs, this.#waiting()))
      })
    }
  }

  #giveUp(waiter: Waiter<Request, T>, reason: unknown): void {
    const isFirst = this.#waiters.first === waiter
    waiter.leaveList()
    release(waiter)
    settleFailed(waiter.future, reason)
    if (isFirst) this.#onGivenUp?.()
  }

  #waiting(): string {
    return `The wait for ${this.#what}`
  }
}

function release(waiter: Waiter<unknown, unknown>): void {
  waiter.timer?.cancel()
  waiter.stopListening?.()
}
