import type { Buffer } from 'node:buffer'
import { latin1Text } from './latin1.ts'

/** A power of two. */
const SLOTS = 1024
/** For longer paths one call into the runtime is faster than two walks over the bytes. */
const MAX_BYTES = 32

/**
 * Texts of the paths seen last, found by their bytes.
 *
 * A service has few short paths and sees them again and again: comparing is cheaper than making a
 * string, and a string that was looked up before knows its hash already, which the router needs.
 */
export class PathCache {
  readonly #texts: (string | undefined)[] = Array.from({ length: SLOTS }, () => undefined)

  textOf(bytes: Buffer, start: number, end: number): string {
    const length = end - start
    if (length > MAX_BYTES) return latin1Text(bytes, start, end)
    let hash = length
    for (let at = start; at < end; at++) hash = (hash * 31 + bytes[at]!) | 0
    const slot = (hash ^ (hash >>> 10)) & (SLOTS - 1)
    const known = this.#texts[slot]
    if (known !== undefined && known.length === length) {
      let index = 0
      while (index < length && known.charCodeAt(index) === bytes[start + index]) index++
      if (index === length) return known
    }
    const text = latin1Text(bytes, start, end)
    this.#texts[slot] = text
    return text
  }
}
