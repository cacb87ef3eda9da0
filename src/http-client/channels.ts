import { type Channel, channel } from 'node:diagnostics_channel'
import type { TraceContext } from '../core/trace-context.ts'

/**
 * One request on the wire: a retry or a redirect is another one.
 *
 * Published when it starts, and the same object once more when its body has been read or it has failed.
 * Times are `performance.now()`, `undefined` as long as they have not come.
 */
export interface ClientRequestMessage {
  readonly method: string
  readonly url: URL
  /** 1 for the first request to this URL. */
  readonly attempt: number
  /** The span of this request, if the call belongs to a trace; its headers carry it. */
  readonly trace: TraceContext | undefined
  /** The span that made the call. */
  readonly parentSpanId: string | undefined
  readonly startMs: number
  /** When there was a connection and the first byte left. */
  sentMs: number | undefined
  /** When the head of the response was there. */
  headersMs: number | undefined
  endMs: number | undefined
  status: number | undefined
  receivedBytes: number
  error: unknown
}

/** `fasterapi:http-client:request:start`, with a {@link ClientRequestMessage}. */
export const clientRequestStart: Channel = channel('fasterapi:http-client:request:start')

/** `fasterapi:http-client:request:finish`, with the {@link ClientRequestMessage} of the start. */
export const clientRequestFinish: Channel = channel('fasterapi:http-client:request:finish')
