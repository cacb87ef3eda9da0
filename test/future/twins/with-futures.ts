import type { Eventual } from '../../../src/future/index.ts'
import {
  Future,
  filterAsync,
  forEachAsync,
  type ManualClock,
  mapAsync,
  mapReduce,
  reduceAsync,
  retryAsync,
  sleep,
  timeoutAsync,
  whenAll,
  whenAllSettled,
  whenAllSucceed,
  whenAny,
  whenAnySucceed,
  whenSome,
} from '../../../src/future/index.ts'
import { describe } from './outcome.ts'
import { ATTEMPTS, limitOf, neededOf, PAUSE_MS, type Program, untilSlot } from './program.ts'

/** Evaluates programs with futures; may throw where the program's first step does. */
export class WithFutures {
  readonly #clock: ManualClock

  constructor(clock: ManualClock) {
    this.#clock = clock
  }

  run(program: Program): Future<unknown> {
    return Future.try(() => this.#evaluate(program))
  }

  #evaluate(program: Program): Eventual<unknown> {
    switch (program.kind) {
      case 'leaf':
        return leaf(program)
      case 'delay':
        return this.#sleep(program.delayMs).then(() => this.#evaluate(program.child))
      case 'then':
        return this.run(program.child).then(() => this.#evaluate(program.next))
      case 'catch':
        return this.run(program.child).catch((reason) =>
          this.run(program.next).then((value) => [describe(reason), value]),
        )
      case 'finally':
        return this.run(program.child).finally(() => this.#evaluate(program.next))
      case 'tap':
        return this.run(program.child).tap(() => this.#evaluate(program.next))
      case 'thenWrapped':
        return this.run(program.child).thenWrapped((settled) => {
          settled.ignore()
          return this.run(program.next).then((value) => [settled.isReady, value])
        })
      case 'retry':
        return this.#retry(program)
      case 'timeout':
        return timeoutAsync(
          () => this.#inSlot(program.child, 0),
          limitOf(this.#clock.nowMs(), program.limitMs),
          { clock: this.#clock, error: () => 'timeout' },
        )
      default:
        return this.#evaluateList(program)
    }
  }

  #evaluateList(program: Extract<Program, { children: unknown }>): Future<unknown> {
    const { children } = program
    const works = children.map((child, index) => () => this.#inSlot(child, index))
    const visit = (child: Program, index: number) => this.#inSlot(child, index)
    switch (program.kind) {
      case 'all':
        return whenAll(works)
      case 'record':
        return whenAll(Object.fromEntries(works.map((work, index) => [`n${index}`, work])))
      case 'allSettled':
        return whenAllSettled(works).then((all) => all.map((one) => describeSettled(one)))
      case 'allSucceed':
        return whenAllSucceed(works)
      case 'any':
        return whenAny(works).then(({ index, value }) => [index, value])
      case 'anySucceed':
        return whenAnySucceed(works)
      case 'some':
        return whenSome(works, neededOf(program)).then((all) =>
          all.map(({ index, value }) => [index, value]),
        )
      case 'reduce':
        return reduceAsync(
          children,
          (sum, child, index) => this.#inSlot(child, index).then((value) => [sum, value]),
          START,
        )
      default:
        return pool(program, visit)
    }
  }

  #retry(program: Extract<Program, { kind: 'retry' }>): Future<unknown> {
    return retryAsync(
      ({ number }) => {
        if (number <= program.failures) throw `attempt ${number}`
        return this.#evaluate(program.child)
      },
      { attempts: ATTEMPTS, baseMs: PAUSE_MS, factor: 1, jitter: 'none', clock: this.#clock },
    )
  }

  /** The outcome, at the next time that belongs to `slot`. */
  #inSlot(program: Program, slot: number): Future<unknown> {
    return this.run(program).thenWrapped((settled) => {
      const delayMs = untilSlot(this.#clock.nowMs(), slot)
      return delayMs === 0 ? settled : this.#sleep(delayMs).then(() => settled)
    })
  }

  #sleep(delayMs: number): Future<void> {
    return sleep(delayMs, { clock: this.#clock })
  }
}

/** Of reductions; any value may come of them. */
const START: unknown = 'start'

type Visit = (child: Program, index: number) => Future<unknown>
type PoolProgram = Extract<Program, { concurrency: number }>

function pool({ kind, children, concurrency }: PoolProgram, visit: Visit): Future<unknown> {
  const options = { concurrency }
  const pair = (sum: unknown, value: unknown): unknown => [sum, value]
  switch (kind) {
    case 'map':
      return mapAsync(children, visit, options)
    case 'mapToTheEnd':
      return mapAsync(children, visit, { ...options, stopOnError: false })
    case 'forEach':
      return forEachAsync(children, visit, options)
    case 'filter':
      return filterAsync(
        children,
        (child, index) => visit(child, index).then((value) => describe(value).length % 2 === 0),
        options,
      )
    case 'mapReduce':
      return mapReduce(children, visit, START, pair, options)
    default:
      return mapReduce(children, visit, START, pair, { ...options, ordered: false })
  }
}

function leaf({ form, fails, name }: Extract<Program, { kind: 'leaf' }>): Eventual<unknown> {
  if (form === 'settled') return fails ? Future.failed(name) : Future.ready(name)
  if (form === 'native') return fails ? Promise.reject(name) : Promise.resolve(name)
  if (fails) throw name
  return name
}

function describeSettled(settled: PromiseSettledResult<unknown>): unknown {
  return settled.status === 'fulfilled' ? settled.value : describe(settled.reason)
}
