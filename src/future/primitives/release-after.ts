import { OptionError } from '../../core/errors.ts'
import { type Eventual, Future, pendingFuture } from '../future.ts'
import type { Step } from '../steps.ts'

/** Passes the outcome on; whoever waits for what was held is served before any continuation runs. */
class ReleaseStep implements Step {
  readonly #held: Disposable

  constructor(held: Disposable) {
    this.#held = held
  }

  proceed(link: Future<unknown>, source: Future<unknown>): void {
    this.#held[Symbol.dispose]()
    link.store(source.state, source.outcome)
  }
}

/**
 * Runs `work` and gives `held` back when it is done: on value, failure and throw.
 *
 * @param held - what is given back; doing so must not run user code
 * @returns the outcome of `work`
 */
export function releaseAfter<T>(work: () => Eventual<T>, held: Disposable): Future<T> {
  const running = Future.try(work)
  if (running.isPending) {
    const done = pendingFuture<T>()
    done.waitFor(running, new ReleaseStep(held))
    return done
  }
  held[Symbol.dispose]()
  return running
}

/** @throws {OptionError} if `work` is not a function */
export function assertWork(work: unknown): void {
  if (typeof work !== 'function') throw new OptionError('work', work, 'a function')
}
