import { Buffer } from 'node:buffer'

/** Why a WebSocket was closed. @see RFC 6455, 7.4.1, and IANA's WebSocket Close Code Number Registry */
export const CLOSE_CODE = {
  NORMAL: 1000,
  /** The server shuts down, or the page is left. */
  GOING_AWAY: 1001,
  PROTOCOL_ERROR: 1002,
  UNSUPPORTED_DATA: 1003,
  /** The close frame had no code. Never sent. */
  NO_STATUS: 1005,
  /** The connection broke without a close frame. Never sent. */
  ABNORMAL: 1006,
  INVALID_DATA: 1007,
  POLICY_VIOLATION: 1008,
  TOO_BIG: 1009,
  INTERNAL_ERROR: 1011,
} as const

/** @see RFC 6455, 7.4: the code of a close frame, whoever sends it */
export function isSendableCloseCode(code: number): boolean {
  if (code >= 3000) return code <= 4999
  if (code < 1000 || code > 1014) return false
  return code !== 1004 && code !== CLOSE_CODE.NO_STATUS && code !== CLOSE_CODE.ABNORMAL
}

/** What a close frame carries. @see RFC 6455, 5.5.1 */
export function closePayload(code: number, reason: string): Buffer {
  const payload = Buffer.alloc(2 + Buffer.byteLength(reason))
  payload.writeUInt16BE(code)
  payload.write(reason, 2)
  return payload
}
