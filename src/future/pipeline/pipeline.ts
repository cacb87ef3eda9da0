import { type Clock, systemClock } from '../../core/clock.ts'
import { OptionError } from '../../core/errors.ts'
import { type Eventual, Future } from '../future.ts'
import type { ItemSource } from '../iteration/cursor.ts'
import { abortReason } from '../signals.ts'
import { type TimeoutOptions, timeoutAsync } from '../time/timeout.ts'
import { inParallel } from './branches.ts'
import type { StageContext } from './context.ts'
import { Execution, WHAT } from './execution.ts'
import {
  type ExecuteOptions,
  type ManyOptions,
  type OnStage,
  type PipelineOptions,
  readExecuteOptions,
  readManyOptions,
  readPipelineOptions,
} from './options.ts'
import type { StageFunction } from './policies.ts'
import { ResultStream } from './result-stream.ts'
import {
  asStageFunction,
  assertStageName,
  createStage,
  type Stage,
  type StageOptions,
} from './stage.ts'
import { type StageStats, Station, Stopwatch } from './station.ts'

/** What a stage, or a branch of one, does with a value. */
export type StageWork<Value, Next> = (value: Value, context: StageContext) => Eventual<Next>

/** The functions of a parallel stage. */
export type Branches<Value> = Readonly<Record<string, StageWork<Value, unknown>>>

/** What the branches come to, under their names. */
export type BranchResults<All> = {
  -readonly [Name in keyof All]: All[Name] extends (...args: never[]) => infer Result
    ? Awaited<Result>
    : never
}

/**
 * Named stages that a value passes one after the other; written once, executed any number of times.
 *
 * Immutable: `stage`, `parallel`, `tap` and `pipe` return a new pipeline and leave this one as it is.
 * A stage that several pipelines share counts its `concurrency` over all of them.
 *
 * An execution is ready at once if every stage is. A failed stage fails it with a {@link PipelineError}
 * that names the stage; what the caller decides, the signal or the time limit of the whole, comes as it is.
 *
 * @typeParam In - what `execute` takes
 * @typeParam Out - what the last stage gives; not to be written: the stages infer it
 */
export class Pipeline<In, Out = In> {
  readonly #options: PipelineOptions
  readonly #clock: Clock
  #stations: readonly Station[] = []

  /** @throws {OptionError} if an option is unknown */
  constructor(options: PipelineOptions = {}) {
    this.#options = readPipelineOptions(options)
    this.#clock = options.clock ?? systemClock
  }

  /** Names of the stages, in order. */
  get stages(): readonly string[] {
    return this.#stations.map(({ stage }) => stage.name)
  }

  /**
   * Adds a stage.
   *
   * @param work - synchronous, asynchronous or future-returning; gets the value and a {@link StageContext}
   * @throws {OptionError} if the name is empty or taken, `work` is not a function, or an option is out of range
   */
  stage<Next>(
    name: string,
    work: StageWork<Out, Next>,
    options: StageOptions = {},
  ): Pipeline<In, Next> {
    return this.#add(name, asStageFunction('work', work), options)
  }

  /**
   * Adds a stage whose branches all get the same value and run at the same time.
   *
   * The first failure fails the stage and fires the signal of the other branches.
   *
   * @returns a pipeline that goes on with a record of the branches' results
   * @throws {OptionError} as `stage` does, or if there are no branches
   */
  parallel<const All extends Branches<Out>>(
    name: string,
    branches: All,
    options: StageOptions = {},
  ): Pipeline<In, BranchResults<All>> {
    if (typeof branches !== 'object' || branches === null || Object.keys(branches).length === 0) {
      throw new OptionError('branches', branches, 'a record of at least one function')
    }
    const functions = new Map<string, StageFunction>()
    for (const [branch, work] of Object.entries(branches)) {
      functions.set(branch, asStageFunction(`branches.${branch}`, work))
    }
    return this.#add(name, inParallel(functions), options)
  }

  /**
   * Adds a stage that looks at the value and passes it on, once `look` is done.
   *
   * @throws {OptionError} as `stage` does
   */
  tap(name: string, look: StageWork<Out, unknown>, options: StageOptions = {}): Pipeline<In, Out> {
    const run = asStageFunction('look', look)
    const pass: StageFunction = (value, context) => {
      const looking = Future.try(() => run(value, context))
      return looking.isReady ? value : looking.then(() => value)
    }
    return this.#add(name, pass, options)
  }

