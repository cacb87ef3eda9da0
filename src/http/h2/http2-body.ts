import type { Buffer } from 'node:buffer'
import type { ServerHttp2Stream } from 'node:http2'
import type { HttpError } from '../errors.ts'
import type { BodyReader } from '../h1/body-reader.ts'
import { asCallback } from './as-callback.ts'

/** Stands for the time until the next sweep. */
const JUST_NOW = -1

/** Carries the body of a request from its stream to whoever reads it, and holds the client back if nobody does. */
export class Http2Body {
  readonly #stream: ServerHttp2Stream
  readonly #reader: BodyReader
  #startedMs = JUST_NOW

  constructor(stream: ServerHttp2Stream, reader: BodyReader) {
    this.#stream = stream
    this.#reader = reader
    stream.on('data', (chunk: Buffer) => asCallback(() => this.#take(chunk)))
    stream.once('end', () => asCallback(() => this.#end()))
  }

  get isComplete(): boolean {
    return this.#reader.isComplete
  }

  /** Somebody waits for it. */
  resume(): void {
    this.#startedMs = JUST_NOW
    this.#stream.resume()
  }

  /** @param nowMs - whole milliseconds, rounded down */
  isExpired(nowMs: number, timeoutMs: number): boolean {
    if (this.#startedMs === JUST_NOW) this.#startedMs = nowMs + 1
    const { isComplete, isFull, isDiscarding } = this.#reader
    if (timeoutMs === 0 || isComplete || isFull || isDiscarding) return false
    return nowMs - this.#startedMs >= timeoutMs
  }

  fail(error: HttpError): void {
    this.#reader.fail(error)
  }

  /** Nobody will read it any more. */
  discard(): void {
    this.#reader.discard()
  }

  #take(chunk: Buffer): void {
    this.#reader.append(chunk, 0, chunk.length)
    this.#reader.keepView()
    if (this.#reader.isFull) this.#stream.pause()
  }

  #end(): void {
    // A stream that was reset ends, too.
    if (!this.#stream.aborted) this.#reader.finish()
  }
}
