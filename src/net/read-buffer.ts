import { Buffer } from 'node:buffer'

/** Size of the buffer every connection of a thread reads into, in bytes. */
const READ_BUFFER_BYTES = 65_536

/**
 * One buffer for all connections of a thread: a read is handled to the end before the next one
 * begins, so an idle connection costs no buffer at all.
 */
export const readBuffer: Buffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES)

let lastView: Buffer = readBuffer

/**
 * The first `length` bytes of the read buffer.
 *
 * Creating a view costs as much as scanning a small request, and successive reads under load are
 * mostly of one length: the last view is used again.
 */
export function readBufferView(length: number): Buffer {
  if (lastView.length !== length) lastView = readBuffer.subarray(0, length)
  return lastView
}
