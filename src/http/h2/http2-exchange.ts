import { constants, type ServerHttp2Stream } from 'node:http2'
import { afterInput } from '../../core/after-input.ts'
import { TimeoutError } from '../../core/errors.ts'
import { type Consumer, consume, Future } from '../../future/future.ts'
import { asCallback } from '../../reactor/callback.ts'
import { requestFinish, requestStart } from '../channels.ts'
import { HttpError, HttpParseError, HttpResponseError } from '../errors.ts'
import { isTooSlow } from '../h1/deadlines.ts'
import { eachHeader } from '../message/headers.ts'
import type { HttpRequest, RequestOrigin } from '../message/request.ts'
import { detailResponse, HttpResponse, responseOfError } from '../message/response.ts'
import { StreamBody } from '../message/stream-body.ts'
import { type UpgradedConnection, UpgradeResponse } from '../message/upgrade-response.ts'
import type { Peer } from '../proxy/peer.ts'
import { Http2Body } from './http2-body.ts'
import type { Http2Connection } from './http2-connection.ts'
import { endsSession, http2Fields } from './http2-headers.ts'
import { createHttp2Request, tunnelProtocol } from './http2-request.ts'
import { Http2Responder, type ResponderOwner } from './http2-responder.ts'
import { openTunnel } from './open-tunnel.ts'

/** One request of an HTTP/2 connection, from its header block to the end of its stream. */
export class Http2Exchange implements RequestOrigin, Consumer, ResponderOwner {
  readonly #connection: Http2Connection
  readonly #stream: ServerHttp2Stream
  readonly #responder: Http2Responder
  readonly #startMs: number = performance.now()
  #request: HttpRequest | undefined
  #body: Http2Body | undefined
  #isHead = false
  /** What the client wants to speak over the stream, and who does once it is handed over. */
  #protocol: string | undefined
  #tunneled: UpgradedConnection | undefined
  #response: HttpResponse | undefined
  readonly #sentCallbacks: (() => void)[] = []
  #isAnswered = false
  #isResponded = false
  #isOver = false

  constructor(connection: Http2Connection, stream: ServerHttp2Stream) {
    this.#connection = connection
    this.#stream = stream
    this.#responder = new Http2Responder(stream, this)
  }

  get remoteAddress(): string | undefined {
    return this.#connection.remoteAddress
  }

  get peer(): Peer | undefined {
    return this.#connection.peer
  }

  get maxBodyBytes(): number {
    return this.#connection.core.settings.maxBodyBytes
  }

  /** Makes the request, and hands it to the handler. */
  start(fields: readonly string[]): void {
    const stream = this.#stream
    const { core } = this.#connection
    core.counters.requests++
    core.counters.inFlight++
    stream.once('close', () => asCallback(() => this.end()))
    const method = fields.indexOf(':method')
    this.#isHead = fields[method + 1] === 'HEAD'
    this.#protocol = tunnelProtocol(fields)
    try {
      const bodyOf = (declaredLength: number): Http2Body => {
        this.#body = new Http2Body(stream, declaredLength)
        return this.#body
      }
      const { settings } = core
      const body = stream.endAfterHeaders ? undefined : bodyOf
      const request = createHttp2Request(this, fields, body, settings)
      this.#request = request
      this.#dispatch(request)
    } catch (error) {
      if (!(error instanceof HttpParseError)) throw error
      core.counters.countParseError(error.status)
      this.#answer(detailResponse(error.status, error.message))
    }
  }

  wantBody(request: HttpRequest): void {
    if (request.awaitsContinue && !this.#stream.headersSent) {
      request.awaitsContinue = false
      this.#stream.additionalHeaders({ ':status': 100 })
    }
    this.#body?.resume()
  }

  reserveBody(bytes: number): boolean {
    return this.#connection.core.bodyMemory.reserve(bytes)
  }

  releaseBody(bytes: number): void {
    this.#connection.core.bodyMemory.release(bytes)
  }

  countBodyLimit(kind: 'body' | 'bodyMemory'): void {
    this.#connection.core.counters.countLimit(kind)
  }

