import { registerErrorClasses } from '../core/error-classes.ts'
import { FasterApiError, FlowError } from '../core/errors.ts'

/** What a peer has done that ends the connection, with the code it is told. */
export type WebSocketProtocolErrorCode =
  | 'WEBSOCKET_FRAME'
  | 'WEBSOCKET_MASK'
  | 'WEBSOCKET_FRAGMENT'
  | 'WEBSOCKET_CLOSE_FRAME'
  | 'WEBSOCKET_UTF8'
  | 'WEBSOCKET_TOO_BIG'
  | 'WEBSOCKET_DEFLATE'

/** The peer breaks the protocol or a limit; the connection is closed with {@link closeCode}. */
export class WebSocketProtocolError extends FlowError {
  readonly code: WebSocketProtocolErrorCode
  /** 1002, 1007 or 1009. */
  readonly closeCode: number

  constructor(code: WebSocketProtocolErrorCode, closeCode: number, message: string) {
    super(message)
    this.code = code
    this.closeCode = closeCode
  }
}

/** The socket cannot do this now, or not twice: the message says why. */
export class WebSocketStateError extends FasterApiError {
  readonly code = 'WEBSOCKET_STATE'
}

registerErrorClasses(WebSocketProtocolError, WebSocketStateError)
