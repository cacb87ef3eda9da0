import { OptionError } from './errors.ts'

/** Variables by name, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>

/** The environment of this process; browsers have none. */
export const environment: Environment = globalThis.process?.env ?? {}

/** Settings of the debug mode, read once from the environment. */
export interface DebugMode {
  /** `FASTERAPI_DEBUG=1`: `then` always schedules, the run queue is shuffled, creation sites are kept. */
  readonly enabled: boolean
  /** Seed of the shuffle, from `FASTERAPI_SEED` or random; printed so that a failure can be repeated. */
  readonly seed: number
}

/**
 * Reads the debug settings.
 *
 * @throws {OptionError} if `FASTERAPI_DEBUG` is neither 0 nor 1, or `FASTERAPI_SEED` is not a whole number
 */
export function readDebugMode(variables: Environment): DebugMode {
  const flag = variables['FASTERAPI_DEBUG'] ?? ''
  if (!['', '0', '1'].includes(flag)) throw new OptionError('FASTERAPI_DEBUG', flag, '0 or 1')
  const text = variables['FASTERAPI_SEED'] ?? ''
  if (!/^\d{0,10}$/.test(text)) throw new OptionError('FASTERAPI_SEED', text, 'a whole number')
  const seed = text === '' ? Math.floor(Math.random() * 0x7fffffff) : Number(text)
  return { enabled: flag === '1', seed }
}

/** The debug mode of this process; browsers have no environment and so no debug mode. */
export const debug: DebugMode = readDebugMode(environment)

/** A small seeded generator (mulberry32) of numbers in [0, 1): repeatable, not for secrets. */
export function seededRandom(seed: number): () => number {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}
