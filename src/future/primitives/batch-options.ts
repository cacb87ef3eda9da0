import { assertDelay, type Clock, systemClock } from '../../core/clock.ts'
import { OptionError } from '../../core/errors.ts'
import { integerOption, rejectUnknownOptions } from '../../core/options.ts'
import type { Eventual } from '../future.ts'
import { readName } from './name-options.ts'

/**
 * Loads many at once.
 *
 * @returns one result for each key, in the order of the keys; an `Error` fails its own key only
 */
export type BatchLoad<Key, Value> = (keys: readonly Key[]) => Eventual<readonly (Value | Error)[]>

export interface BatchOptions<Key> {
  /** Most keys of one call; no limit by default. A full batch does not wait for the rest of the turn. */
  readonly maxSize?: number
  /** Collects for so many milliseconds from the first key on; only until the end of the turn by default. */
  readonly maxDelayMs?: number
  /** What makes two keys the same, for keys that are objects; the key itself by default. */
  readonly keyOf?: (key: Key) => unknown
  /** What the batch is called in the messages of its errors. */
  readonly name?: string
  readonly clock?: Clock
}

const KNOWN = ['maxSize', 'maxDelayMs', 'keyOf', 'name', 'clock'] as const

/** The options with their defaults. */
export interface BatchSettings<Key> {
  readonly maxSize: number
  readonly maxDelayMs: number | undefined
  readonly keyOf: (key: Key) => unknown
  readonly what: string
  readonly clock: Clock
}

/** @throws {OptionError} if an option is unknown or out of range */
export function readBatchOptions<Key>(options: BatchOptions<Key>): BatchSettings<Key> {
  rejectUnknownOptions('batch options', options, KNOWN)
  const { maxDelayMs, keyOf = (key) => key, name, clock = systemClock } = options
  if (maxDelayMs !== undefined) assertDelay('maxDelayMs', maxDelayMs)
  if (typeof keyOf !== 'function') throw new OptionError('keyOf', keyOf, 'a function')
  return {
    maxSize: integerOption('maxSize', options.maxSize, Number.POSITIVE_INFINITY, 1),
    maxDelayMs,
    keyOf,
    what: readName('batch', name === undefined ? undefined : { name }),
    clock,
  }
}
