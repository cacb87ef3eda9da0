import type { Buffer } from 'node:buffer'
import type { ServerHttp2Stream } from 'node:http2'
import { asCallback } from '../../reactor/callback.ts'
import type { HeaderList } from '../message/headers.ts'
import { RequestBody } from '../message/request-body.ts'

/** Stands for the time until the next sweep. */
const JUST_NOW = -1

/** The body of a request as it comes over its stream; a client whose body nobody reads is held back. */
export class Http2Body extends RequestBody {
  readonly #stream: ServerHttp2Stream
  #trailers: HeaderList = []
  #startedMs = JUST_NOW

  /** @param declaredLength - in bytes, or -1 if the client has not said it */
  constructor(stream: ServerHttp2Stream, declaredLength: number) {
    super(declaredLength)
    this.#stream = stream
    stream.on('data', (chunk: Buffer) => asCallback(() => this.#take(chunk)))
    stream.once('trailers', (fields) => this.#takeTrailers(fields))
    // A stream that was reset ends, too.
    stream.once('end', () => {
      if (!stream.aborted) asCallback(() => this.complete())
    })
  }

  override get trailers(): HeaderList {
    return this.#trailers
  }

  /** The client is expected to send more of it. */
  get isReceiving(): boolean {
    return !this.isComplete && !this.isFull && !this.isDiscarding
  }

  /** Somebody waits for it. */
  resume(): void {
    this.#startedMs = JUST_NOW
    this.#stream.resume()
  }

  /** @param nowMs - whole milliseconds, rounded down */
  isExpired(nowMs: number, timeoutMs: number): boolean {
    if (this.#startedMs === JUST_NOW) this.#startedMs = nowMs + 1
    return this.isReceiving && timeoutMs > 0 && nowMs - this.#startedMs >= timeoutMs
  }

  #take(chunk: Buffer): void {
    this.push(chunk)
    if (this.isFull) this.#stream.pause()
  }

  #takeTrailers(fields: Readonly<Record<string, string | string[] | undefined>>): void {
    this.#trailers = Object.entries(fields).flatMap(([name, value = []]) =>
      (Array.isArray(value) ? value : [value]).map((each) => [name, each] as const),
    )
  }
}
