import { TimeoutError } from '../../../core/errors.ts'
import { consume, Future } from '../../../future/future.ts'
import type { Connection } from '../../../net/index.ts'
import { requestFinish, requestStart } from '../../channels.ts'
import { HttpError } from '../../errors.ts'
import { asksToClose } from '../../message/field-text.ts'
import type { HttpRequest } from '../../message/request.ts'
import { detailResponse, HttpResponse } from '../../message/response.ts'
import { StreamBody } from '../../message/stream-body.ts'
import { UpgradeResponse } from '../../message/upgrade-response.ts'
import type { SentNotifier, ServerCore } from '../server-core.ts'
import { Flight, type FlightOwner } from './flight.ts'
import { dropResponse, responseOfFailure, responseOfFuture, responseOfResult } from './outcome.ts'
import { ResponseStream, type StreamOwner } from './response-stream.ts'
import { hasNoBody } from './response-writer.ts'
import { SentWatch } from './sent-watch.ts'
import { switchingHead } from './upgrade.ts'

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'

/** What the output side of a connection has to know of its input side. */
export interface ExchangeInput {
  /** Requests that were received are still to be read. */
  readonly hasInput: boolean
  /** No more requests will come. */
  readonly isInputOver: boolean
  /** Whether the connection cannot go on after the response to `request`. */
  mustClose(request: HttpRequest): boolean
  /** A response is written: go on with what waited for it, or end the connection. */
  afterResponse(request: HttpRequest, closes: boolean): void
  /** The response that is being streamed is the last. */
  endInput(): void
  /** The response that switches protocols is written: hand the connection over. */
  upgrade(response: UpgradeResponse): void
}

/**
 * The output side of one connection: requests in flight, and their responses in the same order.
 *
 * A request that is answered at once while nothing is in flight never enters the queue: it is
 * handled and written in one go.
 */
export class ExchangeQueue implements FlightOwner, StreamOwner, SentNotifier {
  readonly #core: ServerCore
  readonly #input: ExchangeInput
  connection!: Connection
  #first: Flight | undefined
  #last: Flight | undefined
  #refusal: HttpResponse | undefined
  #isRefusalOfHead = false
  /** The response of the first request, if it is being streamed. */
  #stream: ResponseStream | undefined
  #sentWatch: SentWatch | undefined
  #isOver = false
  /** Requests in flight, or answered and waiting for those before them. */
  length = 0
  /** Responses that needed no waiting, counted for the latency of the whole turn. */
  answeredAtOnce = 0
  /** Whether more input follows the request being dispatched. */
  #hasMore = false

  constructor(core: ServerCore, input: ExchangeInput) {
    this.#core = core
    this.#input = input
  }

  get isEmpty(): boolean {
    return this.#first === undefined
  }

