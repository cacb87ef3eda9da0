import { AbortedError, OptionError } from '../core/errors.ts'
import { rejectUnknownOptions } from '../core/options.ts'
import { listenForAbort } from './abort-listeners.ts'
import { type Eventual, Future } from './future.ts'

/**
 * Work to wait for: a future, promise or value, or a function that starts it.
 *
 * A function gets a signal that fires when its result is no longer needed.
 */
export type Work<T> = Eventual<T> | ((signal: AbortSignal) => Eventual<T>)

/** How a wait may be given up. */
export interface SignalOptions {
  /** Ends the wait with a failure; if it has fired before, nothing is started. */
  readonly signal?: AbortSignal
}

/** Something that was started, and how to stop it. */
export interface Started<T> {
  readonly future: Future<T>
  /** Present if the work was a function: only that listens. */
  readonly controller: AbortController | undefined
}

/** Starts `work`; what it throws becomes a failed future. */
export function start<T>(work: Work<T>): Started<T> {
  if (typeof work !== 'function') return { future: Future.from(work), controller: undefined }
  const controller = new AbortController()
  const begin = work as (signal: AbortSignal) => Eventual<T>
  return { future: Future.try(() => begin(controller.signal)), controller }
}

/** The error of a signal that has fired: its reason if that is an error of ours or the user's own. */
export function abortReason(signal: AbortSignal, what: string): unknown {
  const { reason } = signal
  // Without a reason of their own the platform's is a DOMException with no hint of what was aborted.
  return reason instanceof Error && reason.name !== 'AbortError'
    ? reason
    : new AbortedError(reason, what)
}

/**
 * Calls `onAbort` when the signal fires, or now if it has fired.
 *
 * @param onAbort - must not throw: others listen to the same signal
 * @returns takes the listener off again
 */
export function whenAborted(signal: AbortSignal | undefined, onAbort: () => void): () => void {
  if (signal === undefined) return () => {}
  if (signal.aborted) {
    onAbort()
    return () => {}
  }
  return listenForAbort(signal, onAbort)
}

/** @throws {OptionError} if `signal` is neither absent nor an `AbortSignal` */
export function assertSignal(name: string, signal: AbortSignal | undefined): void {
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw new OptionError(name, signal, 'an AbortSignal')
  }
}

/**
 * The signal of a function that takes no other option.
 *
 * @param where - what the options belong to, for the message
 * @throws {OptionError} on an unknown option, or a signal that is none
 */
export function signalOption(
  where: string,
  options: SignalOptions | undefined,
): AbortSignal | undefined {
  if (options === undefined) return undefined
  rejectUnknownOptions(`${where} options`, options, ['signal'])
  assertSignal('signal', options.signal)
  return options.signal
}
