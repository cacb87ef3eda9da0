import type { HttpRequest } from '../../message/request.ts'
import type { UpgradeResponse } from '../../message/upgrade-response.ts'

/** What the output side of a connection has to know of its input side. */
export interface ExchangeInput {
  /** Requests that were received are still to be read, or may be. */
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
