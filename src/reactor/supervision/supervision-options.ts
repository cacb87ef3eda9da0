import { OptionError } from '../../core/errors.ts'
import { integerOption, integerOptions, rejectUnknownOptions } from '../../core/options.ts'
import { describeStall } from '../sight/describe-stall.ts'
import type { Stall } from '../sight/stall-detector.ts'
import type { RestartSettings } from './restart-policy.ts'

/** A reactor that ended without being asked to. */
export interface ReactorExit {
  /** Core id. */
  readonly reactor: number
  /** Why; its `cause` is what the reactor's code threw, if it threw. */
  readonly reason: Error
  /** Milliseconds until it is started again; undefined: too many deaths, everything stops. */
  readonly restartsInMs: number | undefined
}

/** How reactors are watched, and what happens when one dies. */
export interface SupervisionOptions {
  /** Deaths of one reactor within `windowMs` that are put up with; default 10. */
  readonly maxCrashes?: number
  /** Default 60,000. */
  readonly windowMs?: number
  /** Wait before the first restart, doubled by each further death within the window; default 100. */
  readonly backoffMs?: number
  /** Longest wait before a restart; default 5,000. */
  readonly maxBackoffMs?: number
  /** How long a reactor may take to load its module and start the app; default 60,000. */
  readonly startTimeoutMs?: number
  /** Of each reactor: a reactor that grows beyond it is ended and started again, and no other. */
  readonly maxHeapMb?: number
  /**
   * A reactor that makes no progress for so long is reported with the stack of what it was doing;
   * default 25, in milliseconds. 0 turns the detector off.
   */
  readonly stallThresholdMs?: number
  /** Told of stalls, five a minute and reactor at most; default: an entry on standard error, with the stack. */
  readonly onStall?: (stall: Stall) => void
  /** Told of each death; default: one entry on standard error, with the stack. */
  readonly onExit?: (exit: ReactorExit) => void
}

/** Every option with its value. */
export interface SupervisionSettings extends RestartSettings {
  readonly startTimeoutMs: number
  readonly maxHeapMb: number | undefined
  readonly onExit: (exit: ReactorExit) => void
  readonly stallThresholdMs: number
  readonly onStall: (stall: Stall) => void
}

const MAX_MS = 86_400_000

/** Each number: default, least and greatest value. */
const NUMBERS = {
  maxCrashes: [10, 0, 1_000_000],
  windowMs: [60_000, 1, MAX_MS],
  backoffMs: [100, 0, MAX_MS],
  maxBackoffMs: [5_000, 0, MAX_MS],
  startTimeoutMs: [60_000, 1, MAX_MS],
  stallThresholdMs: [25, 0, MAX_MS],
} as const

const KNOWN = [...Object.keys(NUMBERS), 'maxHeapMb', 'onExit', 'onStall']

/** @throws {OptionError} for an unknown name or a value out of bounds */
export function supervisionSettings(options: SupervisionOptions = {}): SupervisionSettings {
  rejectUnknownOptions('supervision', options, KNOWN)
  const numbers = integerOptions('supervision', options, NUMBERS)
  const { maxHeapMb, onExit = logExit, onStall = logStall } = options
  if (typeof onExit !== 'function')
    throw new OptionError('supervision.onExit', onExit, 'a function')
  if (typeof onStall !== 'function') {
    throw new OptionError('supervision.onStall', onStall, 'a function')
  }
  const heapMb = integerOption('supervision.maxHeapMb', maxHeapMb, 0, 16, 1_048_576)
  return {
    ...numbers,
    maxHeapMb: maxHeapMb === undefined ? undefined : heapMb,
    onExit,
    onStall,
  }
}

function logExit({ reactor, reason, restartsInMs }: ReactorExit): void {
  const next =
    restartsInMs === undefined ? 'too often' : `restarts in ${Math.ceil(restartsInMs)} ms`
  console.error(`fasterapi: reactor ${reactor} died (${next}): ${reason.message}`)
  if (reason.cause instanceof Error) console.error(reason.cause)
}

function logStall(stall: Stall): void {
  console.error(describeStall(stall))
}
