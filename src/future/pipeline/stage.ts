import { assertDelay, type Clock } from '../../core/clock.ts'
import { OptionError } from '../../core/errors.ts'
import { rejectUnknownOptions } from '../../core/options.ts'
import { type StageFunction, type StageRetry, withRetry, withTimeout } from './policies.ts'

export interface StageOptions {
  /** Tries again, as `retryAsync` does. */
  readonly retry?: StageRetry
  /** Limit of the stage's work in milliseconds: all attempts and pauses together. */
  readonly timeoutMs?: number
}

const KNOWN = ['retry', 'timeoutMs'] as const

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
 * @throws {OptionError} if an option is unknown or out of range
 */
export function createStage(
  name: string,
  work: StageFunction,
  options: StageOptions,
  clock: Clock,
): Stage {
  rejectUnknownOptions(`stage "${name}" options`, options, KNOWN)
  const { retry, timeoutMs } = options
  let run = work
  if (retry !== undefined) run = withRetry(run, { clock, ...retry })
  if (timeoutMs !== undefined) {
    assertDelay('timeoutMs', timeoutMs)
    run = withTimeout(run, timeoutMs, clock)
  }
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
