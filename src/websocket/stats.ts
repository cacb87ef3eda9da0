/** Numbers of all WebSockets of this core since it was started. */
export interface WebSocketStats {
  readonly sockets: {
    readonly open: number
    readonly total: number
    /** Handshakes that were refused, with whatever status. */
    readonly refused: number
  }
  readonly messages: {
    readonly received: number
    readonly sent: number
    /** Not sent, because the peer did not read. */
    readonly dropped: number
    /** Published to topics of this core, once each, however many were subscribed. */
    readonly published: number
  }
  /** Of frames, headers included. */
  readonly bytes: { readonly received: number; readonly sent: number }
  /** Pings that were sent, and sockets cut off because nothing came back, or the peer did not read. */
  readonly pings: number
  readonly timeouts: { readonly pong: number; readonly idle: number; readonly send: number }
  /** Closed sockets, by close code: 1005 without a code, 1006 without a close frame. */
  readonly closes: Readonly<Record<string, number>>
}

/** @internal What {@link WebSocketStats} shows, counted where it happens. */
export class WebSocketCounters {
  // Fractions, so that the fields hold unboxed doubles from the start.
  open = 0
  total = 0
  refused = 0
  received = 0.5
  sent = 0.5
  dropped = 0
  published = 0
  receivedBytes = 0.5
  sentBytes = 0.5
  pings = 0
  pongTimeouts = 0
  idleTimeouts = 0
  sendTimeouts = 0
  readonly closes: Map<number, number> = new Map()

  countClose(code: number): void {
    this.closes.set(code, (this.closes.get(code) ?? 0) + 1)
  }

  snapshot(): WebSocketStats {
    return {
      sockets: { open: this.open, total: this.total, refused: this.refused },
      messages: {
        received: Math.floor(this.received),
        sent: Math.floor(this.sent),
        dropped: this.dropped,
        published: this.published,
      },
      bytes: {
        received: Math.floor(this.receivedBytes),
        sent: Math.floor(this.sentBytes),
      },
      pings: this.pings,
      timeouts: {
        pong: this.pongTimeouts,
        idle: this.idleTimeouts,
        send: this.sendTimeouts,
      },
      closes: Object.fromEntries(this.closes),
    }
  }
}

/** @internal One for all sockets of a core. */
export const webSocketCounters: WebSocketCounters = new WebSocketCounters()

/** Numbers of all WebSockets of this core. */
export function webSocketStats(): WebSocketStats {
  return webSocketCounters.snapshot()
}
