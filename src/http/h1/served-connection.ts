/** An open connection, in whatever state, as its server sees it. */
export interface ServedConnection {
  /** Bytes sent so far. */
  readonly bytesWritten: number
  /** Closes what has expired. @param nowMs - whole milliseconds, rounded down */
  sweep(nowMs: number): void
  /** The server is closing: ends the connection if nothing is in flight. */
  close(isRecentlyUsedSpared: boolean, nowMs: number): void
  destroy(): void
}
