/** An open connection, in whatever state, as its server sees it. */
export interface ServedConnection {
  /** Bytes sent so far. */
  readonly bytesWritten: number
  /** Told when the connection is closed; goes over to the object that takes its place. */
  onLeave: (() => void) | undefined
  /**
   * Closes what has expired.
   *
   * @param nowMs - whole milliseconds, rounded down
   * @param elapsedMs - since the last sweep
   */
  sweep(nowMs: number, elapsedMs: number): void
  /** The server is closing: ends the connection if nothing is in flight. */
  close(isRecentlyUsedSpared: boolean, nowMs: number): void
  destroy(): void
}
