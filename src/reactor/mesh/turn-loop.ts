import { enterCallback, leaveCallback } from '../../core/run-queue.ts'
import type { PlaceTable } from './place-table.ts'

/** What a core does in its turns. */
export interface TurnWork {
  /** Reads what has come. @returns whether there was something, or is more */
  readAll(): boolean
  /** Looks for work, after the core has said that it sleeps; see {@link TurnLoop}. */
  hasWork(): boolean
}

/**
 * The turns in which a core reads its rings, and its sleep between them.
 *
 * A core that has found nothing says in shared memory that it sleeps, and looks once more: a message is
 * either seen, or its sender sees the flag and wakes the sleeper. docs/cross-core.md has the model of it,
 * `test/reactor/sleep-model.test.ts` proves it.
 */
export class TurnLoop {
  readonly #table: PlaceTable
  readonly #place: number
  readonly #idleTurns: number
  readonly #work: TurnWork
  readonly #turn = () => this.#run()
  #idle = 0
  #isTurnPending = false
  #isEnded = false

  /** @param idleTurns - turns without work before the core sleeps */
  constructor(table: PlaceTable, place: number, idleTurns: number, work: TurnWork) {
    this.#table = table
    this.#place = place
    this.#idleTurns = idleTurns
    this.#work = work
  }

  /** Takes the next turn soon. */
  continue(): void {
    if (this.#isTurnPending || this.#isEnded) return
    this.#isTurnPending = true
    setImmediate(this.#turn)
  }

  end(): void {
    this.#isEnded = true
  }

  /** Reads, runs what follows from it, and lets that send what it produces. */
  #run(): void {
    this.#isTurnPending = false
    if (this.#isEnded) return
    let isBusy = false
    enterCallback()
    try {
      isBusy = this.#work.readAll()
    } finally {
      // What the run queue runs may throw, which must not be the last turn.
      try {
        leaveCallback()
      } finally {
        this.#rest(isBusy)
      }
    }
  }

  #rest(isBusy: boolean): void {
    this.#idle = isBusy ? 0 : this.#idle + 1
    if (isBusy || this.#idle <= this.#idleTurns) this.continue()
    else this.#sleep()
  }

  #sleep(): void {
    if (this.#isEnded) return
    this.#table.markSleeping(this.#place)
    if (this.#work.hasWork()) {
      this.#table.markAwake(this.#place)
      return this.continue()
    }
    const woken = this.#table.sleep(this.#place)
    if (woken === undefined) this.continue()
    else void woken.then(this.#turn)
  }
}
