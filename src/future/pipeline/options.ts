import { assertDelay, type Clock } from '../../core/clock.ts'
import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import { assertSignal } from '../signals.ts'
import type { StageEvent } from './station.ts'

export interface PipelineOptions {
  /** Takes the time of each stage, for `stats()`; off by default, because a clock costs more than a small stage. */
  readonly timings?: boolean
  readonly clock?: Clock
}

export type OnStage = (event: StageEvent) => void

export interface ExecuteOptions {
  /** Ends the execution with a failure; the stage at work is told. */
  readonly signal?: AbortSignal
  /** Limit of the whole execution, in milliseconds. */
  readonly timeoutMs?: number
  /** Called when the value leaves a stage; what it throws fails the execution. */
  readonly onStage?: OnStage
}

export interface ManyOptions extends ExecuteOptions {
  /** ItemSource between source and reader at a time: at work, or finished and not read yet; 16 by default. */
  readonly concurrency?: number
  /** Results in the order of the items (the default), else as they come. */
  readonly ordered?: boolean
}

const EXECUTE_OPTIONS = ['signal', 'timeoutMs', 'onStage'] as const

/** @throws {OptionError} if an option is unknown or wrong */
export function readPipelineOptions(options: PipelineOptions): PipelineOptions {
  rejectUnknownOptions('new Pipeline options', options, ['timings', 'clock'])
  assertFlag('timings', options.timings)
  return options
}

/** @throws {OptionError} if an option is unknown or out of range */
export function readExecuteOptions(options: ExecuteOptions): ExecuteOptions {
  rejectUnknownOptions('execute options', options, EXECUTE_OPTIONS)
  return assertExecution(options)
}

/** @throws {OptionError} if an option is unknown or out of range */
export function readManyOptions(
  options: ManyOptions,
): ExecuteOptions & { readonly concurrency: number; readonly ordered: boolean } {
  const known = [...EXECUTE_OPTIONS, 'concurrency', 'ordered']
  rejectUnknownOptions('executeMany options', options, known)
  assertFlag('ordered', options.ordered)
  const { ordered = true } = assertExecution(options)
  const concurrency = integerOption('concurrency', options.concurrency, 16, 1)
  return { ...options, concurrency, ordered }
}

function assertExecution<Options extends ExecuteOptions>(options: Options): Options {
  const { signal, timeoutMs, onStage } = options
  assertSignal('signal', signal)
  if (timeoutMs !== undefined) assertDelay('timeoutMs', timeoutMs)
  if (onStage !== undefined && typeof onStage !== 'function') {
    throw new OptionError('onStage', onStage, 'a function')
  }
  return options
}

function assertFlag(name: string, flag: boolean | undefined): void {
  if (flag !== undefined && typeof flag !== 'boolean') {
    throw new OptionError(name, flag, 'true or false')
  }
}
