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
import type { ExchangeInput } from './exchange-input.ts'
import type { Flight, FlightOwner } from './flight.ts'
import { FlightList } from './flight-list.ts'
import { dropResponse, responseOfFailure, responseOfFuture, responseOfResult } from './outcome.ts'
import { SentWatch } from './sent-watch.ts'
import { Streaming, type StreamQueue } from './streaming.ts'
import { switchingHead } from './upgrade.ts'

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'

/**
 * The output side of one connection: requests in flight, and their responses in the same order.
 *
 * A request that is answered at once while nothing is in flight never enters the queue: it is
 * handled and written in one go.
 */
export class ExchangeQueue implements FlightOwner, StreamQueue, SentNotifier {
  readonly #core: ServerCore
  readonly #input: ExchangeInput
  connection!: Connection
  readonly #flights: FlightList
  #refusal: HttpResponse | undefined
  #isRefusalOfHead = false
  /** Undefined until a response is streamed. */
  #streaming: Streaming | undefined
  #sentWatch: SentWatch | undefined
  #isOver = false
  /** Responses that needed no waiting, counted for the latency of the whole turn. */
  answeredAtOnce = 0
  /** Whether more input follows the request being dispatched. */
  #hasMore = false

  constructor(core: ServerCore, input: ExchangeInput) {
    this.#core = core
    this.#input = input
    this.#flights = new FlightList(core, this)
  }

  get isEmpty(): boolean {
    return this.#flights.first === undefined
  }

