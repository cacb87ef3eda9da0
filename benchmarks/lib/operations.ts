import assert from 'node:assert/strict'
import { createInterface } from 'node:readline'
import { median } from './stats.ts'

/**
 * Runs an operation `count` times and returns a checksum of all results.
 *
 * The checksum keeps the compiler from dropping the work, and proves that it was done.
 */
export type Operation = (count: number) => number | Promise<number>

/** The operations of one contestant, and what they must come to. */
export interface OperationSet {
  readonly operations: Readonly<Partial<Record<string, Operation>>>
  /** How many values one operation handles, roughly: long operations are repeated less often. */
  sizeOf(name: string): number
  /** The checksum of `count` operations. */
  expectedChecksum(name: string, count: number): number
}

/** Values in the garbage-free window: at 2 KB each they fit the enlarged young generation. */
const BYTES_WINDOW = 20_000
const PROBE = 20_000
const WARM_UP = 1_000
const BATCHES = 5

/** Measures in this process what it is asked for on standard input, after a warm-up. */
export async function serveOperations(set: OperationSet, warmUpMs: number): Promise<void> {
  await warmUp(set, warmUpMs)
  process.stdout.write('{}\n')
  for await (const line of createInterface({ input: process.stdin })) {
    const command: { case: string; milliseconds?: number } = JSON.parse(line)
    const figure =
      command.milliseconds === undefined
        ? await bytes(set, command.case)
        : await nanoseconds(set, command.case, command.milliseconds)
    process.stdout.write(`${JSON.stringify({ figure })}\n`)
  }
}

/** How many operations handle about so many values. */
function operationsFor(set: OperationSet, name: string, values: number): number {
  return Math.max(1, Math.round(values / set.sizeOf(name)))
}

/** Every case runs before any is timed: the code is compiled for the mix, not for one case. */
async function warmUp(set: OperationSet, milliseconds: number): Promise<void> {
  const names = Object.keys(set.operations)
  for (const name of names) await time(set, name, operationsFor(set, name, WARM_UP))
  for (const name of names) {
    const end = performance.now() + milliseconds
    while (performance.now() < end) await time(set, name, operationsFor(set, name, WARM_UP))
  }
}

/**
 * The median of five batches, in nanoseconds of CPU time per operation.
 *
 * CPU time and not the clock's: a batch that a neighbour interrupts costs no more than another one.
 */
async function nanoseconds(set: OperationSet, name: string, milliseconds: number): Promise<number> {
  const probe = Math.max(1, await time(set, name, operationsFor(set, name, PROBE)))
  const wanted = Math.round((milliseconds / BATCHES) * (1e6 / probe))
  const count = Math.max(operationsFor(set, name, WARM_UP), wanted)
  const batches: number[] = []
  for (let batch = 0; batch < BATCHES; batch++) batches.push(await time(set, name, count))
  return median(batches)
}

async function time(set: OperationSet, name: string, count: number): Promise<number> {
  const start = process.cpuUsage()
  const total = await operation(set, name)(count)
  const { user, system } = process.cpuUsage(start)
  assert.equal(total, set.expectedChecksum(name, count), `${name}: checksum`)
  return ((user + system) * 1_000) / count
}

/** Heap growth per operation while no collection can run; needs `--expose-gc`. */
async function bytes(set: OperationSet, name: string): Promise<number> {
  assert.ok(globalThis.gc, 'needs --expose-gc')
  const count = operationsFor(set, name, BYTES_WINDOW)
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  await operation(set, name)(count)
  return (process.memoryUsage().heapUsed - before) / count
}

function operation({ operations }: OperationSet, name: string): Operation {
  const found = operations[name]
  assert.ok(found, `${name} is not a case of this contestant`)
  return found
}
