import { AsyncLocalStorage } from 'node:async_hooks'
import { OptionError } from '../../core/errors.ts'
import { type Eventual, Future } from '../../future/index.ts'
import { HttpError } from '../../http/index.ts'
import type { Cleanup } from '../dependencies/cleanup.ts'
import type { BackgroundWork } from './background-work.ts'

/**
 * Work that a request leaves behind: it begins when the response has been sent. The input
 * `background()` gives it, one for handler and dependencies.
 */
export class BackgroundTasks {
  readonly #background: BackgroundWork
  readonly #tasks: (() => unknown)[] = []

  /** @internal */
  constructor(background: BackgroundWork) {
    this.#background = background
  }

  /**
   * Adds a task: `background.add(sendMail, address, text)`.
   *
   * Tasks of a request run one after the other, in the order they were added, with what
   * `AsyncLocalStorage` says here. The failure of one is logged, and the others run all the same. If
   * the handler fails, none runs. What dependencies hold is given back when all have ended.
   *
   * @throws {OptionError} if it is no function
   * @throws {HttpError} 503 if the app has as much background work waiting as it may
   */
  add<Args extends readonly unknown[]>(
    work: (...args: Args) => Eventual<unknown>,
    ...args: Args
  ): void {
    if (typeof work !== 'function') throw new OptionError('background.add()', work, 'a function')
    try {
      this.#background.reserve()
    } catch (cause) {
      throw new HttpError(503, 'Service Unavailable', undefined, { cause })
    }
    const inContext = AsyncLocalStorage.snapshot()
    this.#tasks.push(() => inContext(() => work(...args)))
  }

  /** @internal Something to do after the response; undefined if there are no tasks. */
  toCleanup(log: (error: unknown) => void): Cleanup | undefined {
    if (this.#tasks.length === 0) return undefined
    return {
      name: 'background()',
      runsBeforeResponse: false,
      generator: {
        next: () => this.#runAll(log).then(() => DONE),
        throw: (reason) => {
          this.drop()
          throw reason
        },
        return: () => DONE,
      },
    }
  }

  /** @internal Nothing of it runs: the request has failed. */
  drop(): void {
    for (const _ of this.#tasks.splice(0)) this.#background.release()
  }

  #runAll(log: (error: unknown) => void): Future<void> {
    let done: Future<void> = Future.ready()
    for (const task of this.#tasks.splice(0)) {
      done = done.then(() => this.#background.runReserved(task)).then(() => undefined, log)
    }
    return done
  }
}

const DONE = { done: true, value: undefined } as const
