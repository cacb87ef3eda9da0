import { Buffer } from 'node:buffer'
import type { Connection } from '../../net/index.ts'
import { HttpError, HttpParseError } from '../errors.ts'
import type { HttpRequest } from '../message/request.ts'
import { detailResponse, type HttpResponse } from '../message/response.ts'
import type { UpgradeResponse } from '../message/upgrade-response.ts'
import { BodyIntake, isEndless } from './body/body-intake.ts'
import type { BodyReader } from './body/body-reader.ts'
import { type Deadlines, JUST_NOW, type Phase } from './deadlines.ts'
import type { InputOwner } from './input-owner.ts'
import { INCOMPLETE, LF } from './request/bytes.ts'
import { parseHead } from './request/head-parser.ts'
import { RequestFactory } from './request/request-factory.ts'
import { RequestHead } from './request/request-head.ts'
import type { ExchangeInput } from './response/exchange-input.ts'
import { ExchangeQueue } from './response/exchange-queue.ts'
import type { ServerCore } from './server-core.ts'

/** Filled anew for each head; requests take from it what they keep. */
const head = new RequestHead()

/**
 * The input side of one connection: bytes to requests, strictly in order.
 *
 * Reading stops while too many requests are in flight, while the peer does not take its responses,
 * and while a body nobody asks for piles up.
 */
export class RequestInput implements ExchangeInput {
  readonly #core: ServerCore
  readonly #owner: InputOwner
  readonly #deadlines: Deadlines
  readonly #factory: RequestFactory
  readonly #intake: BodyIntake
  /** The output side. */
  readonly queue: ExchangeQueue
  #connection!: Connection
  /** Input that waits for more bytes, or for its turn. */
  #carry: Buffer | undefined
  /** The request whose body turns out to be broken before its handler was called. */
  #undispatched: HttpRequest | undefined
  #isConsuming = false
  #isPaused = false
  /** The peer has ended its side, behind requests that are still to be read. */
  #isEndPending = false
  #hasServed = false
  /** Requests in flight beyond which no more are read. */
  #maxInFlight: number
  /** Answered and written, but the input behind its request is still being looked at. */
  #upgrade: UpgradeResponse | undefined
  /** No request is read any more: the rest of the input is thrown away. */
  isInputOver = false

  constructor(core: ServerCore, owner: InputOwner, deadlines: Deadlines) {
    this.#core = core
    this.#owner = owner
    this.#deadlines = deadlines
    this.#intake = new BodyIntake(deadlines)
    this.#maxInFlight = core.settings.maxPipelinedRequests
    this.#factory = new RequestFactory(owner, core.paths, core.settings.maxRequestsPerConnection)
    this.queue = new ExchangeQueue(core, this)
  }

  /** Must be called before anything else. */
  attach(connection: Connection): void {
    this.#connection = connection
    this.queue.connection = connection
  }

