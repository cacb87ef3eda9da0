import { OptionError } from '../../core/errors.ts'
import { integerOptions, rejectUnknownOptions } from '../../core/options.ts'

/** How messages are compressed for clients that offer permessage-deflate. */
export interface DeflateOptions {
  /** Shorter messages are sent as they are; default 1024 bytes. */
  readonly thresholdBytes?: number
  /** From 1 (fastest) to 9 (smallest); default 3. */
  readonly level?: number
  /** From 1 to 9: memory of a compressing context, 2^(level + 9) bytes besides its window; default 8. */
  readonly memoryLevel?: number
  /** Base-two logarithm of how far back a message may refer, 9 to 15; default 15. */
  readonly windowBits?: number
  /**
   * Lets messages refer to those before: smaller, but each socket keeps contexts of its own, some
   * 300 KB with the other defaults. Default false: all sockets of a core share two contexts.
   */
  readonly contextTakeover?: boolean
  /**
   * Memory that the contexts of one core's sockets may take; sockets beyond it go without
   * `contextTakeover`. Default 64 MiB.
   */
  readonly maxContextBytes?: number
}

/** Every option with its value. */
export type DeflateSettings = Required<DeflateOptions>

const NUMBERS = {
  thresholdBytes: [1024, 0, 2_147_483_647],
  level: [3, 1, 9],
  memoryLevel: [8, 1, 9],
  windowBits: [15, 9, 15],
  maxContextBytes: [67_108_864, 0, Number.MAX_SAFE_INTEGER],
} as const

/**
 * @param given - true for the defaults
 * @returns undefined for no compression
 * @throws {OptionError} for an unknown name or a value out of bounds
 */
export function deflateSettings(
  where: string,
  given: DeflateOptions | boolean | undefined,
): DeflateSettings | undefined {
  if (given === undefined || given === false) return undefined
  const options = given === true ? {} : given
  if (typeof options !== 'object' || options === null) {
    throw new OptionError(where, given, 'true, false or an object')
  }
  rejectUnknownOptions(where, options, [...Object.keys(NUMBERS), 'contextTakeover'])
  const { contextTakeover = false } = options
  if (typeof contextTakeover !== 'boolean') {
    throw new OptionError(`${where}.contextTakeover`, contextTakeover, 'a boolean')
  }
  const numbers = integerOptions(where, options, NUMBERS)
  return { ...numbers, contextTakeover }
}
