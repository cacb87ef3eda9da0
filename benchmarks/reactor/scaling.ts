import { join } from 'node:path'
import { Child } from '../lib/child.ts'
import { cpuMicros } from '../lib/cpu.ts'
import { generateLoad } from '../lib/load.ts'
import type { Comparison, Measurement, SuiteResult } from '../lib/report.ts'
import { interleave } from '../lib/rounds.ts'
import { median } from '../lib/stats.ts'
import { keepWanted, type SuiteOptions } from '../lib/suites.ts'
import { roundsFor } from './document-work.ts'

const SERVER = join(import.meta.dirname, 'http-server.ts')
const CONNECTIONS = 64
const ROUNDS = 9
const MEASURE_MS = 1_500
const WARM_UP_MS = 700
/** A round of throughput counts if the reactors got this share of the cores they could use. */
const LEAST_SHARE = 0.9
/** Rounds that did not count are repeated so many times in all. */
const MAX_REPEATS = 30

const ONE = '1 reactor'
const TWO = '2 reactors'
const WATCHED = 'watched'
const UNWATCHED = 'not watched'

/** What one contestant of a case is: a server of its own, that is sent requests of one kind. */
interface Cell {
  readonly case: string
  readonly contestant: string
  readonly reactors: number
  /** 0 turns the detector of stalls off. */
  readonly stallThresholdMs: number
  /** Milliseconds of work in each request; 0 is a handler that does nothing. */
  readonly workMs: number
}

const CELLS: readonly Cell[] = [
  ...[1, 5].flatMap((workMs) =>
    [1, 2].map((reactors) => ({
      case: `request of ${workMs} ms of work`,
      contestant: reactors === 1 ? ONE : TWO,
      reactors,
      stallThresholdMs: 0,
      workMs,
    })),
  ),
  ...[1, 2].flatMap((reactors) =>
    [25, 0].map((stallThresholdMs) => ({
      case: `request, ${reactors === 1 ? ONE : TWO}`,
      contestant: stallThresholdMs > 0 ? WATCHED : UNWATCHED,
      reactors,
      stallThresholdMs,
      workMs: 0,
    })),
  ),
]

export const SCALING_COMPARISONS: readonly Comparison[] = [
  // Two reactors serve 1.7 times as much: they need 1 / 1.7 of the time.
  { case: 'request of 1 ms of work', ours: TWO, peer: ONE, budget: 0.588 },
  { case: 'request of 5 ms of work', ours: TWO, peer: ONE, budget: 0.588 },
  { case: `request, ${ONE}`, ours: WATCHED, peer: UNWATCHED, budget: 1.05 },
  { case: `request, ${TWO}`, ours: WATCHED, peer: UNWATCHED, budget: 1.05 },
]

/**
 * What a second reactor brings, and what it costs to be watched for stalls.
 *
 * A request of 1 ms of work takes the load generator about a hundredth of that, so that both cores are
 * the reactors'. Where neighbours take them, throughput shows what these have left: rounds in which the
 * reactors did not get their cores are measured again, and do not count. Being watched is measured by CPU
 * time, with the watcher's.
 */
export async function measureScaling({ quick, filter }: SuiteOptions): Promise<SuiteResult> {
  const comparisons = keepWanted(filter, SCALING_COMPARISONS)
  const measurements: Measurement[] = []
  for (const name of new Set(comparisons.map((pair) => pair.case))) {
    const cells = CELLS.filter((cell) => cell.case === name)
    measurements.push(...(await measureCase(name, cells, quick ? 3 : ROUNDS)))
  }
  const reason = 'the machine had no two cores for it: run it when it is quiet'
  return {
    measurements,
    comparisons,
    absent: new Map([
      [TWO, reason],
      [ONE, reason],
    ]),
  }
}

async function measureCase(
  name: string,
  cells: readonly Cell[],
  rounds: number,
): Promise<Measurement[]> {
  const children = new Map<Cell, Child>()
  const samples = new Map<Cell, Sample[]>()
  try {
    for (const cell of cells) children.set(cell, await startServer(cell))
    for (const [cell, child] of children) await ask(cell, child, WARM_UP_MS)
    await interleave(`reactors, ${name}`, cells, rounds, async (cell) => {
      const child = children.get(cell) as Child
      const sample = await askUndisturbed(cell, child)
      if (sample !== undefined) samples.set(cell, [...(samples.get(cell) ?? []), sample])
    })
  } finally {
    for (const child of children.values()) await child.stop()
  }
  return [...samples].map(([cell, figures]) => toMeasurement(cell, figures))
}

interface Sample {
  /** Cores the server was busy on. */
  readonly cores: number
  readonly requestsPerSecond: number
  readonly cpuMicros: number
}

function toMeasurement(cell: Cell, samples: readonly Sample[]): Measurement {
  const { case: name, contestant, workMs } = cell
  const rates = samples.map(({ requestsPerSecond }) => requestsPerSecond)
  const info = {
    'req/s': median(rates),
    'us CPU/req': median(samples.map((sample) => sample.cpuMicros)),
  }
  return workMs > 0
    ? {
        case: name,
        contestant,
        unit: 'ms/request',
        samples: rates.map((rate) => 1_000 / rate),
        info,
      }
    : {
        case: name,
        contestant,
        unit: 'us CPU/request',
        samples: samples.map((sample) => sample.cpuMicros),
        info: { 'req/s': median(rates) },
      }
}

let repeats = 0

/** @returns undefined if the machine had no cores for the reactors, again and again */
async function askUndisturbed(cell: Cell, child: Child): Promise<Sample | undefined> {
  for (;;) {
    const sample = await ask(cell, child, MEASURE_MS)
    if (cell.workMs === 0 || sample.cores >= LEAST_SHARE * cell.reactors) return sample
    if (++repeats > MAX_REPEATS) return undefined
  }
}

const roundsOf = new Map<number, number>()

async function ask({ workMs }: Cell, child: Child, milliseconds: number): Promise<Sample> {
  if (!roundsOf.has(workMs)) roundsOf.set(workMs, roundsFor(workMs))
  const target = workMs === 0 ? '/' : `/document?rounds=${roundsOf.get(workMs)}`
  const port = Number(child.ready['port'])
  const load = { method: 'GET', pipelining: 1, connections: CONNECTIONS } as const
  const beganMs = performance.now()
  const before = cpuMicros(child.pid)
  const result = await generateLoad({ ...load, port, target, milliseconds })
  const used = cpuMicros(child.pid) - before
  const cores = used / 1_000 / (performance.now() - beganMs)
  if (result.errors > 0) throw new Error(`${result.errors} errors at ${target}`)
  return { cores, requestsPerSecond: result.requestsPerSecond, cpuMicros: used / result.requests }
}

function startServer({ reactors, stallThresholdMs }: Cell): Promise<Child> {
  const options = [String(reactors), 'reuse-port', String(stallThresholdMs)]
  return Child.start([process.execPath, SERVER, ...options], { NODE_ENV: 'production' })
}
