import { afterInput } from '../../core/after-input.ts'
import { enterCallback, leaveCallback } from '../../core/run-queue.ts'
import type { HttpRequest } from '../message/request.ts'
import type { HttpResponse } from '../message/response.ts'
import type { HttpServerSettings } from '../options.ts'
import { ServerCounters } from '../statistics/server-counters.ts'
import { BodyMemory } from './body/body-memory.ts'
import { PathCache } from './request/path-cache.ts'
import { ResponseWriter } from './response/response-writer.ts'
import type { ServedConnection } from './served-connection.ts'

/** Answers one request: at once, or when its future or promise is ready. */
export type RequestHandler = (request: HttpRequest) => HttpResponse | PromiseLike<HttpResponse>

/** Tells, when a turn is flushed, that what was written in it has left. */
export interface SentNotifier {
  noteSent(): void
}

/** Stands for the time of a turn that is not timed. */
const UNTIMED = -1

/** What all connections of a server share. */
export class ServerCore {
  readonly handler: RequestHandler
  readonly settings: HttpServerSettings
  readonly counters: ServerCounters
  readonly writer: ResponseWriter
  readonly bodyMemory: BodyMemory
  readonly paths: PathCache = new PathCache()
  readonly connections: Set<ServedConnection> = new Set()
  /** No more requests are wanted: responses say `connection: close`. */
  isClosing = false
  /** Reads since the last sweep. */
  turns = 0
  onEmpty: (() => void) | undefined
  #sweptMs = Math.trunc(performance.now())
  /** Connections that have written, in this turn, what somebody waits to see sent. */
  #sent: SentNotifier[] = []

  constructor(handler: RequestHandler, settings: HttpServerSettings, memory?: ArrayBufferLike) {
    this.handler = handler
    this.settings = settings
    this.counters = new ServerCounters(memory)
    this.writer = new ResponseWriter(Date.now())
    this.bodyMemory = new BodyMemory(settings.maxBufferedBodyBytes)
  }

  /** Time between two sweeps over the connections, in milliseconds: short enough for every timeout. */
  get sweepIntervalMs(): number {
    const { headerTimeoutMs, bodyTimeoutMs, idleTimeoutMs, handlerTimeoutMs, writeTimeoutMs } =
      this.settings
    const { minBodyBytesPerSecond, bodyGraceMs } = this.settings
    const all = [headerTimeoutMs, bodyTimeoutMs, idleTimeoutMs, handlerTimeoutMs, writeTimeoutMs]
    all.push(this.settings.tls?.handshakeTimeoutMs ?? 0)
    if (minBodyBytesPerSecond > 0) all.push(Math.max(bodyGraceMs, 20))
    const shortest = Math.min(...all.map((ms) => (ms === 0 ? Number.POSITIVE_INFINITY : ms)))
    return Math.max(5, Math.min(500, shortest / 4))
  }

  /** Moves the clock on, and lets every connection close what has expired. */
  sweep(): void {
    this.turns = 0
    const nowMs = Math.trunc(performance.now())
    this.writer.setTime(Date.now())
    const elapsedMs = nowMs - this.#sweptMs
    this.#sweptMs = nowMs
    for (const connection of this.connections) connection.sweep(nowMs, elapsedMs)
    this.publish()
  }

  /** Brings {@link counters} up to date. */
  publish(): void {
    let sentByOpen = 0
    for (const connection of this.connections) sentByOpen += connection.bytesWritten
    this.counters.publish(sentByOpen)
  }

  /**
   * Begins to time a turn, mostly: reading the clock twice costs as much as half the parser, so above
   * 1000 turns a sweep only one in eight is timed.
   *
   * @returns what {@link endTurn} is to be given
   */
  beginTurn(): number {
    const turn = ++this.turns
    return turn <= 1000 || (turn & 7) === 0 ? performance.now() : UNTIMED
  }

  /**
   * Counts what took no longer than the turn.
   *
   * @param startMs - what {@link beginTurn} returned
   * @param answered - responses, at least one
   */
  endTurn(startMs: number, answered: number): void {
    if (startMs === UNTIMED) this.counters.addUntimed(answered)
    else this.counters.addTurn(performance.now() - startMs, answered)
  }

  /** A connection goes on as another object: what came as a mere socket speaks a protocol now. */
  replace(connection: ServedConnection, by: ServedConnection): void {
    this.connections.delete(connection)
    this.connections.add(by)
    by.onLeave = connection.onLeave
  }

  /** Lets a connection look, when this turn is flushed, whether what it wrote has left. */
  afterTurn(notifier: SentNotifier): void {
    this.#sent.push(notifier)
    if (this.#sent.length === 1) afterInput(() => this.#tellSent())
  }

  remove(connection: ServedConnection): void {
    if (!this.connections.delete(connection)) return
    this.counters.openConnections--
    if (this.connections.size === 0) this.onEmpty?.()
  }

  #tellSent(): void {
    const sent = this.#sent
    this.#sent = []
    enterCallback()
    for (const notifier of sent) notifier.noteSent()
    leaveCallback()
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
