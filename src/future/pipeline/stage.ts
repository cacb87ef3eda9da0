import { assertDelay, type Clock } from '../../core/clock.ts'
import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { RetryPolicy } from '../time/retry-policy.ts'
import {
  type StageFunction,
  type StageRetry,
  withPlaces,
  withRetry,
  withTimeout,
} from './policies.ts'

export interface StageOptions {
  /** Tries again, as `retryAsync` does. */
  readonly retry?: StageRetry
  /** Limit of the stage's work in milliseconds: all attempts and pauses together. */
  readonly timeoutMs?: number
  /** Values in work at a time, over all executions; others wait for a place, in order. No limit by default. */
  readonly concurrency?: number
}

const KNOWN = ['retry', 'timeoutMs', 'concurrency'] as const

/**
 * A named step of a pipeline; every pipeline that is built on it shares it.
 *
 * @internal
 */
export interface Stage {
  readonly name: string
  readonly run: StageFunction
}

/**
 * The limits are around each other: a value gets a place, then its time runs, then come the attempts.
 *
 * @throws {OptionError} if an option is unknown or out of range
 */
export function createStage(
  name: string,
  work: StageFunction,
  options: StageOptions,
  clock: Clock,
): Stage {
  rejectUnknownOptions(`stage "${name}" options`, options, KNOWN)
  const { retry, timeoutMs, concurrency } = options
  let run = work
  if (retry !== undefined) {
    assertRetry(retry)
    run = withRetry(run, { clock, ...retry })
  }
  if (timeoutMs !== undefined) {
    assertDelay('timeoutMs', timeoutMs)
    run = withTimeout(run, timeoutMs, clock)
  }
  if (concurrency !== undefined)
    run = withPlaces(run, integerOption('concurrency', concurrency, 1, 1))
  return { name, run }
}

/** @throws {OptionError} if `name` is not a text, is empty, or is taken */
export function assertStageName(name: string, taken: readonly string[]): void {
  if (typeof name !== 'string' || name === '') {
    throw new OptionError('stage name', name, 'a text that is not empty')
  }
  if (taken.includes(name)) throw new OptionError('stage name', name, 'unique within the pipeline')
}

/** @throws {OptionError} if `work` is not a function */
export function asStageFunction(where: string, work: unknown): StageFunction {
  if (typeof work !== 'function') throw new OptionError(where, work, 'a function')
  return work as StageFunction
}

/** Finds at once what an execution would stumble over. */
function assertRetry(retry: StageRetry): void {
  if (typeof retry !== 'object' || retry === null) {
    throw new OptionError('retry', retry, 'an object with options of retryAsync')
  }
  if ('signal' in retry) {
    throw new OptionError('retry.signal', retry.signal, 'absent: that of the execution counts')
  }
  void new RetryPolicy(retry)
}
