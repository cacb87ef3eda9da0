import { Buffer } from 'node:buffer'
import { Deferred, Future } from '../../future/index.ts'
import { HttpError } from '../errors.ts'
import { type BodySink, ChunkedDecoder } from './chunked-decoder.ts'

/** Bytes kept for a handler that has not asked for the body; then the connection stops reading. */
const UNASKED_LIMIT_BYTES = 65_536

/**
 * Gathers the body of one request.
 *
 * Until somebody asks, what arrives with the head is only looked at, not copied: a handler that
 * answers without reading the body pays nothing for it.
 */
export class BodyReader implements BodySink {
  readonly #decoder: ChunkedDecoder | undefined
  /** Declared length in bytes, or -1 if chunked. */
  readonly declaredLength: number
  #parts: Buffer[] = []
  /** A part of the connection's read buffer, valid until {@link keepView}. */
  #view: Buffer | undefined
  #limit = Number.POSITIVE_INFINITY
  #reading: Deferred<Uint8Array> | undefined
  #bytes: Future<Uint8Array> | undefined
  /** Nobody wants what still comes. */
  isDiscarding = false
  /** Content bytes that have arrived. */
  receivedBytes = 0
  isComplete = false

  constructor(declaredLength: number) {
    this.declaredLength = declaredLength
    this.#decoder = declaredLength === -1 ? new ChunkedDecoder() : undefined
  }

  /** Somebody waits for the body. */
  get isWanted(): boolean {
    return this.#reading !== undefined
  }

  /** True if more bytes should not be read before somebody asks for them. */
  get isFull(): boolean {
    return (
      !this.isComplete &&
      this.#reading === undefined &&
      !this.isDiscarding &&
      this.receivedBytes >= UNASKED_LIMIT_BYTES
    )
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
    if (this.isComplete && this.#reading !== undefined) this.#settle(this.#reading)
    return next
  }

  append(bytes: Uint8Array, start: number, end: number): void {
    this.receivedBytes += end - start
    if (this.isDiscarding || start === end) return
    if (this.receivedBytes > this.#limit) {
      this.fail(new HttpError(413))
      return
    }
    const view = (bytes as Buffer).subarray(start, end)
    if (this.receivedBytes === end - start && this.#reading === undefined) this.#view = view
    else {
      this.keepView()
      this.#parts.push(Buffer.from(view))
    }
  }

  /** The end of a body that is told beside it, as in HTTP/2. */
  finish(): void {
    this.isComplete = true
    if (this.#reading !== undefined) this.#settle(this.#reading)
  }

  /** Copies what only stands in the read buffer: it is about to be used for other input. */
  keepView(): void {
    if (this.#view === undefined) return
    this.#parts.push(Buffer.from(this.#view))
    this.#view = undefined
  }

  /** The whole body as soon as it is there. */
  read(limit: number): Future<Uint8Array> {
    if (this.#bytes !== undefined) return this.#bytes
    if (Math.max(this.declaredLength, this.receivedBytes) > limit) {
      this.#bytes = Future.failed(new HttpError(413))
      this.discard()
    } else if (this.isComplete) {
      this.#bytes = Future.ready(this.#take())
    } else {
      this.#limit = limit
      this.#reading = new Deferred<Uint8Array>()
      this.#bytes = this.#reading.future
    }
    return this.#bytes
  }

  /** Drops what has come and what is still to come. */
  discard(): void {
    this.isDiscarding = true
    this.#parts = []
    this.#view = undefined
  }

  /** The body will never be complete. */
  fail(error: HttpError): void {
    if (this.isComplete && this.#reading === undefined) return
    this.discard()
    if (this.#reading !== undefined) this.#reading.reject(error)
    else this.#bytes ??= lazyFailure(error)
  }

  #settle(reading: Deferred<Uint8Array>): void {
    if (!this.isDiscarding) reading.resolve(this.#take())
  }

  #take(): Uint8Array {
    this.keepView()
    const parts = this.#parts
    this.#parts = []
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts)
  }
}

/** A failure nobody may ever ask for is not an unhandled one. */
function lazyFailure(error: HttpError): Future<Uint8Array> {
  const failed = Future.failed(error)
  failed.ignore()
  return failed
}
