import { assertDelay, type Clock, systemClock, type Timer } from '../core/clock.ts'
import { OptionError, TimeoutError } from '../core/errors.ts'
import { rejectUnknownOptions } from '../core/options.ts'
import { abandon } from './abandon.ts'
import {
  type Consumer,
  consume,
  Future,
  pendingFuture,
  settleFailed,
  settleReady,
} from './future.ts'
import {
  abortReason,
  assertSignal,
  type SignalOptions,
  type Started,
  start,
  type Work,
  whenAborted,
} from './signals.ts'

export interface TimeoutOptions extends SignalOptions {
  /** What the error's message calls the work; "The operation" by default. */
  readonly what?: string
  /** Makes the failure when time is up, in place of a {@link TimeoutError}. */
  readonly error?: (timeoutMs: number) => unknown
  readonly clock?: Clock
}

/**
 * Waits for `work`, but at most `timeoutMs` milliseconds.
 *
 * Work that is ready is returned as it is. A function is told through its signal when time is up, so
 * that it can stop. A result that comes late, or a late failure, is dropped, and nothing is left
 * behind on a future that lives long: any number of waits for it may expire.
 *
 * @param timeoutMs - milliseconds from now; `Infinity` never ends the wait
 * @param options - `signal` gives the work up early, and if it has fired starts nothing
 * @returns fails with {@link TimeoutError}, or what `error` makes or throws, when time is up, or with
 *   the signal's reason
 * @throws {OptionError} if `timeoutMs` is negative or not a number, or an option is wrong
 * @see seastar `include/seastar/core/with_timeout.hh`, which does not stop the work
 */
export function timeoutAsync<T>(
  work: Work<T>,
  timeoutMs: number,
  options: TimeoutOptions = {},
): Future<T> {
  assertDelay('timeoutMs', timeoutMs)
  rejectUnknownOptions('timeoutAsync options', options, ['signal', 'what', 'error', 'clock'])
  const { signal, error } = options
  assertSignal('signal', signal)
  if (error !== undefined && typeof error !== 'function') {
    throw new OptionError('error', error, 'a function')
  }
  if (signal?.aborted === true) {
    if (typeof work !== 'function') Future.from(work).ignore()
    return Future.failed(abortReason(signal, options.what ?? 'The operation'))
  }
  const started = start(work)
  return started.future.isPending
    ? new LimitedWait(started, timeoutMs, options).result
    : started.future
}

class LimitedWait<T> implements Consumer {
  readonly result: Future<T> = pendingFuture<T>()
  readonly #started: Started<T>
  readonly #timer: Timer
  readonly #stopListening: () => void

  constructor(started: Started<T>, timeoutMs: number, options: TimeoutOptions) {
    const { signal, what, error, clock = systemClock } = options
    this.#started = started
    this.#timer = clock.setTimer(timeoutMs, () => {
      this.#giveUp(timeoutReason(error, timeoutMs, what))
    })
    this.#stopListening = whenAborted(signal, () => {
      this.#giveUp(abortReason(signal as AbortSignal, what ?? 'The operation'))
    })
    consume(started.future, this)
  }

  onSettled(source: Future<unknown>): void {
    if (!this.result.isPending) return
    this.#release()
    if (source.isReady) settleReady(this.result, source.outcome as T)
    else settleFailed(this.result, source.outcome)
  }

  #giveUp(reason: unknown): void {
    if (!this.result.isPending) return
    settleFailed(this.result, reason)
    this.#release()
    abandon(this.#started.future, this)
    this.#started.controller?.abort(reason)
  }

  #release(): void {
    this.#timer.cancel()
    this.#stopListening()
  }
}

function timeoutReason(
  makeError: TimeoutOptions['error'],
  timeoutMs: number,
  what: string | undefined,
): unknown {
  if (makeError === undefined) return new TimeoutError(timeoutMs, what)
  try {
    return makeError(timeoutMs)
  } catch (error) {
    return error
  }
}
