import { type Channel, channel } from 'node:diagnostics_channel'
import type { HttpRequest } from './message/request.ts'
import type { HttpResponse } from './message/response.ts'

/** Published when a request is handed to the handler. */
export interface RequestStart {
  readonly request: HttpRequest
}

/** Published when the response of a request is handed to the socket. */
export interface RequestFinish {
  readonly request: HttpRequest
  readonly response: HttpResponse
}

/** `fasterapi:http:request:start`, with a {@link RequestStart}. */
export const requestStart: Channel = channel('fasterapi:http:request:start')

/** `fasterapi:http:request:finish`, with a {@link RequestFinish}. */
export const requestFinish: Channel = channel('fasterapi:http:request:finish')
