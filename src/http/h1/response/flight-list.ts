import type { HttpRequest } from '../../message/request.ts'
import type { ServerCore } from '../server-core.ts'
import { Flight, type FlightOwner } from './flight.ts'

/** The requests of one connection that are not answered, or wait for those before them, in order. */
export class FlightList {
  readonly #core: ServerCore
  readonly #owner: FlightOwner
  #last: Flight | undefined
  first: Flight | undefined
  length = 0

  constructor(core: ServerCore, owner: FlightOwner) {
    this.#core = core
    this.#owner = owner
  }

  push(request: HttpRequest): Flight {
    const flight = new Flight(request, this.#owner, performance.now())
    if (this.#last === undefined) this.first = flight
    else this.#last.next = flight
    this.#last = flight
    this.#count(1)
    return flight
  }

  /** Takes off the first. */
  shift(): void {
    this.first = this.first?.next
    if (this.first === undefined) this.#last = undefined
    this.#count(-1)
  }

  /** Puts a request back in front, while its response is being streamed. */
  unshift(request: HttpRequest): void {
    const flight = new Flight(request, this.#owner, performance.now())
    flight.isAnswered = true
    flight.next = this.first
    this.first = flight
    this.#last ??= flight
    this.#count(1)
  }

  /** Takes all off. @returns the first, which leads to the others */
  clear(): Flight | undefined {
    const { first } = this
    this.#core.counters.inFlight -= this.length
    this.first = undefined
    this.#last = undefined
    this.length = 0
    return first
  }

  has(request: HttpRequest): boolean {
    for (let flight = this.first; flight !== undefined; flight = flight.next) {
      if (flight.request === request) return true
    }
    return false
  }

  /** Fires the signals of those that are not answered. */
  giveUpAll(reason: unknown): void {
    for (let flight = this.first; flight !== undefined; flight = flight.next) {
      if (!flight.isAnswered) flight.request.giveUp(reason)
    }
  }

  #count(change: number): void {
    this.length += change
    this.#core.counters.inFlight += change
  }
}
