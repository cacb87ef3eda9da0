import type { ManualClock } from '../../../src/future/index.ts'
import { describe, Exhausted } from './outcome.ts'
import { ATTEMPTS, limitOf, neededOf, PAUSE_MS, type Program, untilSlot } from './program.ts'

type Listed = Extract<Program, { children: unknown }>
type Visit = (index: number) => Promise<unknown>

/** Evaluates programs with native promises only, in the plainest way. */
export class WithPromises {
  readonly #clock: ManualClock

  constructor(clock: ManualClock) {
    this.#clock = clock
  }

  async run(program: Program): Promise<unknown> {
    switch (program.kind) {
      case 'leaf':
        if (program.fails) throw program.name
        return program.name
      case 'delay':
        await this.#sleep(program.delayMs)
        return this.run(program.child)
      case 'then':
        await this.run(program.child)
        return this.run(program.next)
      case 'catch':
        return this.run(program.child).catch(async (reason) => [
          describe(reason),
          await this.run(program.next),
        ])
      case 'finally':
        return this.run(program.child).finally(() => this.run(program.next))
      case 'tap': {
        const value = await this.run(program.child)
        await this.run(program.next)
        return value
      }
      case 'thenWrapped': {
        const [settled] = await Promise.allSettled([this.run(program.child)])
        return [settled.status === 'fulfilled', await this.run(program.next)]
      }
      case 'retry':
        return this.#retry(program)
      case 'timeout': {
        const limit = this.#sleep(limitOf(this.#clock.nowMs(), program.limitMs))
        const expired = limit.then(() => Promise.reject('timeout'))
        return Promise.race([this.#inSlot(program.child, 0), expired])
      }
      default:
        return this.#list(program)
    }
  }

  async #list(program: Listed): Promise<unknown> {
    const { children } = program
    const visit: Visit = (index) => this.#inSlot(children[index]!, index)
    const all = (): Promise<unknown>[] => children.map((_, index) => visit(index))
    switch (program.kind) {
      case 'all':
        return Promise.all(all())
      case 'record':
        return Object.fromEntries((await Promise.all(all())).map((v, index) => [`n${index}`, v]))
      case 'allSettled':
        return (await Promise.allSettled(all())).map((one) =>
          one.status === 'fulfilled' ? one.value : describe(one.reason),
        )
      case 'allSucceed': {
        const outcomes = all()
        await Promise.allSettled(outcomes)
        return Promise.all(outcomes)
      }
      case 'any':
        return Promise.race(all().map(async (one, index) => [index, await one]))
      case 'anySucceed':
        return Promise.any(all())
      case 'some':
        return some(all(), neededOf(program))
      case 'reduce': {
        let sum: unknown = 'start'
        for (const index of children.keys()) sum = [sum, await visit(index)]
        return sum
      }
      default:
        return pool(program, visit)
    }
  }

  async #retry(program: Extract<Program, { kind: 'retry' }>): Promise<unknown> {
    for (let number = 1; ; number++) {
      try {
        if (number <= program.failures) throw `attempt ${number}`
        return await this.run(program.child)
      } catch (reason) {
        if (number === ATTEMPTS) throw new Exhausted(reason)
      }
      await this.#sleep(PAUSE_MS)
    }
  }

  async #inSlot(program: Program, slot: number): Promise<unknown> {
    const outcome = this.run(program)
    await Promise.allSettled([outcome])
    const delayMs = untilSlot(this.#clock.nowMs(), slot)
    if (delayMs > 0) await this.#sleep(delayMs)
    return outcome
  }

  #sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.setTimer(delayMs, resolve)
    })
  }
}

function some(outcomes: readonly Promise<unknown>[], needed: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const successes: unknown[] = []
    const failures: unknown[] = []
    if (needed === 0) resolve([])
    for (const [index, outcome] of outcomes.entries()) {
      outcome.then(
        (value) => {
          if (successes.push([index, value]) === needed) resolve([...successes])
        },
        (reason) => {
          failures[index] = reason
          const failed = failures.filter(() => true)
          if (outcomes.length - failed.length < needed) reject(new AggregateError(failed))
        },
      )
    }
  })
}

/** As many workers as may be at work, each of which takes the next item when it is done with one. */
async function pool(
  { kind, children, concurrency }: Extract<Program, { concurrency: number }>,
  visit: Visit,
): Promise<unknown> {
  if (kind === 'mapReduce')
    return (await inWindow(children.length, concurrency, visit)).reduce(pair, 'start')
  const results: unknown[] = []
  const arrivals: unknown[] = []
  const failures: unknown[] = []
  let next = 0
  const work = async (): Promise<void> => {
    while (next < children.length) {
      const index = next++
      try {
        results[index] = await visit(index)
        arrivals.push(results[index])
      } catch (reason) {
        if (kind !== 'mapToTheEnd') throw reason
        failures.push(reason)
      }
    }
  }
  await Promise.all(Array.from({ length: concurrency }, work))
  if (failures.length > 0) throw failures[0]
  if (kind === 'forEach') return undefined
  if (kind === 'filter') return children.filter((_, at) => describe(results[at]).length % 2 === 0)
  if (kind === 'mapReduceUnordered') return arrivals.reduce(pair, 'start')
  return results
}

/** Starts an item when all are done that come so far before it: what is done early is kept in the window. */
async function inWindow(count: number, size: number, visit: Visit): Promise<unknown[]> {
  const tasks: Promise<unknown>[] = []
  const failed = Promise.withResolvers<never>()
  failed.promise.catch(() => {})
  for (let index = 0; index < count; index++) {
    const before = tasks.slice(0, Math.max(0, index - size + 1))
    await Promise.race([Promise.all(before), failed.promise])
    const task = visit(index)
    task.catch(failed.reject)
    tasks.push(task)
  }
  return Promise.all(tasks)
}

function pair(sum: unknown, value: unknown): unknown {
  return [sum, value]
}
