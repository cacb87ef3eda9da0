import type { Consumer, Future } from '../../../future/future.ts'
import type { HttpRequest } from '../../message/request.ts'
import type { HttpResponse } from '../../message/response.ts'

/** Is told when the handler of a request has come to its end. */
export interface FlightOwner {
  settle(flight: Flight, outcome: Future<unknown>): void
}

/**
 * A request that is not answered yet, in its place in the order of its connection.
 *
 * It is the consumer of the handler's future itself: waiting for one allocates nothing else.
 */
export class Flight implements Consumer {
  readonly request: HttpRequest
  readonly #owner: FlightOwner
  /** When it was dispatched, on the monotonic clock. */
  readonly startMs: number
  next: Flight | undefined
  /** Set while it waits for those before it. */
  response: HttpResponse | undefined
  isAnswered = false

  constructor(request: HttpRequest, owner: FlightOwner, startMs: number) {
    this.request = request
    this.#owner = owner
    this.startMs = startMs
  }

  onSettled(outcome: Future<unknown>): void {
    this.#owner.settle(this, outcome)
  }
}