  earlyHints(_request: HttpRequest, fields: string): void {
    const stream = this.#stream
    if (this.#isAnswered || stream.destroyed || stream.headersSent) return
    stream.additionalHeaders({ ...http2Fields([...eachHeader(fields)]), ':status': 103 })
  }

  whenSent(_request: HttpRequest, callback: () => void): void {
    if (this.#isOver) afterInput(() => asCallback(callback))
    else this.#sentCallbacks.push(callback)
  }

  /** The server is closing. */
  shutdown(): void {
    this.#responder.shutdown()
    this.#tunneled?.shutdown()
  }

  /**
   * Lets go what has expired.
   *
   * @param nowMs - whole milliseconds, rounded down
   * @param elapsedMs - since the last sweep
   */
  sweep(nowMs: number, elapsedMs: number): void {
    if (this.#tunneled !== undefined) return
    const { settings, counters } = this.#connection.core
    const { handlerTimeoutMs, bodyTimeoutMs, writeTimeoutMs } = settings
    const body = this.#body
    if (body?.isWanted === true && !body.isFull && !body.isComplete) body.waitedUntilMs = nowMs
    const sinceMs = Math.max(this.#startMs, body?.waitedUntilMs ?? 0)
    const isHandlerSlow = handlerTimeoutMs > 0 && nowMs - sinceMs >= handlerTimeoutMs
    if (!this.#isAnswered && isHandlerSlow) {
      counters.countTimeout('handler')
      this.#answer(detailResponse(503, 'The handler took too long'))
      this.#request?.giveUp(new TimeoutError(handlerTimeoutMs, 'The handler'))
    }
    if (body?.isExpired(nowMs, bodyTimeoutMs) === true) {
      counters.countTimeout('body')
      body.fail(new HttpError(408, 'The request body took too long'))
    } else if (body?.isReceiving === true && isTooSlow(body, elapsedMs, settings)) {
      counters.countLimit('bodyRate')
      body.fail(new HttpError(408, 'The request body comes too slowly'))
    }
    if (this.#responder.isStalled(nowMs, writeTimeoutMs)) {
      counters.countTimeout('write')
      this.#stream.close(constants.NGHTTP2_CANCEL)
    }
  }

  /** The stream is closed, or its connection. */
  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    const { counters } = this.#connection.core
    const isTunneled = this.#tunneled !== undefined
    if (!isTunneled) counters.inFlight--
    const isReset = this.#stream.rstCode !== constants.NGHTTP2_NO_ERROR && !isTunneled
    const isDone = this.#isResponded && !isReset
    if (!isDone) {
      if (!this.#isResponded) counters.aborted++
      this.#request?.giveUp(new HttpError(400, 'The client has closed the connection'))
      this.#responder.cancel()
    }
    this.#connection.ended(this, !this.#isResponded)
    this.#publishFinish(isDone ? this.#response : undefined)
    for (const callback of this.#sentCallbacks.splice(0)) afterInput(() => asCallback(callback))
  }

  /** @internal */
  onSettled(outcome: Future<unknown>): void {
    this.#answerWith(outcome)
  }

  /** @internal */
  responded(response: HttpResponse): void {
    this.#isResponded = true
    const { core } = this.#connection
    core.counters.responses[(response.status / 100) | 0]!++
    this.#response = response
    if (this.#body?.isComplete === false) this.#refuseRest(this.#body)
  }

  /** @internal */
  report(error: unknown): void {
    this.#connection.core.report(error, this.#request)
  }

  #publishFinish(response: HttpResponse | undefined): void {
    const request = this.#request
    if (!requestFinish.hasSubscribers || request === undefined) return
    this.whenSent(request, () => requestFinish.publish({ request, response }))
  }

  /** The rest of the body is not wanted: RFC 9113, 8.1. */
  #refuseRest(body: Http2Body): void {
    const stream = this.#stream
    body.abandon()
    body.resume()
    if (stream.writableFinished) stream.close(constants.NGHTTP2_NO_ERROR)
    else stream.once('finish', () => stream.close(constants.NGHTTP2_NO_ERROR))
  }

  #dispatch(request: HttpRequest): void {
    if (requestStart.hasSubscribers) requestStart.publish({ request })
    let result: unknown
    try {
      result = this.#connection.core.handler(request)
    } catch (error) {
      this.#fail(error)
      return
    }
    if (result instanceof Future) {
      if (result.isPending) consume(result, this)
      else this.#answerWith(result)
    } else if (isPromiseLike(result)) {
      void result.then(
        (response) => this.#answerChecked(response),
        (error: unknown) => this.#fail(error),
      )
    } else this.#answerChecked(result)
  }

  #answerWith(outcome: Future<unknown>): void {
    let response: unknown
    try {
      response = outcome.get()
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#answerChecked(response)
  }

  #answerChecked(response: unknown): void {
    if (response instanceof HttpResponse) this.#answer(response)
    else this.#fail(new HttpResponseError('A handler must return an HttpResponse'))
  }

  #fail(error: unknown): void {
    if (this.#isAnswered) return
    if (!(error instanceof HttpError)) this.report(error)
    let response = detailResponse(500, 'Internal Server Error')
    try {
      response = responseOfError(error)
    } catch (unprintable) {
      this.report(unprintable)
    }
    this.#answer(response)
  }

  #answer(response: HttpResponse): void {
    if (this.#isAnswered || this.#isOver) {
      if (response.body instanceof StreamBody) response.body.abandon()
      return
    }
    this.#isAnswered = true
    this.#connection.core.counters.addLatency(performance.now() - this.#startMs, 1)
    try {
      this.#send(response)
    } catch (error) {
      this.report(error)
      if (response.body instanceof StreamBody) response.body.abandon()
      const failure = detailResponse(500, 'Internal Server Error')
      this.#responder.send(this.#request, this.#isHead, failure)
    }
    if (endsSession(response)) this.#connection.end()
  }

  /** @throws {HttpResponseError} before anything is sent, if the response must not be sent */
  #send(response: HttpResponse): void {
    const wanted = this.#protocol
    const { core } = this.#connection
    if (wanted === undefined || response.status >= 300) {
      this.#responder.send(this.#request, this.#isHead, response)
    } else if (response instanceof UpgradeResponse) {
      const { remoteAddress } = this
      this.#tunneled = openTunnel(this.#stream, remoteAddress, wanted, response, (error) =>
        this.report(error),
      )
      this.responded(response)
      core.counters.inFlight--
    } else {
      // To a CONNECT any success would mean that the stream speaks the protocol now.
      if (response.body instanceof StreamBody) response.body.abandon()
      const refusal = detailResponse(400, `This path does not speak ${wanted}`)
      this.#responder.send(this.#request, false, refusal)
    }
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function'
}
