import type { Future } from '../future/future.ts'
import type { HeaderFields } from './header-fields.ts'
import type { IncomingBody } from './incoming-body.ts'
import type { BodySource } from './request-body.ts'

/** One request as it goes over the wire. */
export interface TransportRequest {
  readonly method: string
  readonly url: URL
  /** Names in lower case. */
  readonly headers: HeaderFields
  readonly body: Uint8Array | BodySource | undefined
  /** Called when the connection is there and the first byte is about to leave. */
  readonly onSent: () => void
  /** Called when a piece of the request's body has been taken. */
  readonly onProgress: () => void
}

/** The head of a response, and its body as it arrives. */
export interface TransportResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: HeaderFields
  readonly body: IncomingBody
}

/** A request under way. */
export interface TransportExchange {
  /** Ready when the head of the response is there; fails with an {@link HttpClientError}. */
  readonly response: Future<TransportResponse>
  /** Gives it up: fails the response with `reason`, or its body if the response is there. */
  abort(reason: unknown): void
}

/** What carries requests: undici over sockets by default, or an app in the same process. */
export interface Transport {
  send(request: TransportRequest): TransportExchange
  /** Waits for requests under way, then closes. */
  close(): Future<void>
  /** Cuts requests under way. */
  destroy(): Future<void>
}
