import type { Buffer } from 'node:buffer'
import type { Socket } from 'node:net'
import { reasonPhrase } from '../message/status.ts'
import type { ServerCounters } from '../statistics/server-counters.ts'

/** Refused connections that may wait to be told so; those beyond are closed at once. */
const MAX_WAITING = 128
/** How long one may take to ask, and to read its answer. */
const PATIENCE_MS = 1000
/** What one may go on to send while it is answered. */
const MAX_IGNORED_BYTES = 65_536
/** Stands for the time until the next sweep. */
const JUST_NOW = -1

/** Why a connection is not let in. */
export type Refusal = 429 | 503

const DETAILS: Readonly<Record<Refusal, string>> = {
  429: 'Too many connections from this address',
  503: 'Too many connections',
}

/**
 * Tells connections beyond a limit so, instead of cutting them off without a word.
 *
 * The answer is the same for all, and nothing is parsed: it costs about what closing does. It is
 * given to what a client sends first, since an answer before any request is taken for garbage.
 */
export class Refusals {
  readonly #counters: ServerCounters
  /** Since when each is waited for. */
  readonly #waiting: Map<Socket, number> = new Map()

  constructor(counters: ServerCounters) {
    this.#counters = counters
  }

  /** @param socket - accepted and paused; nobody else uses it any more */
  refuse(socket: Socket, status: Refusal): void {
    // What arrives broken has nobody to be told.
    socket.on('error', () => {})
    if (this.#waiting.size >= MAX_WAITING) {
      socket.destroy()
      return
    }
    this.#waiting.set(socket, JUST_NOW)
    socket.once('close', () => this.#leave(socket))
    socket.on('end', () => socket.end())
    let ignoredBytes = 0
    socket.on('data', (chunk: Buffer) => {
      if (ignoredBytes === 0) this.#answer(socket, status, chunk)
      ignoredBytes += chunk.length
      if (ignoredBytes > MAX_IGNORED_BYTES) socket.destroy()
    })
    socket.resume()
  }

  /** Closes what has taken too long. @param nowMs - whole milliseconds, rounded down */
  sweep(nowMs: number): void {
    for (const [socket, sinceMs] of this.#waiting) {
      if (sinceMs === JUST_NOW) this.#waiting.set(socket, nowMs + 1)
      else if (nowMs - sinceMs >= PATIENCE_MS) socket.destroy()
    }
  }

  /** Closes all. */
  close(): void {
    for (const socket of this.#waiting.keys()) socket.destroy()
  }

  #answer(socket: Socket, status: Refusal, firstChunk: Buffer): void {
    // Who begins with HTTP/2 would not understand.
    if (startsWith(firstChunk, 'PRI ')) {
      socket.destroy()
      return
    }
    this.#counters.responses[(status / 100) | 0]!++
    socket.end(refusalText(status, startsWith(firstChunk, 'HEAD ')), 'latin1')
  }

  #leave(socket: Socket): void {
    this.#waiting.delete(socket)
    this.#counters.receivedBytes += socket.bytesRead
    this.#counters.sentByClosed += socket.bytesWritten
  }
}

/** @see RFC 6585, section 4, and RFC 9110, 15.6.4 */
function refusalText(status: Refusal, isHead: boolean): string {
  const body = `{"detail":"${DETAILS[status]}"}`
  const lines = [
    `HTTP/1.1 ${status} ${reasonPhrase(status)}`,
    `date: ${new Date().toUTCString()}`,
    'retry-after: 1',
    'content-type: application/json',
    `content-length: ${body.length}`,
    'connection: close',
  ]
  return `${lines.join('\r\n')}\r\n\r\n${isHead ? '' : body}`
}

function startsWith(bytes: Buffer, text: string): boolean {
  return bytes.toString('latin1', 0, text.length) === text
}
