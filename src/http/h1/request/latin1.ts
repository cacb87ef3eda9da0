import { Buffer } from 'node:buffer'

interface Latin1Sliceable {
  latin1Slice?(start: number, end: number): string
}

const hasLatin1Slice =
  typeof (Buffer.prototype as unknown as Latin1Sliceable).latin1Slice === 'function'

/**
 * Bytes as text, each character one byte.
 *
 * `Buffer.latin1Slice` is what `toString` calls after looking up the encoding, which costs as much
 * again; it is not documented, so `toString` stands in should it ever go.
 */
export function latin1Text(bytes: Buffer, start: number, end: number): string {
  return hasLatin1Slice
    ? (bytes as unknown as Required<Latin1Sliceable>).latin1Slice(start, end)
    : bytes.toString('latin1', start, end)
}
