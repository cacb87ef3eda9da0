import type { Buffer } from 'node:buffer'

/** What a connection tells its owner. Every call is an I/O callback of the run queue. */
export interface ConnectionHandler {
  /** @param chunk - valid during the call only: every connection of the thread reads into it */
  onData(chunk: Buffer): void
  /** The peer has sent its last byte; it may still read. */
  onEnd(): void
  /** Everything that had been waiting in the socket is sent; see {@link Connection.write}. */
  onDrain(): void
  /** The last call, exactly once; `error` is what broke the connection, if anything did. */
  onClose(error: Error | undefined): void
}

/** Hears of a socket that was given away. */
export const NOBODY: ConnectionHandler = { onData() {}, onEnd() {}, onDrain() {}, onClose() {} }
