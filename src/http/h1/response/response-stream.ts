import { Buffer } from 'node:buffer'
import { afterInput } from '../../../core/after-input.ts'
import { describe } from '../../../core/errors.ts'
import { enterCallback, leaveCallback } from '../../../core/run-queue.ts'
import type { Connection } from '../../../net/index.ts'
import { HttpResponseError } from '../../errors.ts'
import { trailerLines } from '../../message/field-text.ts'
import type { HttpRequest } from '../../message/request.ts'
import type { HttpResponse } from '../../message/response.ts'
import type { ChunkReader, StreamBody, StreamChunk } from '../../message/stream-body.ts'

/** So much may a source that never waits give before others get their turn. */
const TURN_BYTES = 262_144
const TURN_CHUNKS = 256

/** How the end of a streamed body is told. */
export type StreamFraming = 'chunked' | 'length' | 'close'

/** What the chunks are written to: a connection, or a stream of one. */
export type ChunkSink = Pick<Connection, 'isClosed' | 'isCongested' | 'writeOwned'> & {
  write(data: string, encoding: 'latin1'): boolean
}

/** Is told how a stream has ended. */
export interface StreamOwner {
  streamEnded(stream: ResponseStream): void
  streamFailed(stream: ResponseStream, reason: unknown): void
  /** The clean-up of a source that was no longer wanted has failed. */
  cleanupFailed(stream: ResponseStream, reason: unknown): void
}

/** Writes one streamed body, chunk by chunk, as fast as the client takes it. */
export class ResponseStream {
  readonly request: HttpRequest
  readonly response: HttpResponse
  readonly framing: StreamFraming
  readonly #body: StreamBody
  readonly #owner: StreamOwner
  readonly #connection: ChunkSink
  readonly #reader: ChunkReader
  #first: ReturnType<ChunkReader['next']> | undefined
  #sentBytes = 0
  #turnBytes = 0
  #turnChunks = 0
  #isWaiting = false
  #isOver = false
  /** The connection ends after this response. */
  closes = false

  /**
   * Starts the source, before its head is written: it may ask for the body of the request, and so
   * for `100 Continue`.
   *
   * @throws what the source throws at its start
   */
  constructor(
    owner: StreamOwner,
    connection: ChunkSink,
    request: HttpRequest,
    response: HttpResponse,
    body: StreamBody,
  ) {
    this.#owner = owner
    this.#connection = connection
    this.request = request
    this.response = response
    this.#body = body
    this.framing =
      body.length !== undefined ? 'length' : request.minorVersion === 1 ? 'chunked' : 'close'
    this.#reader = body.open()
    this.#first = this.#reader.next()
  }

  /** The head is written. */
  start(): void {
    const first = this.#first!
    this.#first = undefined
    try {
      if (this.#receive(first)) this.#run()
    } catch (error) {
      this.#fail(error)
    }
  }

  /** The connection has room again. */
  resume(): void {
    if (!this.#isWaiting) return
    this.#isWaiting = false
    this.#run()
  }

  /** The server is closing. */
  shutdown(): void {
    this.#body.shutdown()
  }

  /** Nobody takes it any more. */
  cancel(): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#endSource()
  }

  /** Asks for chunk after chunk, until one has to be waited for or the connection is full. */
  #run(): void {
    while (!this.#isOver) {
      if (this.#connection.isClosed) return
      if (this.#connection.isCongested) {
        this.#isWaiting = true
        return
      }
      if (this.#turnBytes > TURN_BYTES || this.#turnChunks > TURN_CHUNKS) {
        this.#continueAfterInput()
        return
      }
      try {
        if (!this.#receive(this.#reader.next())) return
      } catch (error) {
        this.#fail(error)
      }
    }
  }

  /** @returns false if the chunk is still to come */
  #receive(step: ReturnType<ChunkReader['next']>): boolean {
    if ('then' in step) {
      void step.then(this.#onStep, this.#onFailure)
      return false
    }
    this.#take(step)
    return true
  }

  // Written outside of an I/O callback, so that chunks of several microtasks leave in one write.
  readonly #onStep = (step: IteratorResult<unknown, unknown>): void => {
    this.#take(step)
    this.#run()
  }

  readonly #onFailure = (reason: unknown): void => {
    if (this.#isOver) return
    this.#isOver = true
    this.#owner.streamFailed(this, reason)
  }

  #continueAfterInput(): void {
    afterInput(() => {
      this.#turnBytes = 0
      this.#turnChunks = 0
      enterCallback()
      this.#run()
      leaveCallback()
    })
  }

  #take(step: IteratorResult<unknown, unknown>): void {
    if (this.#isOver) return
    try {
      if (step.done === true) this.#finish()
      else this.#write(step.value)
    } catch (error) {
      this.#fail(error)
    }
  }

  /** @throws {HttpResponseError} if it is no chunk, or more than was said */
  #write(chunk: unknown): void {
    if (typeof chunk !== 'string' && !(chunk instanceof Uint8Array)) {
      throw new HttpResponseError(
        `A chunk of a streamed body must be text or bytes, got ${describe(chunk)}`,
      )
    }
    const length = typeof chunk === 'string' ? Buffer.byteLength(chunk) : chunk.length
    this.#turnChunks++
    if (length === 0) return
    this.#turnBytes += length
    this.#sentBytes += length
    if (this.#body.length !== undefined && this.#sentBytes > this.#body.length) {
      throw new HttpResponseError(`The body is longer than the ${this.#body.length} bytes declared`)
    }
    if (this.framing === 'chunked') this.#connection.write(`${length.toString(16)}\r\n`, 'latin1')
    this.#writeData(chunk, length)
    if (this.framing === 'chunked') this.#connection.write('\r\n', 'latin1')
  }

  #writeData(chunk: StreamChunk, length: number): void {
    const connection = this.#connection
    if (typeof chunk !== 'string') connection.writeOwned(chunk)
    else if (length === chunk.length) connection.write(chunk, 'latin1')
    else connection.writeOwned(Buffer.from(chunk, 'utf8'))
  }

  /** @throws {HttpResponseError} for fewer bytes than was said, or invalid trailers */
  #finish(): void {
    const { length, trailers } = this.#body
    if (length !== undefined && this.#sentBytes < length) {
      throw new HttpResponseError(
        `The body has ended after ${this.#sentBytes} of the ${length} bytes declared`,
      )
    }
    if (this.framing === 'chunked') {
      const lines = trailers === undefined ? '' : trailerLines(trailers())
      this.#connection.write(`0\r\n${lines}\r\n`, 'latin1')
    }
    this.#isOver = true
    this.#owner.streamEnded(this)
  }

  #fail(reason: unknown): void {
    this.#isOver = true
    this.#endSource()
    this.#owner.streamFailed(this, reason)
  }

  #endSource(): void {
    try {
      const ending = this.#reader.end()
      void Promise.resolve(ending).catch((reason: unknown) =>
        this.#owner.cleanupFailed(this, reason),
      )
    } catch (error) {
      this.#owner.cleanupFailed(this, error)
    }
  }
}
