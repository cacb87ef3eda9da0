import { createHmac, timingSafeEqual as equalBytes, randomBytes } from 'node:crypto'
import { OptionError } from '../core/errors.ts'

const key = randomBytes(32)

/**
 * Compares secrets in a time that says nothing about where they differ, or how long the right one is.
 *
 * @throws {OptionError} if one is neither text nor bytes
 */
export function timingSafeEqual(
  given: string | Uint8Array,
  expected: string | Uint8Array,
): boolean {
  // What is compared has one length, and whoever sees the time cannot choose its bytes.
  return equalBytes(digest('given', given), digest('expected', expected))
}

function digest(which: string, value: string | Uint8Array): Uint8Array {
  if (typeof value !== 'string' && !(value instanceof Uint8Array)) {
    throw new OptionError(`timingSafeEqual() ${which}`, value, 'a text or bytes')
  }
  return createHmac('sha256', key).update(value).digest()
}
