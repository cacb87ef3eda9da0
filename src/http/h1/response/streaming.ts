import type { Connection } from '../../../net/index.ts'
import type { HttpRequest } from '../../message/request.ts'
import type { HttpResponse } from '../../message/response.ts'
import type { StreamBody } from '../../message/stream-body.ts'
import type { ServerCore } from '../server-core.ts'
import { ResponseStream, type StreamOwner } from './response-stream.ts'
import { hasNoBody } from './response-writer.ts'

/** What streaming asks of the queue it stands in. */
export interface StreamQueue {
  readonly connection: Connection
  /** @param isReading - true if the request's body does not stand in the way of the next request */
  closesAfter(request: HttpRequest, response: HttpResponse, isReading: boolean): boolean
  /** Puts the request back in its place, so that others wait. */
  beginStream(request: HttpRequest): void
  /** The stream has not begun after all. */
  undoStream(): void
  /** No request is read behind a response that ends with the connection. */
  endInput(): void
  /** The response is written; `isFirst` if its request still stands in its place. */
  endStream(request: HttpRequest, response: HttpResponse, closes: boolean, isFirst: boolean): void
  /** The response broke off in the middle. */
  failStream(request: HttpRequest, reason: unknown): void
}

/** The responses of one connection whose bodies are streams: one at a time. */
export class Streaming implements StreamOwner {
  readonly #core: ServerCore
  readonly #queue: StreamQueue
  /** The response of the first request, while it is being streamed. */
  #current: ResponseStream | undefined

  constructor(core: ServerCore, queue: StreamQueue) {
    this.#core = core
    this.#queue = queue
  }

  /** @throws {HttpResponseError} if the response must not be sent, and what the source throws */
  write(request: HttpRequest, response: HttpResponse, body: StreamBody): void {
    if (request.method !== 'HEAD' && !hasNoBody(response.status)) {
      this.#begin(request, response, body)
      return
    }
    const closes = this.#queue.closesAfter(request, response, false)
    this.#writeHead(request, response, lengthLine(body, request.minorVersion === 1), closes)
    body.abandon()
    this.#queue.endStream(request, response, closes, false)
  }

  /** The connection has room for more. */
  resume(): void {
    this.#current?.resume()
  }

  /** The server is closing: what would go on for ever comes to its end. */
  shutdown(): void {
    this.#current?.shutdown()
  }

  giveUp(reason: unknown): void {
    this.#current?.request.giveUp(reason)
  }

  cancel(): void {
    this.#current?.cancel()
    this.#current = undefined
  }

  /** @internal */
  streamEnded({ request, response, closes }: ResponseStream): void {
    this.#current = undefined
    this.#queue.endStream(request, response, closes, true)
  }

  /** @internal */
  streamFailed({ request }: ResponseStream, reason: unknown): void {
    this.#current = undefined
    this.#queue.failStream(request, reason)
  }

  /** @internal */
  cleanupFailed({ request }: ResponseStream, reason: unknown): void {
    this.#core.report(reason, request)
  }

  #begin(request: HttpRequest, response: HttpResponse, body: StreamBody): void {
    const queue = this.#queue
    queue.beginStream(request)
    let stream: ResponseStream | undefined
    try {
      stream = new ResponseStream(this, queue.connection, request, response, body)
      // A body that the source itself is reading does not stand in the way of the next request.
      const isReading = request.body?.isWanted === true && !request.awaitsContinue
      stream.closes = stream.framing === 'close' || queue.closesAfter(request, response, isReading)
      const line = lengthLine(body, stream.framing === 'chunked')
      this.#writeHead(request, response, line, stream.closes)
    } catch (error) {
      stream?.cancel()
      queue.undoStream()
      throw error
    }
    request.awaitsContinue = false
    this.#current = stream
    if (stream.closes) queue.endInput()
    stream.start()
  }

  #writeHead(request: HttpRequest, response: HttpResponse, line: string, closes: boolean): void {
    const { writer, counters } = this.#core
    writer.writeHead(this.#queue.connection, response, line, request.minorVersion, closes)
    counters.responses[(response.status / 100) | 0]!++
  }
}

function lengthLine(body: StreamBody, isChunked: boolean): string {
  if (body.length !== undefined) return `content-length: ${body.length}\r\n`
  return isChunked ? 'transfer-encoding: chunked\r\n' : ''
}
