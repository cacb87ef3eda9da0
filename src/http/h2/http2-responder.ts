import { Buffer } from 'node:buffer'
import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { asCallback } from '../../reactor/callback.ts'
import { HttpResponseError } from '../errors.ts'
import { ResponseStream, type StreamOwner } from '../h1/response/response-stream.ts'
import { trailerLines } from '../message/field-text.ts'
import type { HttpRequest } from '../message/request.ts'
import type { HttpResponse } from '../message/response.ts'
import { StreamBody } from '../message/stream-body.ts'
import { UpgradeResponse } from '../message/upgrade-response.ts'
import { http2Fields, http2Headers } from './http2-headers.ts'
import { Http2Sink } from './http2-sink.ts'

/** Bigger bodies are sent in pieces, so that a client that takes none of them is noticed. */
const PIECE_BYTES = 65_536

/** Is told how the sending of a response has ended. */
export interface ResponderOwner {
  /** All of it is handed to the stream. */
  responded(response: HttpResponse): void
  report(error: unknown): void
}

/** Sends one response over an HTTP/2 stream. */
export class Http2Responder implements StreamOwner {
  readonly #stream: ServerHttp2Stream
  readonly #owner: ResponderOwner
  #source: ResponseStream | undefined
  #stalledSinceMs = 0
  #stalledBytes = 0

  constructor(stream: ServerHttp2Stream, owner: ResponderOwner) {
    this.#stream = stream
    this.#owner = owner
  }

  /**
   * @param request - undefined if what came is none; the body is text then
   * @param isHead - only the head is wanted
   * @throws {HttpResponseError} before anything is sent, if the response must not be sent
   */
  send(request: HttpRequest | undefined, isHead: boolean, response: HttpResponse): void {
    if (response instanceof UpgradeResponse) {
      throw new HttpResponseError('A connection of HTTP/2 cannot switch to another protocol')
    }
    const { body, status } = response
    const bytes = typeof body === 'string' ? Buffer.from(body) : body
    const isEmpty = status === 204 || status === 304
    const length = bytes === null ? 0 : bytes.length
    const headers = http2Headers(response, isEmpty ? undefined : length)
    if (isHead || isEmpty || length === 0) {
      this.#stream.respond(headers, { endStream: true })
      if (body instanceof StreamBody) body.abandon()
      this.#owner.responded(response)
    } else if (request !== undefined && (bytes instanceof StreamBody || length! > PIECE_BYTES)) {
      const source = bytes instanceof StreamBody ? bytes : new StreamBody(inPieces(bytes!))
      this.#begin(request, response, headers, source)
    } else {
      this.#stream.respond(headers)
      this.#stream.end(bytes)
      this.#owner.responded(response)
    }
  }

  /** Whether the client has taken nothing for so long. */
  isStalled(nowMs: number, timeoutMs: number): boolean {
    const waiting = this.#stream.writableLength
    if (waiting === 0 || waiting !== this.#stalledBytes) {
      this.#stalledBytes = waiting
      this.#stalledSinceMs = nowMs + 1
      return false
    }
    return timeoutMs > 0 && nowMs - this.#stalledSinceMs >= timeoutMs
  }

  /** The server is closing: a stream that would go on for ever comes to its end. */
  shutdown(): void {
    this.#source?.shutdown()
  }

  /** Nobody takes the rest. */
  cancel(): void {
    this.#source?.cancel()
    this.#source = undefined
  }

  /** @internal */
  streamEnded({ response }: ResponseStream): void {
    this.#source = undefined
    this.#stream.end()
    this.#owner.responded(response)
  }

  /** @internal */
  streamFailed(_source: ResponseStream, reason: unknown): void {
    this.#source = undefined
    this.#owner.report(reason)
    this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  }

  /** @internal */
  cleanupFailed(_source: ResponseStream, reason: unknown): void {
    this.#owner.report(reason)
  }

  #begin(
    request: HttpRequest,
    response: HttpResponse,
    headers: OutgoingHttpHeaders,
    body: StreamBody,
  ): void {
    const stream = this.#stream
    const { trailers } = body
    const source = new ResponseStream(this, new Http2Sink(stream), request, response, body)
    try {
      if (trailers === undefined) stream.respond(headers)
      else {
        stream.once('wantTrailers', () => this.#sendTrailers(trailers))
        stream.respond(headers, { waitForTrailers: true })
      }
    } catch (error) {
      source.cancel()
      throw error
    }
    this.#source = source
    stream.on('drain', () => asCallback(() => this.#source?.resume()))
    source.start()
  }

  #sendTrailers(trailers: NonNullable<StreamBody['trailers']>): void {
    try {
      const fields = trailers()
      trailerLines(fields)
      this.#stream.sendTrailers(http2Fields(fields))
    } catch (error) {
      this.#owner.report(error)
      this.#stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    }
  }
}

function* inPieces(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) yield bytes.subarray(at, at + PIECE_BYTES)
}
