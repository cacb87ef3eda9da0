import { assertDelay, type Clock } from '../../core/clock.ts'
import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import { assertSignal } from '../signals.ts'

/** How long a wait may take, and what ends it early; the same for everything that can be waited for. */
export interface WaitOptions {
  /** Longest wait in milliseconds; without it there is no limit. What is available at once is had even with 0. */
  readonly timeoutMs?: number
  /** Ends the wait with a failure; if it has fired before, nothing is taken even if it is available. */
  readonly signal?: AbortSignal
  readonly clock?: Clock
}

const KNOWN = ['timeoutMs', 'signal', 'clock'] as const

/** @throws {OptionError} if an option is unknown or not what {@link WaitOptions} says */
export function assertWaitOptions(where: string, options: WaitOptions | undefined): void {
  if (options === undefined) return
  if (typeof options !== 'object' || options === null) {
    throw new OptionError(where, options, 'an object with options')
  }
  rejectUnknownOptions(where, options, KNOWN)
  if (options.timeoutMs !== undefined) assertDelay('timeoutMs', options.timeoutMs)
  assertSignal('signal', options.signal)
  // A clock that failed later, when the wait is in its line, would leave it there.
  if (options.clock !== undefined && typeof options.clock?.setTimer !== 'function') {
    throw new OptionError('clock', options.clock, 'a Clock')
  }
}
