import { Buffer, isUtf8 } from 'node:buffer'
import { latin1Text } from '../../http/h1/request/latin1.ts'
import { frameError, utf8Error } from './frame-errors.ts'
import { unmask } from './unmask.ts'

/** One whole text frame. */
export function textOf(bytes: Buffer, start: number, end: number, mask: number): string {
  const isAscii = unmask(bytes, start, end, mask)
  if (isAscii) return latin1Text(bytes, start, end)
  if (!isUtf8(bytes.subarray(start, end))) throw utf8Error('A text message')
  return bytes.toString('utf8', start, end)
}

/** One whole binary frame, as bytes of its own. */
export function bytesOf(bytes: Buffer, start: number, end: number, mask: number): Buffer {
  if (mask !== 0) unmask(bytes, start, end, mask)
  const own = Buffer.allocUnsafe(end - start)
  bytes.copy(own, 0, start, end)
  return own
}

export function readMask(bytes: Buffer, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)
}

/** @throws {WebSocketProtocolError} unless it is the shortest form: RFC 6455, 5.2. */
export function readLength16(bytes: Buffer, at: number): number {
  const length = bytes.readUInt16BE(at)
  if (length < 126) throw frameError('A length in a longer form than it needs')
  return length
}

export function readLength64(bytes: Buffer, at: number): number {
  const high = bytes.readUInt32BE(at)
  if (high > 0x7fffffff) throw frameError('A length with its first bit set')
  const length = high * 2 ** 32 + bytes.readUInt32BE(at + 4)
  if (length < 65_536) throw frameError('A length in a longer form than it needs')
  return length
}
