import { Buffer, isUtf8 } from 'node:buffer'
import { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { ReadableStream, type WritableStream } from 'node:stream/web'
import { Deferred, Future } from '../../future/index.ts'
import { HttpBodyUsedError, HttpError } from '../errors.ts'
import { BodyBuffer } from './body-buffer.ts'
import { BodyParts } from './body-parts.ts'
import { BodyRoom } from './body-room.ts'
import type { HeaderList } from './headers.ts'

/** Bytes kept until somebody takes them; then no more are read from the client. */
const UNTAKEN_LIMIT_BYTES = 65_536

const decoder = new TextDecoder()

/** How much of a body is wanted. */
export interface BodyOptions {
  /** Bytes beyond which it fails with 413; default {@link RequestBody.maxBytes}. */
  readonly maxBytes?: number
}

/** Where a body comes from. */
export interface BodySupplier {
  /** Limit for those who read without saying one. */
  readonly maxBodyBytes: number
  /** Somebody waits for more. */
  wantBody(): void
  /** @returns false if there is no memory for so much more */
  reserveBody?(bytes: number): boolean
  releaseBody?(bytes: number): void
  countBodyLimit?(kind: 'body' | 'bodyMemory'): void
}

/**
 * The body of a request: whole, or in pieces as they arrive.
 *
 * Nothing is asked of the client before somebody reads: no more than 64 KiB are kept, and a client
 * that expects `100 Continue` waits. Read as a whole it may be read again; read in pieces, once. All
 * ways to read it fail with {@link HttpError} 413 (too big), 400 (malformed, or the client has gone)
 * or 408 (too slow).
 */
export class RequestBody implements AsyncIterable<Uint8Array> {
  /** Declared length in bytes, or -1 if it is not known. */
  readonly declaredLength: number
  #supplier: BodySupplier | undefined
  #maxBytes = -1
  #parts: BodyParts | BodyBuffer | undefined
  /** Of a body read in pieces that comes fast. */
  #room: BodyRoom | undefined
  /** A part of the connection's read buffer, valid until {@link keepView}. */
  #view: Buffer | undefined
  #limit = Number.POSITIVE_INFINITY
  #reading: Deferred<Uint8Array> | undefined
  #bytes: Future<Uint8Array> | undefined
  #isStreaming = false
  #waiting: Deferred<Uint8Array | undefined> | undefined
  #takenBytes = 0
  #reservedBytes = 0
  #failure: HttpError | undefined
  /** Content that came after nobody wanted it any more, less what had come before. */
  #discardedFrom = 0
  /** Nobody wants what still comes. @internal */
  isDiscarding = false
  /** Until when the handler had to wait for the client, on the monotonic clock. @internal */
  waitedUntilMs = 0
  /** How long it could be received so far, up to the last sweep. @internal */
  readableMs = 0
  /** Content bytes that have arrived. */
  receivedBytes = 0
  /** All of it has arrived. */
  isComplete = false

  /** @internal */
  constructor(declaredLength: number) {
    this.declaredLength = declaredLength
  }

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
    if (future.isPending) this.#want()
    return future
  }

  /** The whole body as UTF-8, without a byte order mark; broken bytes become U+FFFD. */
  text(options?: BodyOptions): Future<string> {
    return this.bytes(options).then((bytes) => decoder.decode(bytes))
  }

  /**
   * The whole body as JSON, whatever its content type.
   *
   * @returns fails with {@link HttpError} 400 if it is no JSON, or no UTF-8
   */
  json(options?: BodyOptions): Future<unknown> {
    return this.bytes(options).then((bytes): unknown => {
      if (!isUtf8(bytes)) throw new HttpError(400, 'The body is not UTF-8')
      try {
        return JSON.parse(decoder.decode(bytes))
      } catch (cause) {
        throw new HttpError(400, 'The body is not JSON', undefined, { cause })
      }
    })
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
    const chunks = this.chunks(options)
    return new ReadableStream<Uint8Array>(
      {
        pull: async (controller) => {
          const step = await chunks.next()
          if (step.done === true) controller.close()
          else controller.enqueue(step.value)
        },
        cancel: () => void chunks.return(),
      },
      { highWaterMark: 0 },
    )
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
    return Future.from(
      isWebStream(destination)
        ? this.stream(options).pipeTo(destination)
        : pipeline(this.chunks(options), destination),
    )
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
      this.receivedBytes - this.#takenBytes >= UNTAKEN_LIMIT_BYTES
    )
  }

  /** What has come since nobody wants it. @internal */
  get discardedBytes(): number {
    return this.isDiscarding ? this.receivedBytes - this.#discardedFrom : 0
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
    if (this.receivedBytes === end - start && this.#reading === undefined) {
      this.#view = (bytes as Buffer).subarray(start, end)
      return
    }
    this.keepView()
    this.#keep(bytes, start, end)
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
      this.#reading.resolve(this.#take())
    }
  }

  /** Copies what only stands in the read buffer: it is about to be used for other input. @internal */
  keepView(): void {
    if (this.#view === undefined) return
    const view = this.#view
    this.#view = undefined
    this.#keep(view, 0, view.length)
  }

  /**
   * Where to receive what comes next, so that it need not be copied.
   *
   * @returns undefined if it cannot be received anywhere but in the connection's own buffer
   * @internal
   */
  room(): Buffer | undefined {
    if (this.isDiscarding || this.isComplete || this.declaredLength === -1) return undefined
    if (this.#parts instanceof BodyBuffer) return this.#parts.room()
    if (!this.#isStreaming) return undefined
    this.#room ??= new BodyRoom()
    return this.#room.next(this.declaredLength - this.receivedBytes)
  }

  /** Drops what has come and what is still to come. @internal */
  discard(): void {
    if (!this.isDiscarding) this.#discardedFrom = this.receivedBytes
    this.isDiscarding = true
    this.#parts = undefined
    this.#view = undefined
    this.#room = undefined
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
      this.#bytes = Future.ready(this.#take())
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
    if (wasFull || this.#waiting !== undefined) this.#want()
    return waiting.future
  }

  /** @returns false if there is nothing yet */
  #deliverNext(waiting: Deferred<Uint8Array | undefined>): boolean {
    const isEmpty = this.receivedBytes === this.#takenBytes
    if (isEmpty && !this.isComplete) return false
    this.#waiting = undefined
    waiting.resolve(isEmpty ? undefined : this.#take())
    return true
  }

  #want(): void {
    this.#supplier?.wantBody()
  }

  #tooBig(): HttpError {
    this.#supplier?.countBodyLimit?.('body')
    return new HttpError(413)
  }

  #keep(bytes: Uint8Array, start: number, end: number): void {
    // What is complete is about to be read: only what is being gathered can pile up.
    if (!this.isComplete && !this.#reserve(end - start)) return
    const parts = (this.#parts ??= this.#createParts())
    if (parts instanceof BodyParts && this.#room?.take(bytes, start, end) === true) {
      parts.add((bytes as Buffer).subarray(start, end))
    } else parts.copy(bytes, start, end)
  }

  /** Somebody waits for the whole of a known length, or nobody knows yet what is wanted of it. */
  #createParts(): BodyParts | BodyBuffer {
    return this.#reading === undefined || this.declaredLength === -1
      ? new BodyParts()
      : new BodyBuffer(this.declaredLength)
  }

  /** @returns false if there is no memory for it, and fails the body then */
  #reserve(bytes: number): boolean {
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

  #take(): Uint8Array {
    this.#takenBytes = this.receivedBytes
    const view = this.#view
    const parts = this.#parts
    // All of it has come with the head, as most bodies do.
    if (parts === undefined && view !== undefined) {
      this.#view = undefined
      return Buffer.from(view)
    }
    this.#parts = undefined
    this.#release()
    return parts === undefined ? Buffer.alloc(0) : parts.join()
  }
}

function isWebStream(stream: object): stream is WritableStream<Uint8Array> {
  return !(stream instanceof Writable) && 'getWriter' in stream
}
