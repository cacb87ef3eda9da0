import type { Buffer } from 'node:buffer'
import type { HeaderList } from '../../message/headers.ts'
import { RequestBody } from '../../message/request-body.ts'
import { type BodySink, ChunkedDecoder } from './chunked-decoder.ts'

/**
 * The body of a request as HTTP/1.1 frames it.
 *
 * Until somebody asks, what arrives with the head is only looked at, not copied: a handler that
 * answers without reading the body pays nothing for it.
 */
export class BodyReader extends RequestBody implements BodySink {
  readonly #decoder: ChunkedDecoder | undefined

  /** @param declaredLength - in bytes, or -1 if chunked */
  constructor(declaredLength: number) {
    super(declaredLength)
    this.#decoder = declaredLength === -1 ? new ChunkedDecoder() : undefined
  }

  override get trailers(): HeaderList {
    return this.#decoder?.trailers ?? []
  }

  /** Declared bytes that are still to come; unknown, and so infinite, if chunked. */
  get missingBytes(): number {
    if (this.isComplete) return 0
    return this.#decoder === undefined
      ? this.declaredLength - this.receivedBytes
      : Number.POSITIVE_INFINITY
  }

  /**
   * Takes what is there of the body.
   *
   * @returns offset of the first byte behind the body, or `end`
   * @throws {HttpParseError} if the chunked coding is broken
   */
  feed(bytes: Buffer, start: number, end: number): number {
    let next: number
    if (this.#decoder === undefined) {
      next = Math.min(end, start + this.declaredLength - this.receivedBytes)
      this.append(bytes, start, next)
      this.isComplete = this.receivedBytes === this.declaredLength
    } else {
      next = this.#decoder.decode(bytes, start, end, this)
      this.isComplete = this.#decoder.isDone
    }
    this.deliver()
    return next
  }
}
