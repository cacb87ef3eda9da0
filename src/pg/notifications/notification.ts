/** One message of a channel. */
export interface PgNotification {
  readonly channel: string
  /** Empty if the sender gave none. */
  readonly payload: string
  /** Of the server's process that sent it: `pg_backend_pid()` of the sender. */
  readonly processId: number
}

/** Notifications of a channel may have been missed: the connection was lost, and is there again. */
export interface PgGap {
  readonly channel: string
  /** Why the connection was lost. */
  readonly cause: unknown
}

export interface ListenOptions {
  /**
   * Called when listening goes on after the connection was lost: what was sent in between is gone, so
   * read anew what the notifications are about. What is sent from now on arrives.
   */
  readonly onGap?: (gap: PgGap) => unknown
}

export interface NotificationsOptions extends ListenOptions {
  /** Ends the loop with `AbortedError`. */
  readonly signal?: AbortSignal
  /** Notifications that may wait for the loop, by default 10,000; beyond, it fails with `LimitError`. */
  readonly maxQueued?: number
}

/** @internal Who is told. */
export interface NotificationHandler {
  onNotification(notification: PgNotification): unknown
  onGap(gap: PgGap): unknown
  /** The pool is closed: nothing comes any more. */
  onEnd(): void
}
