import { setTimeout as pause } from 'node:timers/promises'
import { Child } from '../lib/child.ts'
import { cpuMicros } from '../lib/cpu.ts'
import { generateLoad, type LoadResult } from '../lib/load.ts'
import { installPeers } from '../lib/peers.ts'
import { pinned, SERVER_CORE } from '../lib/pin.ts'
import { progress } from '../lib/progress.ts'
import type { Comparison, Measurement } from '../lib/report.ts'
import { interleave, type Plan } from '../lib/rounds.ts'
import { median } from '../lib/stats.ts'
import { keepWanted, type Suite, type SuiteOptions } from '../lib/suites.ts'
import {
  assertAnswer,
  CASES,
  GET_JSON,
  type HttpCase,
  PIPELINED,
  POST_ORDER,
  STATIC_FILE,
} from './cases.ts'
import { contestants, ENGINE, FASTERAPI, type HttpContestant } from './contestants.ts'

const CONNECTIONS = 64
const FULL: Plan = { rounds: 5, warmUpMs: 1_500, measureMs: 800 }
const QUICK: Plan = { rounds: 3, warmUpMs: 500, measureMs: 350 }

/** Largest allowed ratio by case and peer; pairs without one are for information. */
const BUDGETS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  [GET_JSON]: { Fastify: 0.7, 'uWebSockets.js': 1.1 },
  [STATIC_FILE]: { Fastify: 0.5 },
  [PIPELINED]: { 'uWebSockets.js': 0.7 },
}

interface Running {
  readonly contestant: HttpContestant
  readonly child: Child
  readonly port: number
}

interface Round extends LoadResult {
  readonly cpuMicrosPerRequest: number
}

/** Server CPU time per request, ours against the peers, on one core each. */
export const http: Suite = {
  async run(options) {
    installPeers()
    const plan = options.quick ? QUICK : FULL
    const comparisons = comparisonsFor(contestants(), options)
    const wanted = contestants().filter(({ name }) =>
      comparisons.some((pair) => pair.ours === name || pair.peer === name),
    )
    const absent = new Map<string, string>()
    const running = await startAll(wanted, absent)
    try {
      const measurements = await measureAll(running, comparisons, plan)
      return { measurements, comparisons, absent, versions: versionsOf(running) }
    } finally {
      await Promise.all(running.map(({ child }) => child.stop()))
    }
  },
}

function comparisonsFor(
  all: readonly HttpContestant[],
  options: SuiteOptions,
): readonly Comparison[] {
  const peers = all.filter(({ name }) => name !== FASTERAPI && name !== ENGINE)
  const pairs: Comparison[] = CASES.flatMap(({ name: each, peers: able }) =>
    peers
      .filter(({ name }) => able?.includes(name) ?? true)
      .map(({ name: peer }) => ({
        case: each,
        ours: FASTERAPI,
        peer,
        budget: BUDGETS[each]?.[peer] ?? null,
      })),
  )
  for (const each of [GET_JSON, PIPELINED]) {
    pairs.push({ case: each, ours: ENGINE, peer: 'uWebSockets.js', budget: null })
    pairs.push({ case: each, ours: FASTERAPI, peer: ENGINE, budget: null })
  }
  for (const each of [STATIC_FILE, POST_ORDER]) {
    pairs.push({ case: each, ours: FASTERAPI, peer: FASTERAPI, peerCase: GET_JSON, budget: null })
  }
  return keepWanted(options.filter, pairs)
}

async function startAll(
  wanted: readonly HttpContestant[],
  absent: Map<string, string>,
): Promise<Running[]> {
  const running: Running[] = []
  for (const contestant of wanted) {
    try {
      const command = pinned(SERVER_CORE, contestant.command)
      const child = await Child.start(command, { NODE_ENV: 'production' })
      running.push({ contestant, child, port: Number(child.ready['port']) })
    } catch (error) {
      absent.set(contestant.name, error instanceof Error ? error.message : String(error))
      progress(`${contestant.name} does not run here: ${absent.get(contestant.name)}`)
    }
  }
  return running
}

async function measureAll(
  running: readonly Running[],
  comparisons: readonly Comparison[],
  plan: Plan,
): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (const each of CASES) {
    const cells = running.filter(({ contestant: { name } }) => isNeeded(comparisons, each, name))
    const rounds = new Map<Running, Round[]>(cells.map((cell) => [cell, []]))
    for (const cell of cells) {
      await assertAnswer(cell.contestant.name, cell.port, each)
      await measureOnce(cell, each, plan.warmUpMs)
    }
    await interleave(`http, ${each.name}`, cells, plan.rounds, async (cell) => {
      rounds.get(cell)?.push(await measureOnce(cell, each, plan.measureMs))
    })
    for (const [cell, results] of rounds) {
      measurements.push(toMeasurement(each, cell.contestant.name, results))
    }
  }
  return measurements
}

function isNeeded(comparisons: readonly Comparison[], each: HttpCase, name: string): boolean {
  return comparisons.some(
    (pair) =>
      (pair.case === each.name && (pair.ours === name || pair.peer === name)) ||
      (pair.peerCase === each.name && pair.peer === name),
  )
}

async function measureOnce(cell: Running, each: HttpCase, milliseconds: number): Promise<Round> {
  const { pid } = cell.child
  const before = cpuMicros(pid)
  const result = await generateLoad({
    ...each,
    port: cell.port,
    connections: CONNECTIONS,
    milliseconds,
  })
  const used = cpuMicros(pid) - before
  if (result.errors > 0 || result.requests === 0) {
    throw new Error(
      `${cell.contestant.name}, ${each.name}: ${result.errors} errors in ${result.requests} requests`,
    )
  }
  // The server notices the 64 closed connections now and not in the next contestant's round.
  await pause(20)
  return { ...result, cpuMicrosPerRequest: used / result.requests }
}

function toMeasurement(each: HttpCase, contestant: string, rounds: readonly Round[]): Measurement {
  return {
    case: each.name,
    contestant,
    unit: 'us CPU/request',
    samples: rounds.map((round) => round.cpuMicrosPerRequest),
    info: {
      'req/s': median(rounds.map((round) => round.requestsPerSecond)),
      'p99 ms': median(rounds.map((round) => round.p99Ms)),
    },
  }
}

function versionsOf(running: readonly Running[]): Record<string, string> {
  return Object.fromEntries(
    running
      .filter(({ contestant }) => contestant.version !== undefined)
      .map(({ contestant, child }) => [
        contestant.name,
        `${contestant.version} (${String(child.ready['runtime'])})`,
      ]),
  )
}
