import assert from 'node:assert/strict'
import { createInterface } from 'node:readline'
import { median } from '../lib/stats.ts'
import { caseOf, expectedChecksum, type MeasuredName, type Operation } from './cases.ts'
import { contestantNamed, loadOperations } from './contestants.ts'

/** Values in the garbage-free window: at 2 KB each they fit the enlarged young generation. */
const BYTES_WINDOW = 20_000
const PROBE = 20_000
const WARM_UP = 1_000
const BATCHES = 5

/** How many operations handle about so many values. */
function operationsFor(name: MeasuredName, values: number): number {
  return Math.max(1, Math.round(values / caseOf(name).size))
}

/** Every case runs before any is timed: the code is compiled for the mix, not for one case. */
async function warmUp(milliseconds: number): Promise<void> {
  for (const name of names) await time(name, operationsFor(name, WARM_UP))
  for (const name of names) {
    const end = performance.now() + milliseconds
    while (performance.now() < end) await time(name, operationsFor(name, WARM_UP))
  }
}

/**
 * The median of five batches, in nanoseconds of CPU time per operation.
 *
 * CPU time and not the clock's: a batch that a neighbour interrupts costs no more than another one.
 */
async function nanoseconds(name: MeasuredName, milliseconds: number): Promise<number> {
  const probe = Math.max(1, await time(name, operationsFor(name, PROBE)))
  const wanted = Math.round((milliseconds / BATCHES) * (1e6 / probe))
  const count = Math.max(operationsFor(name, WARM_UP), wanted)
  const batches: number[] = []
  for (let batch = 0; batch < BATCHES; batch++) batches.push(await time(name, count))
  return median(batches)
}

async function time(name: MeasuredName, count: number): Promise<number> {
  const start = process.cpuUsage()
  const total = await operation(name)(count)
  const { user, system } = process.cpuUsage(start)
  assert.equal(total, expectedChecksum(name, count), `${name}: checksum`)
  return ((user + system) * 1_000) / count
}

/** Heap growth per operation while no collection can run; needs `--expose-gc`. */
async function bytes(name: MeasuredName): Promise<number> {
  assert.ok(globalThis.gc, 'needs --expose-gc')
  const count = operationsFor(name, BYTES_WINDOW)
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  await operation(name)(count)
  return (process.memoryUsage().heapUsed - before) / count
}

function operation(name: MeasuredName): Operation {
  const found = operations[name]
  assert.ok(found, `${name} is not a case of this contestant`)
  return found
}

const operations = await loadOperations(contestantNamed(process.argv[2] ?? ''))
const names = Object.keys(operations) as MeasuredName[]
await warmUp(Number(process.argv[3]))
process.stdout.write('{}\n')
for await (const line of createInterface({ input: process.stdin })) {
  const command: { case: MeasuredName; milliseconds?: number } = JSON.parse(line)
  const figure =
    command.milliseconds === undefined
      ? await bytes(command.case)
      : await nanoseconds(command.case, command.milliseconds)
  process.stdout.write(`${JSON.stringify({ figure })}\n`)
}
