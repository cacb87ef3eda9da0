import { type Buffer, isUtf8 } from 'node:buffer'

/**
 * Checks UTF-8 that comes in pieces, and refuses it with the first byte that cannot be right, without
 * waiting for the rest of the character.
 *
 * The bulk of a piece is left to `isUtf8`; only characters at the edges are looked at byte by byte.
 *
 * @see RFC 3629, section 4: the syntax of UTF-8 byte sequences
 */
export class Utf8Validator {
  /** Bytes that the present character still needs. */
  #missing = 0
  /** What the next byte may be: narrower than 80..BF after E0, ED, F0 and F4. */
  #least = 0x80
  #most = 0xbf

  /** Whether no character is left half. */
  get isComplete(): boolean {
    return this.#missing === 0
  }

  reset(): void {
    this.#missing = 0
    this.#least = 0x80
    this.#most = 0xbf
  }

  /** @returns false if the text so far is not the beginning of any valid one */
  push(bytes: Buffer, start: number, end: number): boolean {
    let at = start
    while (at < end && this.#missing > 0) if (!this.#pushByte(bytes[at++]!)) return false
    const tail = lastLead(bytes, at, end)
    if (tail > at && !isUtf8(bytes.subarray(at, tail))) return false
    for (at = tail; at < end; at++) if (!this.#pushByte(bytes[at]!)) return false
    return true
  }

  #pushByte(byte: number): boolean {
    if (this.#missing === 0) return this.#begin(byte)
    if (byte < this.#least || byte > this.#most) return false
    this.#missing--
    this.#least = 0x80
    this.#most = 0xbf
    return true
  }

  #begin(byte: number): boolean {
    if (byte < 0x80) return true
    if (byte < 0xc2 || byte > 0xf4) return false
    this.#missing = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3
    // No character in a longer form than it needs, no surrogates, none beyond U+10FFFF.
    if (byte === 0xe0) this.#least = 0xa0
    else if (byte === 0xed) this.#most = 0x9f
    else if (byte === 0xf0) this.#least = 0x90
    else if (byte === 0xf4) this.#most = 0x8f
    return true
  }
}

/** Where the last character of a piece may begin: what is before it is whole, if it is valid. */
function lastLead(bytes: Buffer, start: number, end: number): number {
  for (let at = end - 1; at >= start && at >= end - 4; at--) {
    const byte = bytes[at]!
    if (byte >= 0xc0) return at
    if (byte < 0x80) return at + 1
  }
  return Math.max(start, end - 4)
}
