/** What a frame carries. @see RFC 6455, 11.8 */
export const OPCODE = {
  CONTINUATION: 0,
  TEXT: 1,
  BINARY: 2,
  CLOSE: 8,
  PING: 9,
  PONG: 10,
} as const

/** Of the first byte of a frame. @see RFC 6455, 5.2 */
export const FIN = 0x80
/** Marks a compressed message where permessage-deflate is in use. @see RFC 7692, 6 */
export const RSV1 = 0x40
export const RSV2_AND_RSV3 = 0x30
/** Of the second byte. */
export const MASKED = 0x80

/** The most a control frame may carry. @see RFC 6455, 5.5 */
export const MAX_CONTROL_BYTES = 125

/** Close and its kind: they are never split, and may come between the parts of a message. */
export function isControl(opcode: number): boolean {
  return opcode >= OPCODE.CLOSE
}
