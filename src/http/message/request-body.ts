import type { ReadableStream, WritableStream } from 'node:stream/web'
import { Deferred, Future } from '../../future/index.ts'
import { HttpBodyUsedError, HttpError } from '../errors.ts'
import { BodyContent } from './body-content.ts'
import type { BodyOptions, BodySupplier } from './body-supplier.ts'
import { decodeText, parseJson, pipeChunks, webStreamOf } from './body-views.ts'
import type { HeaderList } from './headers.ts'

/** Bytes kept until somebody takes them; then no more are read from the client. */
const UNTAKEN_LIMIT_BYTES = 65_536

/**
 * The body of a request: whole, or in pieces as they arrive.
 *
 * Nothing is asked of the client before somebody reads: no more than 64 KiB are kept, and a client
 * that expects `100 Continue` waits. Read as a whole it may be read again; read in pieces, once. All
 * ways to read it fail with {@link HttpError} 413 (too big), 400 (malformed, or the client has gone)
 * or 408 (too slow).
 */
export class RequestBody extends BodyContent implements AsyncIterable<Uint8Array> {
  #supplier: BodySupplier | undefined
  #maxBytes = -1
  #limit = Number.POSITIVE_INFINITY
  #reading: Deferred<Uint8Array> | undefined
  #bytes: Future<Uint8Array> | undefined
  #isStreaming = false
  #waiting: Deferred<Uint8Array | undefined> | undefined
  #reservedBytes = 0
  #failure: HttpError | undefined
  /** Until when the handler had to wait for the client, on the monotonic clock. @internal */
  waitedUntilMs = 0
  /** How long it could be received so far, up to the last sweep. @internal */
  readableMs = 0

  /** Must be called before anybody reads. @internal */
  attach(supplier: BodySupplier): void {
    this.#supplier = supplier
  }

  /** Fields that came behind a chunked body, names in lower case; empty until it has ended. */
  get trailers(): HeaderList {
    return []
  }

  /**
   * Limit for those who read without saying one, in bytes; may be set until then. Default: the
   * server's `maxBodyBytes`.
   */
  get maxBytes(): number {
    if (this.#maxBytes !== -1) return this.#maxBytes
    return this.#supplier?.maxBodyBytes ?? Number.POSITIVE_INFINITY
  }

  set maxBytes(bytes: number) {
    this.#maxBytes = bytes
  }

  /** Somebody is reading it, and no longer gets the whole. */
  get isUsed(): boolean {
    return this.#isStreaming
  }

  /**
   * The whole body. Ready at once if it has arrived with the head, as small bodies do; the same
   * bytes when asked for again.
   *
   * @returns fails with {@link HttpBodyUsedError} if it is being read in pieces
   */
  bytes(options?: BodyOptions): Future<Uint8Array> {
    const future = this.#read(options?.maxBytes ?? this.maxBytes)
    if (future.isPending) this.#supplier?.wantBody()
    return future
  }

  /** The whole body as UTF-8, without a byte order mark; broken bytes become U+FFFD. */
  text(options?: BodyOptions): Future<string> {
    return this.bytes(options).then(decodeText)
  }

  /**
   * The whole body as JSON, whatever its content type.
   *
   * @returns fails with {@link HttpError} 400 if it is no JSON, or no UTF-8
   */
  json(options?: BodyOptions): Future<unknown> {
    return this.bytes(options).then(parseJson)
  }

  /**
   * The body in pieces, as they arrive; each is the reader's own. Who stops before the end does not
   * want the rest.
   *
   * @throws {HttpBodyUsedError} from the first step, if somebody else reads it in pieces
   */
  async *chunks(options?: BodyOptions): AsyncGenerator<Uint8Array, void, void> {
    if (this.#bytes !== undefined) {
      const bytes = await this.#bytes
      if (bytes.length > 0) yield bytes
      return
    }
    this.#beginStreaming(options?.maxBytes ?? this.maxBytes)
    try {
      for (;;) {
        const chunk = await this.#next()
        if (chunk === undefined) return
        yield chunk
      }
    } finally {
      if (!this.isComplete) this.discard()
    }
  }

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    return this.chunks()
  }

  /** The body as a web stream, which asks for the next piece when it is read. */
  stream(options?: BodyOptions): ReadableStream<Uint8Array> {
    return webStreamOf(this.chunks(options))
  }

  /**
   * Writes the body into a Node or web stream as fast as that takes it, and ends the stream.
   *
   * @returns ready when the stream has taken all; fails as the body or the stream does, and destroys
   * the stream then
   */
  pipeTo(
    destination: NodeJS.WritableStream | WritableStream<Uint8Array>,
    options?: BodyOptions,
  ): Future<void> {
    return pipeChunks(this.chunks(options), destination)
  }

  /** Somebody reads it. @internal */
  get isWanted(): boolean {
    return this.#reading !== undefined || this.#isStreaming
  }

