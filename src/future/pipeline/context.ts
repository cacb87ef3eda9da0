/** What the function of a stage is told beside the value. */
export interface StageContext {
  /** Name of the stage. */
  readonly stage: string
  /** Place of the stage in the pipeline, from 0. */
  readonly index: number
  /** 1 for the first; grows if the stage has `retry`. */
  readonly attempt: number
  /** Fires when the result is no longer needed: aborted, out of time, or a sibling branch failed. */
  readonly signal: AbortSignal
}

/**
 * The context of one stage, shared by all executions without a signal.
 *
 * @internal
 */
export class Context implements StageContext {
  readonly stage: string
  readonly index: number
  readonly attempt: number
  /** The signal somebody may fire, if there is one. */
  readonly given: AbortSignal | undefined

  constructor(stage: string, index: number, attempt = 1, given?: AbortSignal) {
    this.stage = stage
    this.index = index
    this.attempt = attempt
    this.given = given
  }

  get signal(): AbortSignal {
    // A new one each time: listeners on one that all executions shared would never be collected.
    return this.given ?? new AbortController().signal
  }

  /** The same stage for one attempt, or under a signal of its own. */
  with(attempt: number, signal: AbortSignal | undefined): Context {
    return new Context(this.stage, this.index, attempt, signal)
  }
}