  /** Hands a request to the handler, and writes the response if it is its turn. */
  dispatch(request: HttpRequest, hasMore: boolean): void {
    this.#hasMore = hasMore
    this.#core.counters.requests++
    if (requestStart.hasSubscribers) requestStart.publish({ request })
    let result: unknown
    try {
      result = this.#core.handler(request)
    } catch (error) {
      this.#answerAtOnce(request, responseOfFailure(this.#core, request, error))
      return
    }
    if (result instanceof HttpResponse) this.#answerAtOnce(request, result)
    else if (result instanceof Future) {
      if (result.isPending) consume(result, this.#push(request))
      else this.#answerAtOnce(request, responseOfFuture(this.#core, request, result))
    } else if (isPromiseLike(result)) this.#await(this.#push(request), result)
    else this.#answerAtOnce(request, responseOfResult(this.#core, request, result))
  }

  /** Answers input that is no request, after those in flight, and ends the connection. */
  refuse(response: HttpResponse, isHead: boolean): void {
    this.#refusal = response
    this.#isRefusalOfHead = isHead
    this.#hasMore = false
    this.#writeRefusal()
  }

  /** Sends `100 Continue` for a request whose body is wanted, unless others are to be answered first. */
  sayContinue(request: HttpRequest): void {
    const isItsTurn = this.#first === undefined || this.#first.request === request
    if (!request.awaitsContinue || !isItsTurn || this.#isOver) return
    request.awaitsContinue = false
    this.connection.write(CONTINUE, 'latin1')
  }

  /** Sends `103 Early Hints` for a request that is at work, unless others are to be answered first. */
  writeHints(request: HttpRequest, fields: string): void {
    const first = this.#first
    if (first?.request !== request || first.isAnswered || this.#isOver) return
    this.connection.write(`HTTP/1.1 103 Early Hints\r\n${fields}\r\n`, 'latin1')
  }

  /** Calls back when the response to `request` has left, or will not. */
  whenSent(request: HttpRequest, callback: () => void): void {
    this.#sentWatch ??= new SentWatch()
    this.#sentWatch.add(request, callback)
    // It may be over already; and a handler that has not returned yet is not known to be at work.
    this.#core.afterTurn(this)
  }

  /** Tells those who wait for responses to leave, if all have left. */
  noteSent(): void {
    if (this.#sentWatch?.isWaiting !== true) return
    if (!this.connection.isClosed && this.connection.bufferedBytes > 0) return
    this.#sentWatch.tell((request) => this.#isAtWork(request))
  }

  /**
   * Answers 503 for every request that was dispatched `timeoutMs` ago or earlier, or whose body has
   * kept its handler waiting until then.
   */
  expire(nowMs: number, timeoutMs: number): void {
    for (let flight = this.#first; flight !== undefined; flight = flight.next) {
      const { startMs, request } = flight
      const sinceMs = Math.max(startMs, request.body?.waitedUntilMs ?? 0)
      if (flight.isAnswered || nowMs - sinceMs < timeoutMs) continue
      this.#core.counters.countTimeout('handler')
      this.#answer(flight, detailResponse(503, 'The handler took too long'))
      request.giveUp(new TimeoutError(timeoutMs, 'The handler'))
    }
  }

  /** Fires the signals of all requests in flight; their responses are still sent if they come. */
  giveUpAll(reason: unknown): void {
    for (let flight = this.#first; flight !== undefined; flight = flight.next) {
      if (!flight.isAnswered) flight.request.giveUp(reason)
    }
    this.#stream?.request.giveUp(reason)
  }

  /** The connection has room for more of a streamed response. */
  resume(): void {
    this.#stream?.resume()
  }

  /** The server is closing: a streamed response that would go on for ever comes to its end. */
  shutdown(): void {
    this.#stream?.shutdown()
  }

  /** The connection is gone: nobody waits for any answer. */
  abandon(reason: unknown): void {
    this.#isOver = true
    this.#refusal = undefined
    this.#stream?.cancel()
    this.#stream = undefined
    for (let flight = this.#first; flight !== undefined; flight = flight.next) {
      this.#core.counters.inFlight--
      this.#core.counters.aborted++
      flight.isAnswered = true
      const { request, response } = flight
      if (response !== undefined) dropResponse(response)
      request.giveUp(reason)
      if (requestFinish.hasSubscribers) this.#publishFinish(request, undefined)
      if (this.#sentWatch?.isWaiting === true) this.#core.afterTurn(this)
    }
    this.#first = undefined
    this.#last = undefined
    this.length = 0
    if (this.#sentWatch?.isWaiting === true) this.#core.afterTurn(this)
  }

  /** @internal */
  settle(flight: Flight, outcome: Future<unknown>): void {
    if (!flight.isAnswered)
      this.#answer(flight, responseOfFuture(this.#core, flight.request, outcome))
    else if (outcome.isReady) dropResponse(outcome.get())
  }

  /** @internal */
  streamEnded({ request, response, closes }: ResponseStream): void {
    this.#stream = undefined
    this.#shift()
    this.#finish(request, response, closes || this.#closesAfter(request, response))
    this.#writeNext()
  }

  /** @internal */
  streamFailed({ request }: ResponseStream, reason: unknown): void {
    this.#stream = undefined
    this.#core.report(reason, request)
    this.connection.destroy()
    this.#input.endInput()
    this.abandon(reason)
  }

  /** @internal */
  cleanupFailed({ request }: ResponseStream, reason: unknown): void {
    this.#core.report(reason, request)
  }

  #await(flight: Flight, result: PromiseLike<unknown>): void {
    void result.then(
      (response) => {
        if (!flight.isAnswered)
          this.#answer(flight, responseOfResult(this.#core, flight.request, response))
        else dropResponse(response)
      },
      (error: unknown) => {
        if (!flight.isAnswered)
          this.#answer(flight, responseOfFailure(this.#core, flight.request, error))
      },
    )
  }

  #answerAtOnce(request: HttpRequest, response: HttpResponse): void {
    this.answeredAtOnce++
    if (this.#first === undefined) {
      this.#write(request, response)
      return
    }
    const flight = this.#push(request)
    flight.response = response
    flight.isAnswered = true
  }

  #answer(flight: Flight, response: HttpResponse): void {
    flight.isAnswered = true
    flight.response = response
    this.#core.counters.addLatency(performance.now() - flight.startMs, 1)
    this.#writeNext()
  }

  /** Writes what is answered and has its turn; a response that is being streamed ends that. */
  #writeNext(): void {
    // Writing may read on and dispatch more; those come behind.
    while (this.#first?.response !== undefined) this.#writeFirst(this.#first, this.#first.response)
    this.#writeRefusal()
  }

  #writeFirst(flight: Flight, response: HttpResponse): void {
    this.#shift()
    this.#write(flight.request, response)
    const next = this.#first?.request
    if (next?.body?.isWanted === true) this.sayContinue(next)
  }

  #writeRefusal(): void {
    const refusal = this.#refusal
    if (refusal === undefined || this.#first !== undefined || this.#isOver) return
    this.#core.counters.responses[(refusal.status / 100) | 0]!++
    this.#core.writer.write(this.connection, refusal, this.#isRefusalOfHead, 1, true)
    this.abandon(undefined)
    this.connection.end()
  }

  #write(request: HttpRequest, response: HttpResponse): void {
    if (this.#isOver) {
      dropResponse(response)
      return
    }
    if (this.connection.isCongested && this.#isTooFull()) return
    // Most bodies are text: for those this is all that other kinds of responses cost.
    if (typeof response.body === 'object' && this.#writeOther(request, response)) return
    const { writer } = this.#core
    const isHead = request.method === 'HEAD'
    let closes = this.#closesAfter(request, response)
    let sent = response
    try {
      writer.write(this.connection, response, isHead, request.minorVersion, closes)
    } catch (error) {
      this.#core.report(error, request)
      sent = detailResponse(500, 'Internal Server Error')
      closes = this.#closesAfter(request, sent)
      writer.write(this.connection, sent, isHead, request.minorVersion, closes)
    }
    this.#core.counters.responses[(sent.status / 100) | 0]!++
    this.#finish(request, sent, closes)
  }

  /** The peer asks for more and more, and does not take what it gets: that is the end of it. */
  #isTooFull(): boolean {
    if (this.connection.bufferedBytes <= this.#core.settings.maxBufferedBytes) return false
    this.#core.counters.countLimit('unreadResponses')
    this.connection.destroy()
    this.#input.endInput()
    this.abandon(new HttpError(400, 'The client does not read its responses'))
    return true
  }

  #finish(request: HttpRequest, response: HttpResponse, closes: boolean): void {
    if (requestFinish.hasSubscribers) this.#publishFinish(request, response)
    if (this.#sentWatch?.isWaiting === true) this.#core.afterTurn(this)
    // Requests behind the last response are given up.
    if (closes) this.abandon(new HttpError(400, 'The connection ended with an earlier response'))
    this.#input.afterResponse(request, closes)
  }

  #publishFinish(request: HttpRequest, response: HttpResponse | undefined): void {
    this.whenSent(request, () => requestFinish.publish({ request, response }))
  }

  #isAtWork(request: HttpRequest): boolean {
    for (let flight = this.#first; flight !== undefined; flight = flight.next) {
      if (flight.request === request) return true
    }
    return false
  }

  /** @returns false if the body is bytes, or there is none */
  #writeOther(request: HttpRequest, response: HttpResponse): boolean {
    const { body } = response
    try {
      if (response instanceof UpgradeResponse) this.#upgrade(request, response)
      else if (!(body instanceof StreamBody)) return false
      else if (request.method === 'HEAD' || hasNoBody(response.status)) {
        this.#writeHeadOnly(request, response, body)
      } else this.#beginStream(request, response, body)
    } catch (error) {
      this.#core.report(error, request)
      dropResponse(response)
      this.#write(request, detailResponse(500, 'Internal Server Error'))
    }
    return true
  }