  /** True if no more should be read before somebody takes what there is. @internal */
  get isFull(): boolean {
    return (
      !this.isComplete &&
      this.#reading === undefined &&
      !this.isDiscarding &&
      this.untakenBytes >= UNTAKEN_LIMIT_BYTES
    )
  }

  /**
   * Takes content, which is copied in {@link keepView} only if nobody has read it by then.
   *
   * @internal
   */
  append(bytes: Uint8Array, start: number, end: number): void {
    this.receivedBytes += end - start
    if (this.isDiscarding || start === end) return
    if (this.receivedBytes > this.#limit) {
      this.fail(this.#tooBig())
      return
    }
    this.store(bytes, start, end)
  }

  /** Takes content, and gives it to whoever waits for it. @internal */
  push(bytes: Uint8Array): void {
    this.append(bytes, 0, bytes.length)
    this.keepView()
    this.deliver()
  }

  /** All content has come. @internal */
  complete(): void {
    this.isComplete = true
    this.deliver()
  }

  /** Gives what has been appended to whoever waits for it. @internal */
  deliver(): void {
    if (this.isComplete) this.#release()
    if (this.#waiting !== undefined) this.#deliverNext(this.#waiting)
    if (this.isComplete && this.#reading !== undefined && !this.isDiscarding) {
      this.#reading.resolve(this.#takeAll())
    }
  }

  /** Drops what has come and what is still to come. @internal */
  discard(): void {
    this.drop()
    this.#release()
  }

  /** Its request is answered: who still reads it is told so. @internal */
  abandon(): void {
    if (!this.isWanted) {
      this.discard()
      return
    }
    this.#bytes?.ignore()
    this.fail(new HttpError(400, 'The request was answered before its body had arrived'))
  }

  /** It will never be complete. @internal */
  fail(error: HttpError): void {
    if (this.isComplete && this.#reading === undefined) return
    this.discard()
    this.#failure ??= error
    this.#reading?.reject(error)
    this.#waiting?.reject(error)
    this.#waiting = undefined
  }

  #read(limit: number): Future<Uint8Array> {
    if (this.#bytes !== undefined) return this.#bytes
    if (this.#isStreaming) return Future.failed(new HttpBodyUsedError())
    if (Math.max(this.declaredLength, this.receivedBytes) > limit) {
      this.#bytes = Future.failed(this.#tooBig())
      this.discard()
    } else if (this.#failure !== undefined) {
      this.#bytes = Future.failed(this.#failure)
    } else if (this.isComplete) {
      this.#bytes = Future.ready(this.#takeAll())
    } else {
      this.#limit = limit
      this.#reading = new Deferred<Uint8Array>()
      this.#bytes = this.#reading.future
    }
    return this.#bytes
  }

  #beginStreaming(limit: number): void {
    if (this.#isStreaming) throw new HttpBodyUsedError()
    this.#isStreaming = true
    this.#limit = limit
    if (Math.max(this.declaredLength, this.receivedBytes) <= limit) return
    this.discard()
    this.#failure ??= this.#tooBig()
  }

  /** The next piece, or undefined at the end. */
  #next(): Future<Uint8Array | undefined> {
    if (this.#failure !== undefined) return Future.failed(this.#failure)
    const waiting = new Deferred<Uint8Array | undefined>()
    const wasFull = this.isFull
    if (!this.#deliverNext(waiting)) this.#waiting = waiting
    if (wasFull || this.#waiting !== undefined) this.#supplier?.wantBody()
    return waiting.future
  }

  /** @returns false if there is nothing yet */
  #deliverNext(waiting: Deferred<Uint8Array | undefined>): boolean {
    const isEmpty = this.untakenBytes === 0
    if (isEmpty && !this.isComplete) return false
    this.#waiting = undefined
    waiting.resolve(isEmpty ? undefined : this.#takeAll())
    return true
  }

  #tooBig(): HttpError {
    this.#supplier?.countBodyLimit?.('body')
    return new HttpError(413)
  }

  /** @internal */
  protected override get isGathered(): boolean {
    return this.#reading !== undefined
  }

  /** @internal */
  protected override get isStreamed(): boolean {
    return this.#isStreaming
  }

  /** @internal */
  protected override reserve(bytes: number): boolean {
    const supplier = this.#supplier
    if (supplier?.reserveBody === undefined) return true
    if (supplier.reserveBody(bytes)) {
      this.#reservedBytes += bytes
      return true
    }
    supplier.countBodyLimit?.('bodyMemory')
    this.fail(new HttpError(503, 'Too many bodies are being received', { 'retry-after': '1' }))
    return false
  }

  #release(): void {
    if (this.#reservedBytes === 0) return
    this.#supplier?.releaseBody?.(this.#reservedBytes)
    this.#reservedBytes = 0
  }

  /** What is taken is no longer the server's. */
  #takeAll(): Uint8Array {
    const bytes = this.take()
    this.#release()
    return bytes
  }
}