  get hasInput(): boolean {
    return (this.#carry !== undefined || this.#isConsuming) && !this.isInputOver
  }

  /** The body that is being received. */
  get body(): BodyReader | undefined {
    return this.#intake.current
  }

  /** Whether a part of a request has come. */
  get isAmidRequest(): boolean {
    return this.#intake.current !== undefined || this.#carry !== undefined
  }

  get phase(): Phase {
    if (this.#intake.current !== undefined && !this.#isPaused) return 'body'
    if (!this.queue.isEmpty || this.#isPaused) return 'busy'
    if (this.isInputOver) return 'linger'
    if (this.#carry !== undefined) return 'head'
    return this.#hasServed ? 'idle' : 'fresh'
  }

  /** @param chunk - valid during the call only */
  receive(chunk: Buffer): void {
    if (this.isInputOver && this.#intake.current === undefined) return
    const carry = this.#carry
    if (carry === undefined) return this.#consume(chunk, false)
    const bytes = Buffer.concat([carry, chunk])
    // A head that comes in drops is scanned again only when another line of it is complete.
    const isWorthScanning =
      this.#intake.current !== undefined ||
      chunk.includes(LF) ||
      bytes.length > this.#core.settings.maxRequestLineBytes
    if (isWorthScanning && !this.#isPaused) this.#consume(bytes, true)
    else this.#carry = bytes
  }

  /** The peer has ended its side. */
  receiveEnd(): void {
    if (this.#isPaused && this.hasInput) {
      this.#isEndPending = true
      return
    }
    // A head in drops is looked at when a line of it is complete: it may be wrong all the same.
    if (this.#carry !== undefined && this.body === undefined) this.#consume(this.#carry, true)
    this.#endOfInput()
  }

  /** The connection is gone. */
  discard(): void {
    this.endInput()
    this.#intake.current = undefined
  }

  wantBody(request: HttpRequest): void {
    this.queue.sayContinue(request)
    if (request.body !== this.#intake.current) return
    // The time it was not read is not the client's.
    if (this.#isPaused) this.#deadlines.bodyMs = JUST_NOW
    this.continue()
  }

  afterResponse(request: HttpRequest, closes: boolean): void {
    this.#deadlines.activeMs = JUST_NOW
    this.#hasServed = true
    if (closes) return this.end()
    if (request.body !== undefined && request.body === this.#intake.current) this.#intake.abandon()
    if (this.#isPaused) this.continue()
  }

  mustClose(request: HttpRequest): boolean {
    return this.#intake.mustClose(request)
  }

  endInput(): void {
    this.isInputOver = true
    this.#carry = undefined
  }

  /** Hands the connection over, at once or when the input at hand has been looked at. */
  upgrade(response: UpgradeResponse): void {
    this.#upgrade = response
    if (!this.#isConsuming) this.#handOver(response, this.#carry)
  }

  /** Takes up reading where it was paused, if nothing stands in the way any more. */
  continue(): void {
    if (!this.#isPaused || this.#isConsuming) return
    if (this.#connection.isCongested || this.#intake.current?.isFull === true) return
    this.#isPaused = false
    if (this.queue.isEmpty) this.#maxInFlight = this.#core.settings.maxPipelinedRequests
    if (this.#carry !== undefined) this.#consume(this.#carry, false)
    if (this.#isPaused) return
    if (this.#isEndPending) this.#endOfInput()
    else this.#connection.resume()
  }

  /** Answers what is no request, and reads no further. */
  refuse(response: HttpResponse, isHead = false): void {
    this.endInput()
    this.queue.refuse(response, isHead)
  }

  /**
   * The body will not be complete, so no request can follow it.
   *
   * @param error - what its reader is told; undefined if it has none
   */
  failBody(error: HttpError | undefined): void {
    const body = this.#intake.current
    this.isInputOver = true
    this.#intake.current = undefined
    if (error !== undefined) body?.fail(error)
    if (this.queue.isEmpty) this.end()
  }

  /** Sends FIN behind what is written, and throws away what still comes. */
  end(): void {
    this.#intake.abandon()
    this.discard()
    this.#deadlines.startLinger()
    this.#connection.end()
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#connection.resume()
  }

  /** @param isContinued - true if `bytes` starts with a head that was incomplete before */
  #consume(bytes: Buffer, isContinued: boolean): void {
    this.#carry = undefined
    this.#isConsuming = true
    const startMs = this.#core.beginTurn()
    const answeredBefore = this.queue.answeredAtOnce
    let at = 0
    try {
      at = this.#readRequests(bytes)
    } catch (error) {
      if (!(error instanceof HttpParseError)) throw error
      this.#onParseError(error)
      at = bytes.length
    } finally {
      this.#isConsuming = false
    }
    this.#intake.makeRoom(this.#connection, bytes)
    if (this.#upgrade !== undefined) this.#handOver(this.#upgrade, bytes.subarray(at))
    else if (at < bytes.length && !this.isInputOver) {
      this.#carry = Buffer.from(bytes.subarray(at))
      if (at > 0 || !isContinued) this.#deadlines.headMs = JUST_NOW
    }
    const answered = this.queue.answeredAtOnce - answeredBefore
    if (answered > 0) this.#core.endTurn(startMs, answered)
  }

  /** @returns offset of the first byte not used */
  #readRequests(bytes: Buffer): number {
    const end = bytes.length
    const { settings } = this.#core
    let at = 0
    while (at < end) {
      if (this.#intake.current !== undefined) {
        at = this.#readBody(this.#intake.current, bytes, at)
        continue
      }
      if (this.isInputOver) return end
      if (this.queue.length >= this.#maxInFlight || this.#connection.isCongested) {
        this.#pause()
        return at
      }
      const next = parseHead(bytes, at, end, settings, head, this.#factory.knownFields)
      if (next === INCOMPLETE) return at
      const request = this.#factory.create(bytes, head, next)
      const body = request.body as BodyReader | undefined
      at = next
      const asksForUpgrade = head.asksForUpgrade
      if (!request.keepsAlive && !asksForUpgrade) this.isInputOver = true
      if (body !== undefined) at = this.#beginBody(request, body, bytes, at)
      this.queue.dispatch(request, at < end)
      body?.keepView()
      if (!asksForUpgrade) continue
      if (this.#upgrade !== undefined) return at
      // What follows is read when it is known in which protocol.
      if (!this.queue.isEmpty) this.#maxInFlight = 1
    }
    return at
  }

  /** Takes what has come with the head, before the handler is called. */
  #beginBody(request: HttpRequest, body: BodyReader, bytes: Buffer, at: number): number {
    this.#undispatched = request
    const next = this.#intake.begin(body, bytes, at)
    this.#undispatched = undefined
    if (!body.isComplete && body.isFull) this.#pause()
    return next
  }

  #readBody(body: BodyReader, bytes: Buffer, at: number): number {
    const next = this.#intake.read(body, bytes, at)
    if (body.isComplete) return next
    if (body.isFull) this.#pause()
    else if (isEndless(body)) this.failBody(undefined)
    return next
  }

  #pause(): void {
    if (this.#isPaused) return
    this.#isPaused = true
    this.#connection.pause()
  }

  #handOver(response: UpgradeResponse, rest: Buffer | undefined): void {
    const isPeerDone = this.isInputOver
    this.endInput()
    this.#upgrade = undefined
    this.#owner.handOver(response, Buffer.from(rest ?? []), isPeerDone)
    if (this.#isPaused) this.#connection.resume()
  }

  #onParseError(error: HttpParseError): void {
    const { status, message } = error
    this.#core.counters.countParseError(status)
    if (this.body !== undefined) this.failBody(new HttpError(status, message))
    else this.refuse(detailResponse(status, message), this.#undispatched?.method === 'HEAD')
  }

  #endOfInput(): void {
    this.#isEndPending = false
    this.#carry = undefined
    this.failBody(new HttpError(400, 'The client has ended the body too early'))
    // A client that goes away sends FIN, too. One that only ends its side still gets its answers.
    this.queue.giveUpAll(new HttpError(400, 'The client has closed the connection'))
  }
}