  /** @throws {HttpResponseError} if the response must not be sent */
  #upgrade(request: HttpRequest, response: UpgradeResponse): void {
    this.connection.write(switchingHead(request, response), 'latin1')
    this.#core.counters.responses[1]!++
    if (requestFinish.hasSubscribers) this.#publishFinish(request, response)
    if (this.#sentWatch?.isWaiting === true) this.#core.afterTurn(this)
    this.abandon(undefined)
    this.#input.upgrade(response)
  }

  #writeHeadOnly(request: HttpRequest, response: HttpResponse, body: StreamBody): void {
    const closes = this.#closesAfter(request, response)
    const isChunked = request.minorVersion === 1
    this.#writeHead(request, response, lengthLine(body, isChunked), closes)
    body.abandon()
    this.#finish(request, response, closes)
  }

  /** @throws {HttpResponseError} if the response must not be sent, and what the source throws */
  #beginStream(request: HttpRequest, response: HttpResponse, body: StreamBody): void {
    this.#unshift(request)
    const stream = this.#startSource(request, response, body)
    // A body that the source itself is reading does not stand in the way of the next request.
    const isReading = request.body?.isWanted === true && !request.awaitsContinue
    stream.closes = stream.framing === 'close' || this.#closesAfter(request, response, isReading)
    try {
      const line = lengthLine(body, stream.framing === 'chunked')
      this.#writeHead(request, response, line, stream.closes)
    } catch (error) {
      stream.cancel()
      this.#shift()
      throw error
    }
    request.awaitsContinue = false
    this.#stream = stream
    if (stream.closes) this.#input.endInput()
    stream.start()
  }

  #startSource(request: HttpRequest, response: HttpResponse, body: StreamBody): ResponseStream {
    try {
      return new ResponseStream(this, this.connection, request, response, body)
    } catch (error) {
      this.#shift()
      throw error
    }
  }

  #writeHead(request: HttpRequest, response: HttpResponse, line: string, closes: boolean): void {
    const { writer, counters } = this.#core
    writer.writeHead(this.connection, response, line, request.minorVersion, closes)
    counters.responses[(response.status / 100) | 0]!++
  }

  /** Takes the first request off the queue. */
  #shift(): void {
    this.#first = this.#first?.next
    if (this.#first === undefined) this.#last = undefined
    this.length--
    this.#core.counters.inFlight--
    this.#hasMore = this.#input.hasInput
  }

  /** Puts a request back where it was, while its response is being streamed. */
  #unshift(request: HttpRequest): void {
    const flight = new Flight(request, this, performance.now())
    flight.isAnswered = true
    flight.next = this.#first
    this.#first = flight
    this.#last ??= flight
    this.length++
    this.#core.counters.inFlight++
  }

  #closesAfter(request: HttpRequest, response: HttpResponse, isReading = false): boolean {
    if (!request.keepsAlive) return true
    if (request.body !== undefined && !isReading && this.#input.mustClose(request)) return true
    if (response.headers !== undefined && asksToClose(response.headers)) return true
    if (!this.#core.isClosing && !this.#input.isInputOver) return false
    // The last one: whatever was received before is still answered.
    return this.#first === undefined && !this.#hasMore && this.#refusal === undefined
  }

  #push(request: HttpRequest): Flight {
    const flight = new Flight(request, this, performance.now())
    if (this.#last === undefined) this.#first = flight
    else this.#last.next = flight
    this.#last = flight
    this.length++
    this.#core.counters.inFlight++
    return flight
  }
}

function lengthLine(body: StreamBody, isChunked: boolean): string {
  if (body.length !== undefined) return `content-length: ${body.length}\r\n`
  return isChunked ? 'transfer-encoding: chunked\r\n' : ''
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function'
}
