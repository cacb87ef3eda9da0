import type { HttpRequest } from '../message/request.ts'
import type { HttpResponse } from '../message/response.ts'
import type { HttpServerSettings } from '../options.ts'
import { ServerCounters } from '../stats.ts'
import { PathCache } from './path-cache.ts'
import { ResponseWriter } from './response-writer.ts'
import type { ServedConnection } from './served-connection.ts'

/** Answers one request: at once, or when its future or promise is ready. */
export type RequestHandler = (request: HttpRequest) => HttpResponse | PromiseLike<HttpResponse>

/** What all connections of a server share. */
export class ServerCore {
  readonly handler: RequestHandler
  readonly settings: HttpServerSettings
  readonly counters: ServerCounters
  readonly writer: ResponseWriter
  readonly paths: PathCache = new PathCache()
  readonly connections: Set<ServedConnection> = new Set()
  /** No more requests are wanted: responses say `connection: close`. */
  isClosing = false
  /** Reads since the last sweep. */
  turns = 0
  onEmpty: (() => void) | undefined

  constructor(handler: RequestHandler, settings: HttpServerSettings, memory?: ArrayBufferLike) {
    this.handler = handler
    this.settings = settings
    this.counters = new ServerCounters(memory)
    this.writer = new ResponseWriter(Date.now())
  }

  /** Time between two sweeps over the connections, in milliseconds: short enough for every timeout. */
  get sweepIntervalMs(): number {
    const { headerTimeoutMs, bodyTimeoutMs, idleTimeoutMs, handlerTimeoutMs, writeTimeoutMs } =
      this.settings
    const all = [headerTimeoutMs, bodyTimeoutMs, idleTimeoutMs, handlerTimeoutMs, writeTimeoutMs]
    all.push(this.settings.tls?.handshakeTimeoutMs ?? 0)
    const shortest = Math.min(...all.map((ms) => (ms === 0 ? Number.POSITIVE_INFINITY : ms)))
    return Math.max(5, Math.min(500, shortest / 4))
  }

  /** Moves the clock on, and lets every connection close what has expired. */
  sweep(): void {
    this.turns = 0
    const nowMs = Math.trunc(performance.now())
    this.writer.setTime(Date.now())
    for (const connection of this.connections) connection.sweep(nowMs)
    this.publish()
  }

  /** Brings {@link counters} up to date. */
  publish(): void {
    let sentByOpen = 0
    for (const connection of this.connections) sentByOpen += connection.bytesWritten
    this.counters.publish(sentByOpen)
  }

  /**
   * Whether the clock is read for this turn: reading it twice costs as much as half the parser, so
   * above 1000 turns a sweep only one in eight is timed.
   */
  isTurnTimed(): boolean {
    const turn = ++this.turns
    return turn <= 1000 || (turn & 7) === 0
  }

  /** A connection goes on as another object: what came as a mere socket speaks a protocol now. */
  replace(connection: ServedConnection, by: ServedConnection): void {
    this.connections.delete(connection)
    this.connections.add(by)
  }

  remove(connection: ServedConnection): void {
    if (!this.connections.delete(connection)) return
    this.counters.openConnections--
    if (this.connections.size === 0) this.onEmpty?.()
  }

  /** Tells the user's hook; a hook that fails itself has nobody left to tell but standard error. */
  report(error: unknown, request: HttpRequest | undefined): void {
    try {
      this.settings.onError(error, request)
    } catch (hookError) {
      console.error('onError failed:', hookError, 'while reporting:', error)
    }
  }
}
