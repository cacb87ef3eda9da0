import { type AsyncContext, captureContext } from '../core/async-context.ts'
import { currentGroup, mainGroup, schedule, type Task } from '../core/run-queue.ts'
import type { TaskGroup } from '../core/task-group.ts'
import { CleanupError } from './errors.ts'
import type { Future } from './future.ts'
import { FAILED, PENDING, READY } from './state.ts'

export type Callback = (argument: unknown) => unknown

/**
 * What a pending future does when the one it waits for has settled.
 *
 * The commonest step, a `then` with one callback, is that callback itself and needs no object.
 */
export interface Step {
  /** Settles `link`, or lets it wait for something else. */
  proceed(link: Future<unknown>, source: Future<unknown>): void
}

/** `then` with a callback for failures, and `catch`. */
export class ThenStep implements Step {
  readonly #onReady: Callback | undefined
  readonly #onFailed: Callback | undefined

  constructor(onReady: Callback | undefined, onFailed: Callback | undefined) {
    this.#onReady = onReady
    this.#onFailed = onFailed
  }

  proceed(link: Future<unknown>, source: Future<unknown>): void {
    const step = source.state === READY ? this.#onReady : this.#onFailed
    if (step === undefined) link.store(source.state, source.outcome)
    else link.call(step, source.outcome)
  }
}

/** `thenWrapped`. */
export class WrappedStep implements Step {
  readonly #callback: Callback

  constructor(callback: Callback) {
    this.#callback = callback
  }

  proceed(link: Future<unknown>, source: Future<unknown>): void {
    link.call(this.#callback, source)
  }
}

/** `finally` and `tap`: the callback's value does not count, but its failure and its time do. */
export class AsideStep implements Step {
  readonly #callback: Callback | undefined
  /** `tap` gives the value to its callback, and has none to give when there is a failure. */
  readonly #isTap: boolean

  constructor(callback: Callback | undefined, isTap: boolean) {
    this.#callback = callback
    this.#isTap = isTap
  }

  proceed(link: Future<unknown>, source: Future<unknown>): void {
    const callback = this.#callback
    const isSkipped = this.#isTap && source.state !== READY
    if (callback === undefined || isSkipped) return link.store(source.state, source.outcome)
    const aside = link.attempt(callback, this.#isTap ? source.outcome : undefined)
    if (aside.state === PENDING) link.waitFor(aside, new CleanupStep(source))
    else new CleanupStep(source).proceed(link, aside)
  }
}

/** The callback of an {@link AsideStep} has settled: goes on with the original outcome. */
class CleanupStep implements Step {
  readonly #original: Future<unknown>

  constructor(original: Future<unknown>) {
    this.#original = original
  }

  proceed(link: Future<unknown>, aside: Future<unknown>): void {
    const { state, outcome } = this.#original
    if (aside.state === READY) return link.store(state, outcome)
    aside.takeUnhandled()
    link.store(FAILED, state === READY ? aside.outcome : new CleanupError(aside.outcome, outcome))
  }
}

/** The callback returned a pending future: takes over its outcome. */
export const ADOPT: Step = {
  proceed(link, source) {
    link.store(source.state, source.outcome)
  },
}

/** @returns `step`, to be taken in the async context and in the task group of the caller of `then` */
export function inContext(step: Callback | Step): Callback | Step {
  const context = captureContext()
  const group = currentGroup()
  const captured = context === undefined ? step : new ContextStep(context, step)
  return group === mainGroup ? captured : new GroupStep(group, captured)
}

/** A step that has to run in the async context of the caller of `then`. */
class ContextStep implements Step {
  readonly #context: AsyncContext
  readonly #step: Callback | Step

  constructor(context: AsyncContext, step: Callback | Step) {
    this.#context = context
    this.#step = step
  }

  proceed(link: Future<unknown>, source: Future<unknown>): void {
    link.outcome = this.#step
    this.#context.runInAsyncScope(proceed, undefined, link, source)
  }
}

/** A step that has to run in the task group of the caller of `then`. */
class GroupStep implements Step {
  readonly #group: TaskGroup
  readonly #step: Callback | Step

  constructor(group: TaskGroup, step: Callback | Step) {
    this.#group = group
    this.#step = step
  }

  proceed(link: Future<unknown>, source: Future<unknown>): void {
    link.outcome = this.#step
    if (currentGroup() === this.#group) proceed(link, source)
    else schedule(new Crossing(link, source), this.#group)
  }
}

/** The task that goes on in the group a step belongs to. */
class Crossing implements Task {
  readonly #link: Future<unknown>
  readonly #source: Future<unknown>

  constructor(link: Future<unknown>, source: Future<unknown>) {
    this.#link = link
    this.#source = source
  }

  run(): void {
    proceed(this.#link, this.#source)
    if (this.#link.state !== PENDING) this.#link.run()
  }
}

/** Takes the step of a pending link, whose source has settled. */
export function proceed(link: Future<unknown>, source: Future<unknown>): void {
  const step = link.outcome
  // Dropped before it runs, so that what it closes over can be collected.
  link.outcome = undefined
  if (typeof step !== 'function') return (step as Step).proceed(link, source)
  if (source.state === READY) link.call(step as Callback, source.outcome)
  else link.store(source.state, source.outcome)
}
