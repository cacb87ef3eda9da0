import { type Clock, systemClock } from '../core/clock.ts'
import { AbortedError, LimitError, OptionError } from '../core/errors.ts'
import {
  functionOption,
  integerOption,
  numberOption,
  rejectUnknownOptions,
} from '../core/options.ts'
import { CircuitOpenError } from './errors.ts'

/** `closed`: calls are made; `open`: they are refused; `half-open`: a few are tried. */
export type CircuitState = 'closed' | 'open' | 'half-open'

/** A breaker has changed its state. */
export interface CircuitEvent {
  readonly name: string | undefined
  readonly from: CircuitState
  readonly to: CircuitState
  /** How long it stays open, in milliseconds; 0 for the other states. */
  readonly openMs: number
}

export interface CircuitBreakerOptions {
  /** What messages, events and metrics call it. */
  readonly name?: string
  /** How far back outcomes count, in milliseconds; 10,000 by default. */
  readonly windowMs?: number
  /** Calls within the window below which it never opens; 20 by default. */
  readonly minCalls?: number
  /** Share of failures from which it opens, above 0 and up to 1; 0.5 by default. */
  readonly failureRatio?: number
  /** A call that takes so long is slow, in milliseconds; without it none is. */
  readonly slowCallMs?: number
  /** Share of slow calls from which it opens, above 0 and up to 1; 1 by default. */
  readonly slowRatio?: number
  /** How long it stays open at first, in milliseconds; 10,000 by default. */
  readonly openMs?: number
  /** Bound of that time, which doubles each time the trial calls fail; 120,000 by default, at least `openMs`. */
  readonly maxOpenMs?: number
  /** Share of that time by which it is lengthened at most, at random, so that clients do not return in step; 0.2 by default. */
  readonly jitter?: number
  /** Trial calls when half-open, all of which have to succeed; 1 by default. */
  readonly trialCalls?: number
  /**
   * Whether a failure counts; all do by default but those of the caller: {@link AbortedError},
   * {@link LimitError} and {@link CircuitOpenError}. What does not count is no success, either.
   */
  readonly isFailure?: (reason: unknown) => boolean
  /** Whether a value is a failure nevertheless, such as a response with the status 503; none is by default. */
  readonly isFailedResult?: (value: never) => boolean
  /** Told of each change of state; must not throw. */
  readonly onStateChange?: (event: CircuitEvent) => void
  readonly clock?: Clock
  /** Source of the jitter, in [0, 1). */
  readonly random?: () => number
}

const KNOWN: readonly string[] = [
  'name',
  'windowMs',
  'minCalls',
  'failureRatio',
  'slowCallMs',
  'slowRatio',
  'openMs',
  'maxOpenMs',
  'jitter',
  'trialCalls',
  'isFailure',
  'isFailedResult',
  'onStateChange',
  'clock',
  'random',
]

/** The options with their defaults. */
export interface CircuitSettings {
  readonly name: string | undefined
  readonly windowMs: number
  readonly minCalls: number
  readonly failureRatio: number
  readonly slowCallMs: number
  readonly slowRatio: number
  readonly openMs: number
  readonly maxOpenMs: number
  readonly jitter: number
  readonly trialCalls: number
  readonly isFailure: (reason: unknown) => boolean
  readonly isFailedResult: ((value: never) => boolean) | undefined
  readonly onStateChange: ((event: CircuitEvent) => void) | undefined
  readonly clock: Clock
  readonly random: () => number
}

/** @throws {OptionError} on an unknown option or a value out of range */
export function circuitSettings(options: CircuitBreakerOptions): CircuitSettings {
  rejectUnknownOptions('CircuitBreaker options', options, KNOWN)
  const { name } = options
  if (name !== undefined && typeof name !== 'string')
    throw new OptionError('name', name, 'a string')
  const openMs = numberOption('openMs', options.openMs, 10_000, 1)
  return {
    name,
    windowMs: numberOption('windowMs', options.windowMs, 10_000, 10),
    minCalls: integerOption('minCalls', options.minCalls, 20, 1),
    failureRatio: ratio('failureRatio', options.failureRatio, 0.5),
    slowCallMs: numberOption('slowCallMs', options.slowCallMs, Number.POSITIVE_INFINITY, 0),
    slowRatio: ratio('slowRatio', options.slowRatio, 1),
    openMs,
    maxOpenMs: numberOption('maxOpenMs', options.maxOpenMs, Math.max(openMs, 120_000), openMs),
    jitter: numberOption('jitter', options.jitter, 0.2, 0, 1),
    trialCalls: integerOption('trialCalls', options.trialCalls, 1, 1),
    isFailure: functionOption('isFailure', options.isFailure) ?? isFailureOfCallee,
    isFailedResult: functionOption('isFailedResult', options.isFailedResult),
    onStateChange: functionOption('onStateChange', options.onStateChange),
    clock: options.clock ?? systemClock,
    random: functionOption('random', options.random) ?? Math.random,
  }
}

/** What the caller did himself says nothing about the health of whom he calls. */
export function isFailureOfCallee(reason: unknown): boolean {
  return !(
    reason instanceof AbortedError ||
    reason instanceof LimitError ||
    reason instanceof CircuitOpenError
  )
}

function ratio(name: string, value: number | undefined, fallback: number): number {
  const share = numberOption(name, value, fallback, 0, 1)
  if (share === 0) throw new OptionError(name, value, 'above 0')
  return share
}