  /**
   * Adds the stages of another pipeline, as they are; whether times are taken is up to this one.
   *
   * @throws {OptionError} if `next` is not a pipeline, or both have a stage of the same name
   */
  pipe<Next>(next: Pipeline<Out, Next>): Pipeline<In, Next> {
    if (!(next instanceof Pipeline)) throw new OptionError('next', next, 'a Pipeline')
    return this.#extend(next.#stations.map(({ stage }) => stage))
  }

  /**
   * Sends one value through the stages.
   *
   * @param input - a future or promise is waited for; its failure comes as it is
   * @returns fails with {@link PipelineError} when a stage has failed, {@link TimeoutError} when
   *   `timeoutMs` is over, the signal's reason or {@link AbortedError}
   * @throws {OptionError} if an option is unknown or out of range
   */
  execute(input: Eventual<In>, options?: ExecuteOptions): Future<Out> {
    if (options === undefined) return this.#start(input, undefined, undefined)
    const { signal, timeoutMs, onStage } = readExecuteOptions(options)
    if (signal?.aborted) return Future.failed(abortReason(signal, WHAT))
    const future = this.#limit(input, signal, timeoutMs, onStage)
    // A stage that does not heed the signal must not hold up the caller.
    return future.isPending && signal !== undefined && timeoutMs === undefined
      ? timeoutAsync(future, Number.POSITIVE_INFINITY, this.#waiting(signal))
      : future
  }

  /**
   * Sends every item through the stages, several at a time, and gives the results as they are read.
   *
   * Nothing starts before the first is asked for, and the source is read only as fast as the results are.
   * The first failure reaches the reader in its place, stops what is still at work, and closes the source;
   * so does leaving the loop.
   *
   * @param items - an iterable, of futures or promises, too, or an async iterable
   * @param options - `timeoutMs` is the limit of each item; `signal` ends everything
   * @returns an iterator for one `for await`; its `next` fails as `execute` does, or as the source does
   * @throws {OptionError} if an option is unknown or out of range, or `items` cannot be iterated
   */
  executeMany(items: ItemSource<In>, options: ManyOptions = {}): AsyncIterableIterator<Out> {
    const { concurrency, ordered, signal, timeoutMs, onStage } = readManyOptions(options)
    return new ResultStream(items, {
      begin: (item, own) => this.#limit(item, own, timeoutMs, onStage),
      concurrency,
      isOrdered: ordered,
      signal,
      where: 'executeMany',
      what: WHAT,
    })
  }

  /** Numbers of this pipeline's own executions, stage by stage. */
  stats(): readonly StageStats[] {
    return this.#stations.map((station) => station.stats())
  }

  #limit(
    input: Eventual<In>,
    signal: AbortSignal | undefined,
    timeoutMs: number | undefined,
    onStage: OnStage | undefined,
  ): Future<Out> {
    if (timeoutMs === undefined) return this.#start(input, signal, onStage)
    const start = (own: AbortSignal): Future<Out> => this.#start(input, own, onStage)
    return timeoutAsync(start, timeoutMs, this.#waiting(signal))
  }

  #waiting(signal: AbortSignal | undefined): TimeoutOptions {
    return { what: WHAT, clock: this.#clock, ...(signal === undefined ? {} : { signal }) }
  }

  #start(
    input: Eventual<In>,
    signal: AbortSignal | undefined,
    onStage: OnStage | undefined,
  ): Future<Out> {
    const isTimed = onStage !== undefined || this.#options.timings === true
    const stopwatch = isTimed ? new Stopwatch(this.#clock, onStage) : undefined
    return new Execution(this.#stations, signal, stopwatch).begin(input) as Future<Out>
  }

  #add<Next>(name: string, work: StageFunction, options: StageOptions): Pipeline<In, Next> {
    assertStageName(name, this.stages)
    return this.#extend([createStage(name, work, options, this.#clock)])
  }

  #extend<Next>(added: readonly Stage[]): Pipeline<In, Next> {
    const stages = this.#stations.map(({ stage }) => stage)
    const extended = new Pipeline<In, Next>(this.#options)
    for (const stage of added) {
      assertStageName(
        stage.name,
        stages.map(({ name }) => name),
      )
      stages.push(stage)
    }
    const isTimed = this.#options.timings === true
    extended.#stations = stages.map((stage, index) => new Station(stage, index, isTimed))
    return extended
  }
}
