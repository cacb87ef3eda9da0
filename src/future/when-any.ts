import { OptionError } from '../core/errors.ts'
import {
  type Consumer,
  consume,
  Future,
  pendingFuture,
  settleFailed,
  settleReady,
} from './future.ts'
import { type Started, start, type Work } from './signals.ts'
import type { Outcome } from './when-all.ts'

/** The first piece of work that came to an end. */
export interface First<T> {
  /** Its place in the input. */
  readonly index: number
  readonly value: T
  /** The others, in input order; functions among them have been told to stop. */
  readonly rest: readonly Future<T>[]
}

/**
 * Waits for the first completion, be it value or failure.
 *
 * If several are complete already the lowest index wins. Functions that lose are told through their
 * signal; futures and promises go on and are returned as `rest`. Failures of losers are not reported.
 *
 * @returns fails with the failure of the first, if that failed
 * @throws {OptionError} if `all` is not an array, or is empty
 * @see seastar `include/seastar/core/when_any.hh`
 */
export function whenAny<const All extends readonly Work<unknown>[]>(
  all: All,
): Future<First<Outcome<All[number]>>> {
  if (!Array.isArray(all) || all.length === 0) {
    throw new OptionError('whenAny input', all, 'an array of at least one future')
  }
  const race = new Race<Outcome<All[number]>>()
  for (const work of all) race.add(work as Work<Outcome<All[number]>>)
  return race.begin()
}

class Race<T> {
  readonly #entrants: Started<T>[] = []
  readonly #result = pendingFuture<First<T>>()
  #isOver = false

  add(work: Work<T>): void {
    this.#entrants.push(start(work))
  }

  begin(): Future<First<T>> {
    const winner = this.#entrants.findIndex(({ future }) => !future.isPending)
    this.#entrants.forEach(({ future }, index) => {
      if (index === winner) this.finished(future, index)
      else consume(future, new Entrant(this, index))
    })
    return this.#result
  }

  finished(source: Future<T>, index: number): void {
    if (this.#isOver) return
    this.#isOver = true
    if (source.isFailed) {
      source.ignore()
      settleFailed(this.#result, source.outcome)
    } else {
      const rest = this.#entrants.filter((_, other) => other !== index)
      settleReady(this.#result, {
        index,
        value: source.get(),
        rest: rest.map(({ future }) => future),
      })
    }
    this.#entrants.forEach(({ controller }, other) => {
      if (other !== index) controller?.abort()
    })
  }
}

class Entrant implements Consumer {
  readonly #race: Race<unknown>
  readonly #index: number

  constructor(race: Race<unknown>, index: number) {
    this.#race = race
    this.#index = index
  }

  onSettled(source: Future<unknown>): void {
    this.#race.finished(source, this.#index)
  }
}
