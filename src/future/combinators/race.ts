import { AbortedError } from '../../core/errors.ts'
import { abandon } from '../abandon.ts'
import { type Consumer, consume, type Future } from '../future.ts'
import { Gathering } from './gathering.ts'

/** A gathering that may be over before all have settled: who comes first counts, so each has its place. */
export abstract class Race<R> extends Gathering<R> {
  readonly #entrants: Entrant[] = []

  /** Called by the entrants. */
  finished(source: Future<unknown>, index: number): void {
    if (this.result.isPending) this.settled(source, index)
  }

  /** Functions that lose are told to stop; futures and promises go on, without us. */
  protected override succeed(value: R): void {
    super.succeed(value)
    this.stopFunctions(new AbortedError(undefined, `A loser of ${this.what}`))
  }

  protected override ended(): void {
    for (const entrant of this.#entrants) entrant.leave()
  }

  protected watch(future: Future<unknown>, index: number): void {
    const entrant = new Entrant(this, future, index)
    this.#entrants.push(entrant)
    consume(future, entrant)
    // The race may be over already; who comes later is watched just long enough not to go unhandled.
    if (!this.result.isPending) entrant.leave()
  }
}

/** What an entrant knows of its race. */
interface Finish {
  finished(source: Future<unknown>, index: number): void
}

class Entrant implements Consumer {
  readonly #race: Finish
  readonly #future: Future<unknown>
  readonly #index: number

  constructor(race: Finish, future: Future<unknown>, index: number) {
    this.#race = race
    this.#future = future
    this.#index = index
  }

  onSettled(source: Future<unknown>): void {
    this.#race.finished(source, this.#index)
  }

  leave(): void {
    abandon(this.#future, this)
  }
}
