import assert from 'node:assert/strict'
import { createInterface } from 'node:readline'
import { median } from '../lib/stats.ts'
import {
  AWAIT_FLOOR,
  CASE_NAMES,
  type Contestant,
  EXPECTED,
  type MeasuredName,
  type Operation,
} from './cases.ts'

/** Operations in the garbage-free window: at 2 KB each they fit the enlarged young generation. */
const BYTES_WINDOW = 20_000
const BATCHES = 5

async function load(name: string): Promise<Contestant> {
  if (name === 'native') return (await import('./native.ts')).native
  return (await import('./fasterapi.ts')).fasterapi
}

/** Every case runs before any is timed: the code is compiled for the mix, not for one case. */
async function warmUp(contestant: Contestant, milliseconds: number): Promise<void> {
  const all: readonly MeasuredName[] = [...CASE_NAMES, AWAIT_FLOOR]
  const names = all.filter((name) => contestant[name] !== undefined)
  for (const name of names) await time(contestant, name, 1_000)
  for (const name of names) {
    const end = performance.now() + milliseconds
    while (performance.now() < end) await time(contestant, name, 1_000)
  }
}

/**
 * The median of five batches, in nanoseconds of CPU time per operation.
 *
 * CPU time and not the clock's: a batch that a neighbour interrupts costs no more than another one.
 */
async function nanoseconds(
  contestant: Contestant,
  name: MeasuredName,
  milliseconds: number,
): Promise<number> {
  const probe = Math.max(1, await time(contestant, name, 20_000))
  const count = Math.max(1_000, Math.round((milliseconds / BATCHES) * (1e6 / probe)))
  const batches: number[] = []
  for (let batch = 0; batch < BATCHES; batch++) batches.push(await time(contestant, name, count))
  return median(batches)
}

async function time(contestant: Contestant, name: MeasuredName, count: number): Promise<number> {
  const start = process.cpuUsage()
  const total = await operation(contestant, name)(count)
  const { user, system } = process.cpuUsage(start)
  assert.equal(total, EXPECTED[name](count), `${name}: checksum`)
  return ((user + system) * 1_000) / count
}

/** Heap growth per operation while no collection can run; needs `--expose-gc`. */
async function bytes(contestant: Contestant, name: MeasuredName): Promise<number> {
  assert.ok(globalThis.gc, 'needs --expose-gc')
  globalThis.gc()
  const before = process.memoryUsage().heapUsed
  await operation(contestant, name)(BYTES_WINDOW)
  return (process.memoryUsage().heapUsed - before) / BYTES_WINDOW
}

function operation(contestant: Contestant, name: MeasuredName): Operation {
  const found = contestant[name]
  assert.ok(found, `${name} is not a case of this contestant`)
  return found
}

const contestant = await load(process.argv[2] ?? '')
await warmUp(contestant, Number(process.argv[3]))
process.stdout.write('{}\n')
for await (const line of createInterface({ input: process.stdin })) {
  const command: { case: MeasuredName; milliseconds?: number } = JSON.parse(line)
  const figure =
    command.milliseconds === undefined
      ? await bytes(contestant, command.case)
      : await nanoseconds(contestant, command.case, command.milliseconds)
  process.stdout.write(`${JSON.stringify({ figure })}\n`)
}
