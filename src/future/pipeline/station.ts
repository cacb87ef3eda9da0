import type { Clock } from '../../core/clock.ts'
import { Context } from './context.ts'
import type { Stage } from './stage.ts'

/** Numbers of one stage, over all executions of one pipeline so far. */
export interface StageStats {
  readonly stage: string
  /** Values that have left the stage, failures included. */
  readonly count: number
  readonly failures: number
  /** Values in the stage now, waiting for a place included. */
  readonly inFlight: number
  /** Only of a pipeline with `timings`. */
  readonly timing: StageTiming | undefined
}

/** Times from arrival at a stage to leaving it, waiting for a place included, in milliseconds. */
export interface StageTiming {
  readonly totalMs: number
  readonly meanMs: number
  readonly maxMs: number
}

/**
 * A stage at its place in one pipeline, and what is counted there.
 *
 * @internal
 */
export class Station {
  readonly stage: Stage
  readonly context: Context
  readonly #isTimed: boolean
  #arrived = 0
  #left = 0
  #failures = 0
  #totalMs = 0
  #maxMs = 0

  constructor(stage: Stage, index: number, isTimed: boolean) {
    this.stage = stage
    this.context = new Context(stage.name, index)
    this.#isTimed = isTimed
  }

  arrive(): void {
    this.#arrived++
  }

  leave(isFailed: boolean): void {
    this.#left++
    if (isFailed) this.#failures++
  }

  addTime(durationMs: number): void {
    this.#totalMs += durationMs
    if (durationMs > this.#maxMs) this.#maxMs = durationMs
  }

  stats(): StageStats {
    return {
      stage: this.stage.name,
      count: this.#left,
      failures: this.#failures,
      inFlight: this.#arrived - this.#left,
      timing: this.#isTimed ? this.#timing() : undefined,
    }
  }

  #timing(): StageTiming {
    const totalMs = this.#totalMs
    return { totalMs, meanMs: this.#left === 0 ? 0 : totalMs / this.#left, maxMs: this.#maxMs }
  }
}

/** A stage that a value has just left. */
export interface StageEvent {
  readonly stage: string
  readonly index: number
  readonly isFailed: boolean
  /** From arrival to leaving, waiting for a place included, in milliseconds. */
  readonly durationMs: number
}

/**
 * Takes the time of one execution in its stages.
 *
 * @internal
 */
export class Stopwatch {
  readonly #clock: Clock
  readonly #onStage: ((event: StageEvent) => void) | undefined
  #startMs = 0

  constructor(clock: Clock, onStage: ((event: StageEvent) => void) | undefined) {
    this.#clock = clock
    this.#onStage = onStage
  }

  start(): void {
    this.#startMs = this.#clock.nowMs()
  }

  /** @throws what `onStage` throws */
  stop(station: Station, isFailed: boolean): void {
    const durationMs = this.#clock.nowMs() - this.#startMs
    station.addTime(durationMs)
    const { stage, index } = station.context
    this.#onStage?.({ stage, index, isFailed, durationMs })
  }
}
