import { WebSocketProtocolError } from '../errors.ts'
import { CLOSE_CODE } from './close-code.ts'

export function frameError(what: string): WebSocketProtocolError {
  return new WebSocketProtocolError('WEBSOCKET_FRAME', CLOSE_CODE.PROTOCOL_ERROR, what)
}

export function closeError(what: string): WebSocketProtocolError {
  return new WebSocketProtocolError('WEBSOCKET_CLOSE_FRAME', CLOSE_CODE.PROTOCOL_ERROR, what)
}

export function utf8Error(what: string): WebSocketProtocolError {
  const message = `${what} is not UTF-8`
  return new WebSocketProtocolError('WEBSOCKET_UTF8', CLOSE_CODE.INVALID_DATA, message)
}

export function tooBig(maxBytes: number): WebSocketProtocolError {
  const message = `A message of more than ${maxBytes} bytes`
  return new WebSocketProtocolError('WEBSOCKET_TOO_BIG', CLOSE_CODE.TOO_BIG, message)
}
