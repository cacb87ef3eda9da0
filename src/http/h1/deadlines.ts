import type { RequestBody } from '../message/request-body.ts'
import type { HttpServerSettings } from '../options.ts'

/** How long input is thrown away after our last byte, so that the peer can read it: RFC 9112, 9.6. */
const LINGER_MS = 1000
/** As long as input still comes it is thrown away for so long, and no longer. */
const LINGER_LIMIT_MS = 10_000
/** A connection used so shortly ago may be about to bring the next request. */
const RECENT_MS = 1000
/**
 * Stands for the time until the next sweep: events do not read the clock. The sweep puts its own
 * time there, which is later than the event, so nothing expires early.
 */
export const JUST_NOW = -1

/** What a connection is at, as far as time is concerned. */
export type Phase =
  /** A body is being received. */
  | 'body'
  /** Requests are at work, or the connection is not read. */
  | 'busy'
  /** The last byte is written; the peer may still be reading. */
  | 'linger'
  /** A part of a head has come. */
  | 'head'
  /** Between two requests. */
  | 'idle'
  /** Nothing has come yet. */
  | 'fresh'

/** When the things of one connection have begun, and which of them have taken too long. */
export class Deadlines {
  bodyMs: number = JUST_NOW
  headMs: number = JUST_NOW
  activeMs: number = JUST_NOW
  #stalledSinceMs = 0
  #stalledBytes = 0

  /** Puts a time to what has happened since the last sweep. @param nowMs - whole, rounded down */
  settle(nowMs: number): void {
    const noLaterMs = nowMs + 1
    if (this.activeMs === JUST_NOW) this.activeMs = noLaterMs
    if (this.headMs === JUST_NOW) this.headMs = noLaterMs
    if (this.bodyMs === JUST_NOW) this.bodyMs = noLaterMs
  }

  /** The last byte is written: what still comes is thrown away for a while. */
  startLinger(): void {
    this.activeMs = JUST_NOW
    this.bodyMs = JUST_NOW
  }

  isOver(phase: Phase, nowMs: number, settings: HttpServerSettings): boolean {
    if (phase === 'busy') return false
    if (phase === 'body') return isPast(this.bodyMs, nowMs, settings.bodyTimeoutMs)
    if (phase === 'head') return isPast(this.headMs, nowMs, settings.headerTimeoutMs)
    if (phase === 'idle') return isPast(this.activeMs, nowMs, settings.idleTimeoutMs)
    if (phase === 'fresh') return isPast(this.activeMs, nowMs, settings.headerTimeoutMs)
    return isPast(this.activeMs, nowMs, LINGER_MS) || isPast(this.bodyMs, nowMs, LINGER_LIMIT_MS)
  }

  /** @param unsentBytes - what waits for the peer now */
  isWriteStalled(nowMs: number, unsentBytes: number, timeoutMs: number): boolean {
    if (unsentBytes === 0 || unsentBytes !== this.#stalledBytes) {
      this.#stalledBytes = unsentBytes
      this.#stalledSinceMs = nowMs
      return false
    }
    return isPast(this.#stalledSinceMs, nowMs, timeoutMs)
  }

  /** Whether the next request may already be on its way. */
  isRecent(nowMs: number): boolean {
    return this.activeMs === JUST_NOW || nowMs - this.activeMs < RECENT_MS
  }
}

/**
 * Whether a client sends its body too slowly, over the time the server was ready to read it.
 *
 * @param elapsedMs - since the last sweep
 */
export function isTooSlow(
  body: RequestBody,
  elapsedMs: number,
  { minBodyBytesPerSecond, bodyGraceMs }: HttpServerSettings,
): boolean {
  body.readableMs += elapsedMs
  if (body.readableMs <= bodyGraceMs) return false
  return (body.receivedBytes * 1000) / body.readableMs < minBodyBytesPerSecond
}

function isPast(sinceMs: number, nowMs: number, timeoutMs: number): boolean {
  return timeoutMs > 0 && nowMs - sinceMs >= timeoutMs
}
