import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { type Eventual, Future, Pipeline, sleep } from '../../../src/future/index.ts'

/** What a stage does to a number, said so that both twins can do it. */
interface Operation {
  readonly kind: 'stage' | 'tap' | 'parallel'
  readonly style: 'sync' | 'promise' | 'future' | 'later'
  readonly amount: number
  /** Numbers that this divides make the stage fail; 0 divides none. */
  readonly failsOn: number
  readonly concurrency: number | undefined
}

const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom('stage', 'tap', 'parallel'),
  style: fc.constantFrom('sync', 'promise', 'future', 'later'),
  amount: fc.integer({ min: -5, max: 5 }),
  failsOn: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.integer({ min: 2, max: 9 })),
  concurrency: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
})

function compute({ amount, failsOn }: Operation, value: number): number {
  if (failsOn !== 0 && value % failsOn === 0) throw new Error(`${value} is divided by ${failsOn}`)
  return value * 3 + amount
}

function perform(operation: Operation, value: number): Eventual<number> {
  const work = (): number => compute(operation, value)
  if (operation.style === 'sync') return work()
  if (operation.style === 'promise') return Promise.resolve().then(work)
  return operation.style === 'future' ? Future.try(work) : sleep(0).then(work)
}

function pipelineOf(operations: readonly Operation[]): Pipeline<number> {
  let pipeline = new Pipeline<number>()
  for (const [index, operation] of operations.entries()) {
    const { kind, concurrency } = operation
    const options = concurrency === undefined ? {} : { concurrency }
    const name = `${index}`
    if (kind === 'tap') pipeline = pipeline.tap(name, (n) => perform(operation, n), options)
    else if (kind === 'stage')
      pipeline = pipeline.stage(name, (n) => perform(operation, n), options)
    else {
      pipeline = pipeline
        .parallel(name, { same: (n) => n, changed: (n) => perform(operation, n) }, options)
        .stage(`sum ${name}`, ({ same, changed }) => same + changed)
    }
  }
  return pipeline
}

/** The same over native promises. */
async function nativeTwin(operations: readonly Operation[], input: number): Promise<number> {
  let value = input
  for (const operation of operations) {
    const result = await Promise.resolve(value).then((n) => compute(operation, n))
    if (operation.kind === 'stage') value = result
    else if (operation.kind === 'parallel') value += result
  }
  return value
}

interface Result {
  readonly value?: number
  readonly message?: string
}

async function resultOf(work: PromiseLike<number>): Promise<Result> {
  try {
    return { value: await work }
  } catch (error) {
    const { cause = error } = error as Error
    return { message: (cause as Error).message }
  }
}

/** What a loop over the twin would give: everything before the first failure, then that. */
async function resultsOf(operations: readonly Operation[], inputs: number[]): Promise<Result[]> {
  const results: Result[] = []
  for (const input of inputs) {
    const result = await resultOf(nativeTwin(operations, input))
    results.push(result)
    if (result.message !== undefined) break
  }
  return results
}

const operations = fc.array(operation, { maxLength: 6 })
const bounds = { numRuns: 300, seed: 7 }

describe('any pipeline', () => {
  it('gives what the composition of its functions gives over native promises', async () => {
    await fc.assert(
      fc.asyncProperty(operations, fc.integer({ min: -50, max: 50 }), async (all, input) => {
        const expected = await resultOf(nativeTwin(all, input))
        assert.deepEqual(await resultOf(pipelineOf(all).execute(input)), expected)
      }),
      bounds,
    )
  })

  it('gives the same for many items, in order and up to the first failure', async () => {
    const items = fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 12 })
    const places = fc.integer({ min: 1, max: 5 })
    await fc.assert(
      fc.asyncProperty(operations, items, places, async (all, inputs, concurrency) => {
        const results: Result[] = []
        const stream = pipelineOf(all).executeMany(inputs, { concurrency })
        for (;;) {
          const result = await resultOf(
            stream.next().then(({ done, value }) => (done === true ? Number.NaN : value)),
          )
          if (Number.isNaN(result.value)) break
          results.push(result)
        }
        assert.deepEqual(results, await resultsOf(all, inputs))
      }),
      bounds,
    )
  })

  it('gives the same values in any order if they need not be ordered', async () => {
    const items = fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(operations, items, async (all, inputs) => {
        const harmless = all.map((one) => ({ ...one, failsOn: 0 }))
        const results: Result[] = []
        const stream = pipelineOf(harmless).executeMany(inputs, { concurrency: 4, ordered: false })
        for await (const value of stream) results.push({ value })
        const sorted = (all: Result[]) =>
          all.map(({ value = 0 }) => value).toSorted((a, b) => a - b)
        assert.deepEqual(sorted(results), sorted(await resultsOf(harmless, inputs)))
      }),
      bounds,
    )
  })
})
