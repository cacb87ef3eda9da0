import type { Consumer, Future } from '../../future/future.ts'
import type { HttpRequest } from '../message/request.ts'
import type { HttpResponse } from '../message/response.ts'

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
  /** Coarse time of the dispatch, for the deadline. */
  readonly sinceMs: number
  /** Exact time of the dispatch, for the latency. */
  readonly startMs: number
  next: Flight | undefined
  /** Set while it waits for those before it. */
  response: HttpResponse | undefined
  isAnswered = false

  constructor(request: HttpRequest, owner: FlightOwner, sinceMs: number, startMs: number) {
    this.request = request
    this.#owner = owner
    this.sinceMs = sinceMs
    this.startMs = startMs
  }

  onSettled(outcome: Future<unknown>): void {
    this.#owner.settle(this, outcome)
  }
}
