import type { Clock } from '../../core/clock.ts'
import type { Eventual } from '../future.ts'
import { Semaphore } from '../primitives/semaphore.ts'
import { retryAsync } from '../time/retry.ts'
import type { RetryOptions } from '../time/retry-policy.ts'
import { timeoutAsync } from '../time/timeout.ts'
import type { Context } from './context.ts'

/** The function of a stage, its types forgotten. */
export type StageFunction = (value: unknown, context: Context) => Eventual<unknown>

/** Options of `retryAsync` but its signal, which is that of the execution. */
export type StageRetry = Omit<RetryOptions, 'signal'>

/** @returns `run`, tried again as `retry` says */
export function withRetry(run: StageFunction, retry: StageRetry): StageFunction {
  return (value, context) =>
    retryAsync(({ number, signal }) => run(value, context.with(number, signal)), {
      ...retry,
      ...signalOption(context),
    })
}

/** @returns `run`, given up after `timeoutMs` milliseconds */
export function withTimeout(run: StageFunction, timeoutMs: number, clock: Clock): StageFunction {
  return (value, context) =>
    timeoutAsync((signal) => run(value, context.with(context.attempt, signal)), timeoutMs, {
      what: `Stage "${context.stage}"`,
      clock,
      ...signalOption(context),
    })
}

/** @returns `run`, by at most `concurrency` callers at a time */
export function withPlaces(run: StageFunction, concurrency: number): StageFunction {
  const places = new Semaphore(concurrency)
  return (value, context) => places.with(() => run(value, context), signalOption(context))
}

/** The signal of a context as the option of a function that waits; absent if nobody can fire it. */
export function signalOption({ given }: Context): { readonly signal?: AbortSignal } {
  return given === undefined ? {} : { signal: given }
}
