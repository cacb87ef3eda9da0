import { type Channel, channel } from 'node:diagnostics_channel'
import type { HttpRequest } from './message/request.ts'
import type { HttpResponse } from './message/response.ts'

/** Published when a request is handed to the handler. */
export interface RequestStart {
  readonly request: HttpRequest
}

/**
 * Published when the last byte of a response was handed to the system, or the client has gone; once
 * for each {@link RequestStart}.
 */
export interface RequestFinish {
  readonly request: HttpRequest
  /** Undefined if the client has gone before the end of it. */
  readonly response: HttpResponse | undefined
}

/** `fasterapi:http:request:start`, with a {@link RequestStart}. */
export const requestStart: Channel = channel('fasterapi:http:request:start')

/** `fasterapi:http:request:finish`, with a {@link RequestFinish}. */
export const requestFinish: Channel = channel('fasterapi:http:request:finish')