  /** Requests in flight, or answered and waiting for those before them. */
  get length(): number {
    return this.#flights.length
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
      if (result.isPending) consume(result, this.#flights.push(request))
      else this.#answerAtOnce(request, responseOfFuture(this.#core, request, result))
    } else if (isPromiseLike(result)) this.#await(this.#flights.push(request), result)
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
    const isItsTurn = this.#flights.first === undefined || this.#flights.first.request === request
    if (!request.awaitsContinue || !isItsTurn || this.#isOver) return
    request.awaitsContinue = false
    this.connection.write(CONTINUE, 'latin1')
  }

  /** Sends `103 Early Hints` for a request that is at work, unless others are to be answered first. */
  writeHints(request: HttpRequest, fields: string): void {
    const first = this.#flights.first
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
    this.#sentWatch.tell((request) => this.#flights.has(request))
  }

  /**
   * Answers 503 for every request that was dispatched `timeoutMs` ago or earlier, or whose body has
   * kept its handler waiting until then.
   */
  expire(nowMs: number, timeoutMs: number): void {
    for (let flight = this.#flights.first; flight !== undefined; flight = flight.next) {
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
    this.#flights.giveUpAll(reason)
    this.#streaming?.giveUp(reason)
  }

  /** The connection has room for more of a streamed response. */
  resume(): void {
    this.#streaming?.resume()
  }

  /** The server is closing: a streamed response that would go on for ever comes to its end. */
  shutdown(): void {
    this.#streaming?.shutdown()
  }

  /** The connection is gone: nobody waits for any answer. */
  abandon(reason: unknown): void {
    this.#isOver = true
    this.#refusal = undefined
    this.#streaming?.cancel()
    const first = this.#flights.clear()
    for (let flight = first; flight !== undefined; flight = flight.next) {
      this.#core.counters.aborted++
      flight.isAnswered = true
      const { request, response } = flight
      if (response !== undefined) dropResponse(response)
      request.giveUp(reason)
      this.#noteFinish(request, undefined)
    }
    if (this.#sentWatch?.isWaiting === true) this.#core.afterTurn(this)
  }

  /** @internal */
  settle(flight: Flight, outcome: Future<unknown>): void {
    if (!flight.isAnswered)
      this.#answer(flight, responseOfFuture(this.#core, flight.request, outcome))
    else if (outcome.isReady) dropResponse(outcome.get())
  }

  beginStream(request: HttpRequest): void {
    this.#flights.unshift(request)
  }

  undoStream(): void {
    this.#shift()
  }

  endInput(): void {
    this.#input.endInput()
  }

  endStream(request: HttpRequest, response: HttpResponse, closes: boolean, isFirst: boolean): void {
    if (isFirst) this.#shift()
    this.#finish(request, response, closes || (isFirst && this.closesAfter(request, response)))
    if (isFirst) this.#writeNext()
  }

  failStream(request: HttpRequest, reason: unknown): void {
    this.#core.report(reason, request)
    this.#breakOff(reason)
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
    if (this.#flights.first === undefined) {
      this.#write(request, response)
      return
    }
    const flight = this.#flights.push(request)
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
    while (this.#flights.first?.response !== undefined)
      this.#writeFirst(this.#flights.first, this.#flights.first.response)
    this.#writeRefusal()
  }

  #writeFirst(flight: Flight, response: HttpResponse): void {
    this.#shift()
    this.#write(flight.request, response)
    const next = this.#flights.first?.request
    if (next?.body?.isWanted === true) this.sayContinue(next)
  }

  #writeRefusal(): void {
    const refusal = this.#refusal
    if (refusal === undefined || this.#flights.first !== undefined || this.#isOver) return
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
    let closes = this.closesAfter(request, response)
    let sent = response
    try {
      writer.write(this.connection, response, isHead, request.minorVersion, closes)
    } catch (error) {
      this.#core.report(error, request)
      sent = detailResponse(500, 'Internal Server Error')
      closes = this.closesAfter(request, sent)
      writer.write(this.connection, sent, isHead, request.minorVersion, closes)
    }
    this.#core.counters.responses[(sent.status / 100) | 0]!++
    this.#finish(request, sent, closes)
  }

  /** The peer asks for more and more, and does not take what it gets: that is the end of it. */
  #isTooFull(): boolean {
    if (this.connection.bufferedBytes <= this.#core.settings.maxBufferedBytes) return false
    this.#core.counters.countLimit('unreadResponses')
    this.#breakOff(new HttpError(400, 'The client does not read its responses'))
    return true
  }

  #breakOff(reason: unknown): void {
    this.connection.destroy()
    this.#input.endInput()
    this.abandon(reason)
  }

  #finish(request: HttpRequest, response: HttpResponse, closes: boolean): void {
    this.#noteFinish(request, response)
    // Requests behind the last response are given up.
    if (closes) this.abandon(new HttpError(400, 'The connection ended with an earlier response'))
    this.#input.afterResponse(request, closes)
  }

  #noteFinish(request: HttpRequest, response: HttpResponse | undefined): void {
    if (requestFinish.hasSubscribers) {
      this.whenSent(request, () => requestFinish.publish({ request, response }))
    }
    if (this.#sentWatch?.isWaiting === true) this.#core.afterTurn(this)
  }

  /** @returns false if the body is bytes, or there is none */
  #writeOther(request: HttpRequest, response: HttpResponse): boolean {
    const { body } = response
    try {
      if (response instanceof UpgradeResponse) this.#upgrade(request, response)
      else if (!(body instanceof StreamBody)) return false
      else {
        this.#streaming ??= new Streaming(this.#core, this)
        this.#streaming.write(request, response, body)
      }
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
    this.#noteFinish(request, response)
    this.abandon(undefined)
    this.#input.upgrade(response)
  }

  /** Takes the first request off the queue. */
  #shift(): void {
    this.#flights.shift()
    this.#hasMore = this.#input.hasInput
  }

  /** Whether the connection ends with this response. */
  closesAfter(request: HttpRequest, response: HttpResponse, isReading = false): boolean {
    if (!request.keepsAlive) return true
    if (request.body !== undefined && !isReading && this.#input.mustClose(request)) return true
    if (response.headers !== undefined && asksToClose(response.headers)) return true
    if (!this.#core.isClosing && !this.#input.isInputOver) return false
    // The last one: whatever was received before is still answered.
    return this.#flights.first === undefined && !this.#hasMore && this.#refusal === undefined
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as Partial<PromiseLike<unknown>> | null | undefined)?.then === 'function'
}
