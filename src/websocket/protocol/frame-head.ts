import { FIN, OPCODE } from './opcode.ts'

/** Header bytes of a frame without mask, one character each, as connections like them best. */
function makeHead(head: number, length: number): string {
  if (length < 126) return String.fromCharCode(head, length)
  if (length < 65_536) return String.fromCharCode(head, 126, length >>> 8, length & 0xff)
  const high = Math.floor(length / 2 ** 32)
  return String.fromCharCode(head, 127, ...bytesOf(high), ...bytesOf(length >>> 0))
}

const TEXT_HEADS = Array.from({ length: 126 }, (_, length) => makeHead(FIN | OPCODE.TEXT, length))

/**
 * The header of a frame from the server.
 *
 * @param head - the first byte: opcode and flags
 * @param length - of the payload, in bytes
 * @see RFC 6455, 5.2
 */
export function frameHead(head: number, length: number): string {
  return length < 126 && head === (FIN | OPCODE.TEXT) ? TEXT_HEADS[length]! : makeHead(head, length)
}

function bytesOf(word: number): number[] {
  return [word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff]
}
