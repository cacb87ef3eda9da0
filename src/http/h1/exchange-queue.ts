import { TimeoutError } from '../../core/errors.ts'
import { Future } from '../../future/index.ts'
import type { Connection } from '../../net/index.ts'
import { requestFinish, requestStart } from '../channels.ts'
import { HttpError, HttpResponseError } from '../errors.ts'
import type { HttpRequest } from '../message/request.ts'
import { detailResponse, HttpResponse, responseOfError } from '../message/response.ts'
import type { HttpConnection } from './http-connection.ts'
import { asksToClose } from './response-writer.ts'
import type { ServerCore } from './server-core.ts'

const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n'

/**
 * The output side of one connection: requests in flight, and their responses in the same order.
 *
 * A request that is answered at once while nothing is in flight never enters the queue: it is
 * handled and written in one go.
 */
export class ExchangeQueue {
  readonly #core: ServerCore
  readonly #input: HttpConnection
  connection!: Connection
  #first: HttpRequest | undefined
  #last: HttpRequest | undefined
  #refusal: HttpResponse | undefined
  #isOver = false
  /** Requests in flight, or answered and waiting for those before them. */
  length = 0
  /** Responses that needed no waiting, counted for the latency of the whole turn. */
  answeredAtOnce = 0
  /** Whether more input follows the request being dispatched. */
  #hasMore = false

  constructor(core: ServerCore, input: HttpConnection) {
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
    let result: HttpResponse | PromiseLike<HttpResponse>
    try {
      result = this.#core.handler(request)
    } catch (error) {
      this.#answerAtOnce(request, this.#failure(request, error))
      return
    }
    if (result instanceof HttpResponse) this.#answerAtOnce(request, result)
    else if (result instanceof Future && !result.isPending) {
      this.#answerAtOnce(request, this.#outcome(request, result))
    } else this.#await(request, result)
  }

  /** Answers input that is no request, after those in flight, and ends the connection. */
  refuse(response: HttpResponse): void {
    this.#refusal = response
    this.#hasMore = false
    this.#writeRefusal()
  }

  /** Sends `100 Continue` for a request whose body is wanted, unless others are to be answered first. */
  sayContinue(request: HttpRequest): void {
    request.isBodyWanted = true
    const isItsTurn = this.#first === undefined || this.#first === request
    if (!request.awaitsContinue || !isItsTurn || this.#isOver) return
    request.awaitsContinue = false
    this.connection.write(CONTINUE, 'latin1')
  }

  /** Answers 503 for every request that was dispatched before `beforeMs`. */
  expire(beforeMs: number, timeoutMs: number): void {
    if (timeoutMs === 0) return
    for (let request = this.#first; request !== undefined; request = request.next) {
      if (request.isAnswered || request.startedMs > beforeMs) continue
      this.#core.counters.timeouts.handler++
      this.#answer(request, detailResponse(503, 'The handler took too long'))
      request.giveUp(new TimeoutError(timeoutMs, 'The handler'))
    }
  }

  /** The connection is gone: nobody waits for any answer. */
  abandon(reason: unknown): void {
    this.#isOver = true
    this.#refusal = undefined
    for (let request = this.#first; request !== undefined; request = request.next) {
      this.#core.counters.inFlight--
      this.#core.counters.aborted++
      request.isAnswered = true
      request.giveUp(reason)
    }
    this.#first = undefined
    this.#last = undefined
    this.length = 0
  }

  #answerAtOnce(request: HttpRequest, response: HttpResponse): void {
    this.answeredAtOnce++
    request.isAnswered = true
    if (this.#first === undefined) this.#write(request, response)
    else {
      request.response = response
      this.#push(request)
    }
  }

  #await(request: HttpRequest, result: PromiseLike<HttpResponse>): void {
    request.startedMs = this.#core.nowMs
    request.startedAtMs = performance.now()
    this.#push(request)
    if (typeof (result as Partial<PromiseLike<unknown>> | undefined)?.then !== 'function') {
      this.#answer(request, this.#checked(request, result))
      return
    }
    void result.then(
      (response) => {
        if (!request.isAnswered) this.#answer(request, this.#checked(request, response))
      },
      (error: unknown) => {
        if (!request.isAnswered) this.#answer(request, this.#failure(request, error))
      },
    )
  }

  #answer(request: HttpRequest, response: HttpResponse): void {
    request.isAnswered = true
    request.response = response
    this.#core.counters.addLatency(performance.now() - request.startedAtMs, 1)
    // Writing may read on and dispatch more; those come behind.
    while (this.#first?.response !== undefined && !this.#isOver) this.#writeFirst(this.#first)
    this.#writeRefusal()
  }

  #writeFirst(request: HttpRequest): void {
    const { response } = request
    this.#first = request.next
    if (this.#first === undefined) this.#last = undefined
    this.length--
    this.#core.counters.inFlight--
    this.#hasMore = this.#input.hasInput
    this.#write(request, response!)
    request.response = undefined
    const next = this.#first
    if (next?.isBodyWanted === true) this.sayContinue(next)
  }

  #writeRefusal(): void {
    const refusal = this.#refusal
    if (refusal === undefined || this.#first !== undefined || this.#isOver) return
    this.#refusal = undefined
    this.#core.counters.responses[Math.floor(refusal.status / 100)]!++
    this.#core.writer.write(this.connection, refusal, false, 1, true)
    this.#end()
    this.connection.end()
  }

  #write(request: HttpRequest, response: HttpResponse): void {
    if (this.#isOver) return
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
    if (requestFinish.hasSubscribers) requestFinish.publish({ request, response: sent })
    if (closes) this.#end()
    this.#input.afterResponse(request, closes)
  }

  #closesAfter(request: HttpRequest, response: HttpResponse): boolean {
    if (!request.keepsAlive) return true
    if (request.body !== undefined && this.#input.mustClose(request)) return true
    if (response.headers !== undefined && asksToClose(response)) return true
    if (!this.#core.isClosing && !this.#input.isInputOver) return false
    // The last one: whatever was received before is still answered.
    return this.#first === undefined && !this.#hasMore && this.#refusal === undefined
  }

  /** Nothing is written any more; requests behind the last response are given up. */
  #end(): void {
    this.abandon(new HttpError(400, 'The connection ended with an earlier response'))
  }

  #push(request: HttpRequest): void {
    if (this.#last === undefined) this.#first = request
    else this.#last.next = request
    this.#last = request
    this.length++
    this.#core.counters.inFlight++
  }

  #outcome(request: HttpRequest, result: Future<HttpResponse>): HttpResponse {
    try {
      return this.#checked(request, result.get())
    } catch (error) {
      return this.#failure(request, error)
    }
  }

  #checked(request: HttpRequest, response: unknown): HttpResponse {
    if (response instanceof HttpResponse) return response
    return this.#failure(request, new HttpResponseError('A handler must return an HttpResponse'))
  }

  #failure(request: HttpRequest, error: unknown): HttpResponse {
    if (!(error instanceof HttpError)) this.#core.report(error, request)
    try {
      return responseOfError(error)
    } catch (unprintable) {
      this.#core.report(unprintable, request)
      return detailResponse(500, 'Internal Server Error')
    }
  }
}
