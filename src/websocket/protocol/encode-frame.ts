import { Buffer } from 'node:buffer'
import { frameHead } from './frame-head.ts'
import { MASKED } from './opcode.ts'
import { unmask } from './unmask.ts'

/**
 * One frame as bytes of its own, as clients send them.
 *
 * @param head - the first byte: opcode and flags
 * @param mask - four bytes, the first one the lowest; undefined for a frame without mask
 * @see RFC 6455, 5.2 and 5.3
 */
export function encodeFrame(head: number, payload: Uint8Array, mask?: number): Buffer {
  const short = Buffer.from(frameHead(head, payload.length), 'latin1')
  if (mask === undefined) return Buffer.concat([short, payload])
  short[1]! |= MASKED
  const key = Buffer.alloc(4)
  key.writeInt32LE(mask | 0)
  const frame = Buffer.concat([short, key, payload])
  unmask(frame, frame.length - payload.length, frame.length, mask | 0)
  return frame
}
