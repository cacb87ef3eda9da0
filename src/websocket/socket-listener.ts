import type { WebSocketMessage } from './protocol/message-parser.ts'

/** How a socket was closed. */
export interface WebSocketClose {
  /** Of the peer's close frame, or of ours if we had to give up; 1005 without a code, 1006 without a frame. */
  readonly code: number
  readonly reason: string
  /** Whether both sides have sent their close frames. */
  readonly wasClean: boolean
}

/** Who is told what a connection brings: the socket of the user. */
export interface SocketListener {
  deliver(message: WebSocketMessage): void
  /** The peer reads again. */
  drained(): void
  /** Exactly once: nothing comes any more, and nothing can be sent. */
  finish(close: WebSocketClose): void
}
