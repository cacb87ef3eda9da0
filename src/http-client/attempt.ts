import type { Clock, Timer } from '../core/clock.ts'
import { childTrace, formatTraceparent, type TraceContext } from '../core/trace-context.ts'
import { Future } from '../future/future.ts'
import type { Units } from '../future/primitives/units.ts'
import { whenAborted } from '../future/signals.ts'
import { type ClientRequestMessage, clientRequestFinish, clientRequestStart } from './channels.ts'
import type { ErrorSubject, TimeoutPhase } from './errors.ts'
import { timeoutError } from './errors.ts'
import { type HeaderFields, hasHeader } from './header-fields.ts'
import type { CallSettings } from './options.ts'
import type { Hop } from './redirect.ts'
import type { ClientCounters } from './stats.ts'
import type { Transport, TransportExchange, TransportResponse } from './transport.ts'

/** What an attempt needs of the call it belongs to. */
export interface AttemptContext {
  readonly transport: Transport
  readonly clock: Clock
  readonly counters: ClientCounters
  readonly settings: CallSettings
  readonly subject: ErrorSubject
  readonly signal: AbortSignal
  readonly trace: TraceContext | undefined
}

/** One request on the wire, with its time limits, from the first byte to the last of its response. */
export class AttemptRun {
  readonly #context: AttemptContext
  readonly #place: Units
  readonly #message: ClientRequestMessage
  #exchange: TransportExchange | undefined
  #attemptTimer: Timer | undefined
  #phaseTimer: Timer | undefined
  #stopListening: (() => void) | undefined
  #lastByteMs = 0

  /** @param place - given back when the connection is free again */
  constructor(context: AttemptContext, hop: Hop, number: number, place: Units) {
    const { trace, clock } = context
    const isTraced = trace !== undefined && !hasHeader(hop.headers, 'traceparent')
    this.#context = context
    this.#place = place
    this.#message = {
      method: hop.method,
      url: hop.url,
      attempt: number,
      trace: isTraced ? childTrace(trace) : undefined,
      parentSpanId: isTraced ? trace.spanId : undefined,
      startMs: clock.nowMs(),
      sentMs: undefined,
      headersMs: undefined,
      endMs: undefined,
      status: undefined,
      receivedBytes: 0,
      error: undefined,
    }
  }

  /** @returns ready when the head of the response is there */
  begin(hop: Hop): Future<TransportResponse> {
    const { counters, settings, signal, transport } = this.#context
    counters.requests++
    if (clientRequestStart.hasSubscribers) clientRequestStart.publish(this.#message)
    const exchange = Future.try(() =>
      transport.send({
        method: hop.method,
        url: hop.url,
        headers: withTrace(hop.headers, this.#message.trace),
        body: hop.body?.open(),
        onSent: () => this.#noteSent(),
        onProgress: () => this.#noteProgress(),
      }),
    )
    return exchange.then(
      (started) => {
        this.#exchange = started
        this.#attemptTimer = this.#limit('attempt', settings.attemptTimeoutMs)
        this.#stopListening = whenAborted(signal, () => started.abort(signal.reason))
        return started.response.then(
          (response) => this.#noteHead(response),
          (reason) => this.#refuse(reason),
        )
      },
      (reason) => this.#refuse(reason),
    )
  }

  #noteSent(): void {
    this.#message.sentMs = this.#context.clock.nowMs()
    this.#phaseTimer ??= this.#limit('headers', this.#context.settings.headersTimeoutMs)
  }

  /** As long as the request is being sent nobody can expect a response. */
  #noteProgress(): void {
    if (this.#message.headersMs !== undefined || this.#message.endMs !== undefined) return
    this.#phaseTimer?.cancel()
    this.#phaseTimer = this.#limit('headers', this.#context.settings.headersTimeoutMs)
  }

  #noteHead(response: TransportResponse): TransportResponse {
    const { clock, counters } = this.#context
    const message = this.#message
    this.#attemptTimer?.cancel()
    this.#phaseTimer?.cancel()
    message.headersMs = clock.nowMs()
    message.status = response.status
    counters.noteResponse(response.status, (message.headersMs - message.startMs) / 1000)
    const { body } = response
    message.receivedBytes = body.buffered
    this.#lastByteMs = message.headersMs
    body.onBytes((bytes) => {
      message.receivedBytes += bytes
      this.#lastByteMs = clock.nowMs()
    })
    this.#watchBody(response)
    body.whenEnded((failure) => this.#end(failure?.reason))
    return response
  }

  /** One timer for all pieces: it looks when the last one came, and waits for the rest of the time. */
  #watchBody({ body }: TransportResponse): void {
    const { clock, settings, subject } = this.#context
    const { bodyTimeoutMs } = settings
    if (body.isEnded || bodyTimeoutMs === Number.POSITIVE_INFINITY) return
    const check = (): void => {
      if (body.isEnded) return
      // Who does not read makes the peer wait, and not the other way round.
      if (body.isPaused) this.#lastByteMs = clock.nowMs()
      const leftMs = this.#lastByteMs + bodyTimeoutMs - clock.nowMs()
      if (leftMs <= 0) body.abort(timeoutError(subject, 'body', bodyTimeoutMs))
      else this.#phaseTimer = clock.setTimer(leftMs, check)
    }
    this.#phaseTimer = clock.setTimer(bodyTimeoutMs, check)
  }

  #limit(phase: TimeoutPhase, timeoutMs: number): Timer | undefined {
    if (timeoutMs === Number.POSITIVE_INFINITY) return undefined
    const { clock, subject } = this.#context
    return clock.setTimer(timeoutMs, () => {
      this.#exchange?.abort(timeoutError(subject, phase, timeoutMs))
    })
  }

  #refuse(reason: unknown): never {
    this.#end(reason)
    throw reason
  }

  #end(error: unknown): void {
    const message = this.#message
    this.#attemptTimer?.cancel()
    this.#phaseTimer?.cancel()
    this.#stopListening?.()
    this.#place[Symbol.dispose]()
    message.endMs = this.#context.clock.nowMs()
    message.error = error
    this.#context.counters.receivedBytes += message.receivedBytes
    if (clientRequestFinish.hasSubscribers) clientRequestFinish.publish(message)
  }
}

function withTrace(headers: HeaderFields, trace: TraceContext | undefined): HeaderFields {
  if (trace === undefined) return headers
  const fields = [...headers, ['traceparent', formatTraceparent(trace)] as const]
  return trace.state === undefined || hasHeader(headers, 'tracestate')
    ? fields
    : [...fields, ['tracestate', trace.state] as const]
}
