import type { WebSocketSettings } from './options.ts'

/**
 * Stands for the time until the next sweep: events do not read the clock. The sweep puts its own time
 * there, which is later than the event, so nothing expires early.
 */
const JUST_NOW = -1
/** How long a connection may stay open behind its last frame, so that the peer can read it. */
const LINGER_MS = 1000

/** What has expired: what is to be done about it. */
export type Expiry = 'none' | 'ping' | 'pong' | 'idle' | 'send' | 'close' | 'linger'

/** What the clock has to know of a socket at a sweep. */
export interface SocketState {
  readonly phase: 'open' | 'closing' | 'closed'
  /** Nothing is read at the moment, so that nothing can have arrived. */
  readonly isPaused: boolean
  readonly bufferedBytes: number
}

/** The times of one socket. */
export class SocketClock {
  #inputMs = JUST_NOW
  #messageMs = JUST_NOW
  #pingMs = 0
  #isPongAwaited = false
  #closingMs = JUST_NOW
  #stalledMs = 0
  #stalledBytes = 0

  noteInput(): void {
    this.#inputMs = JUST_NOW
    this.#isPongAwaited = false
  }

  noteMessage(): void {
    this.#messageMs = JUST_NOW
  }

  /** The socket has begun to close, or the connection has begun to end. */
  noteClosing(): void {
    this.#closingMs = JUST_NOW
  }

  /** @param nowMs - whole milliseconds, rounded down */
  check(nowMs: number, settings: WebSocketSettings, state: SocketState): Expiry {
    const noLaterMs = nowMs + 1
    if (this.#inputMs === JUST_NOW || state.isPaused) this.#inputMs = noLaterMs
    if (this.#messageMs === JUST_NOW) this.#messageMs = noLaterMs
    if (this.#closingMs === JUST_NOW) this.#closingMs = noLaterMs
    const { phase } = state
    if (phase === 'closed') return nowMs - this.#closingMs >= LINGER_MS ? 'linger' : 'none'
    if (phase === 'closing') {
      return nowMs - this.#closingMs >= settings.closeTimeoutMs ? 'close' : 'none'
    }
    if (this.#isStalled(nowMs, settings.sendTimeoutMs, state.bufferedBytes)) return 'send'
    const { idleTimeoutMs } = settings
    if (idleTimeoutMs > 0 && nowMs - this.#messageMs >= idleTimeoutMs) return 'idle'
    return this.#checkPing(nowMs, settings)
  }

  #checkPing(nowMs: number, { pingIntervalMs, pongTimeoutMs }: WebSocketSettings): Expiry {
    if (this.#isPongAwaited) return nowMs - this.#pingMs >= pongTimeoutMs ? 'pong' : 'none'
    if (pingIntervalMs === 0 || nowMs - this.#inputMs < pingIntervalMs) return 'none'
    this.#isPongAwaited = true
    this.#pingMs = nowMs + 1
    return 'ping'
  }

  #isStalled(nowMs: number, timeoutMs: number, bufferedBytes: number): boolean {
    if (bufferedBytes === 0 || bufferedBytes !== this.#stalledBytes) {
      this.#stalledBytes = bufferedBytes
      this.#stalledMs = nowMs + 1
      return false
    }
    return timeoutMs > 0 && nowMs - this.#stalledMs >= timeoutMs
  }
}
