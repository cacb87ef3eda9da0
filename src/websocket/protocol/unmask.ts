/** The words of one `ArrayBuffer`; the read buffer of a thread is one, so this one is mostly right. */
let words: DataView = new DataView(new ArrayBuffer(0))

/** Bits that only bytes outside of ASCII have. */
const NOT_ASCII = 0x80808080 | 0

/**
 * Takes the mask off `bytes[start..end)`, in place, four bytes at a time.
 *
 * A `DataView` reads words at any offset in one instruction, where typed arrays need them aligned.
 *
 * @param mask - the four bytes of the mask, the first one the lowest
 * @returns whether all bytes are ASCII, which costs nothing to find out here
 * @see RFC 6455, 5.3
 */
export function unmask(bytes: Uint8Array, start: number, end: number, mask: number): boolean {
  if (words.buffer !== bytes.buffer) words = new DataView(bytes.buffer)
  const view = words
  const offset = bytes.byteOffset
  let seen = 0
  let at = offset + start
  const stop = offset + end
  for (const last = stop - 4; at <= last; at += 4) {
    const word = view.getInt32(at, true) ^ mask
    view.setInt32(at, word, true)
    seen |= word
  }
  for (let bits = mask; at < stop; at++, bits >>>= 8) {
    const byte = view.getUint8(at) ^ (bits & 0xff)
    view.setUint8(at, byte)
    seen |= byte
  }
  return (seen & NOT_ASCII) === 0
}

/** The mask for bytes that begin `count` bytes later in the payload. */
export function rotateMask(mask: number, count: number): number {
  const bits = (count & 3) * 8
  return bits === 0 ? mask : (mask >>> bits) | (mask << (32 - bits))
}
