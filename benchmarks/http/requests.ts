import { setTimeout as pause } from 'node:timers/promises'
import { cpuMicros } from '../lib/cpu.ts'
import { generateLoad, type LoadResult } from '../lib/load.ts'
import type { Comparison, Measurement } from '../lib/report.ts'
import { interleave, type Plan } from '../lib/rounds.ts'
import { median } from '../lib/stats.ts'
import { assertAnswer } from './assert-answer.ts'
import {
  CASE_GROUPS,
  CASES,
  GET_BESIDE_POST,
  GET_JSON,
  type HttpCase,
  PIPELINED,
  POST_ORDER,
  POST_PRODUCT,
  POST_PRODUCT_BYTES,
  STATIC_FILE,
} from './cases.ts'
import { ELYSIA, ENGINE, FASTERAPI, FASTIFY, PEERS, UWEBSOCKETS } from './contestants.ts'
import type { Part } from './part.ts'
import { neededBy, type Running, startServers, stopServers, versionsOf } from './running.ts'

const CONNECTIONS = 64
const FULL: Plan = { rounds: 5, warmUpMs: 1_500, measureMs: 800 }
const QUICK: Plan = { rounds: 3, warmUpMs: 400, measureMs: 300 }

/** Largest allowed ratio by case and peer; pairs without one are for information. */
const BUDGETS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  [GET_JSON]: { [FASTIFY]: 0.65, [ELYSIA]: 0.95, [UWEBSOCKETS]: 1 },
  [STATIC_FILE]: { [FASTIFY]: 0.5 },
  [PIPELINED]: { [UWEBSOCKETS]: 0.6 },
}
/** What path parameters, a validated body and a response model may add to a plain GET. */
const INPUTS_BUDGET = 1.25

interface Cell {
  readonly server: Running
  readonly case: HttpCase
  readonly rounds: Round[]
}

interface Round extends LoadResult {
  readonly cpuMicrosPerRequest: number
}

/** Server CPU time per request, ours against the peers, on one core each. */
export const requests: Part = {
  comparisons: comparisons(),
  async measure(wanted, { quick }) {
    const absent = new Map<string, string>()
    const running = await startServers(neededBy(wanted), absent)
    try {
      const measurements = await measureAll(running, wanted, quick ? QUICK : FULL)
      return { measurements, comparisons: wanted, absent, versions: versionsOf(running) }
    } finally {
      await stopServers(running)
    }
  },
}

function comparisons(): readonly Comparison[] {
  const compared = CASES.filter(
    ({ name }) => name !== GET_BESIDE_POST && name !== POST_PRODUCT_BYTES,
  )
  const pairs: Comparison[] = compared.flatMap(({ name: each, peers = PEERS }) =>
    peers.map((peer) => ({
      case: each,
      ours: FASTERAPI,
      peer,
      budget: BUDGETS[each]?.[peer] ?? null,
    })),
  )
  for (const each of [GET_JSON, PIPELINED]) {
    pairs.push({ case: each, ours: ENGINE, peer: UWEBSOCKETS, budget: null })
    pairs.push({ case: each, ours: FASTERAPI, peer: ENGINE, budget: null })
  }
  for (const each of [STATIC_FILE, POST_ORDER]) {
    pairs.push({ case: each, ours: FASTERAPI, peer: FASTERAPI, peerCase: GET_JSON, budget: null })
  }
  const own = { case: POST_PRODUCT, ours: FASTERAPI, peer: FASTERAPI }
  pairs.push({ ...own, peerCase: GET_BESIDE_POST, budget: INPUTS_BUDGET })
  pairs.push({ ...own, peerCase: POST_PRODUCT_BYTES, budget: null })
  return pairs
}

async function measureAll(
  running: readonly Running[],
  wanted: readonly Comparison[],
  plan: Plan,
): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (const group of CASE_GROUPS) {
    // Case by case within a contestant: those that are compared with each other are neighbours.
    const cells = running.flatMap((server): Cell[] =>
      group
        .filter((each) => isNeeded(wanted, each, server.contestant.name))
        .map((each) => ({ server, case: each, rounds: [] })),
    )
    for (const cell of cells) {
      await assertAnswer(cell.server.contestant.name, cell.server.port, cell.case)
      await measureOnce(cell, plan.warmUpMs)
    }
    if (cells.length === 0) continue
    await interleave(`http, ${group[0]?.name}`, cells, plan.rounds, async (cell) => {
      cell.rounds.push(await measureOnce(cell, plan.measureMs))
    })
    measurements.push(...cells.map(toMeasurement))
  }
  return measurements
}

function isNeeded(wanted: readonly Comparison[], each: HttpCase, name: string): boolean {
  return wanted.some(
    (pair) =>
      (pair.case === each.name && pair.ours === name) ||
      ((pair.peerCase ?? pair.case) === each.name && pair.peer === name),
  )
}

async function measureOnce(cell: Cell, milliseconds: number): Promise<Round> {
  const { server, case: each } = cell
  const { pid } = server.child
  const before = cpuMicros(pid)
  const load = { port: server.port, connections: CONNECTIONS, milliseconds }
  const result = await generateLoad({ ...each, ...load })
  const used = cpuMicros(pid) - before
  if (result.errors > 0 || result.requests === 0) {
    throw new Error(
      `${server.contestant.name}, ${each.name}: ${result.errors} errors in ${result.requests} requests`,
    )
  }
  // The server notices the 64 closed connections now and not in the next contestant's round.
  await pause(20)
  return { ...result, cpuMicrosPerRequest: used / result.requests }
}

function toMeasurement({ server, case: each, rounds }: Cell): Measurement {
  return {
    case: each.name,
    contestant: server.contestant.name,
    unit: 'us CPU/request',
    samples: rounds.map((round) => round.cpuMicrosPerRequest),
    info: {
      'req/s': median(rounds.map((round) => round.requestsPerSecond)),
      'p99 ms': median(rounds.map((round) => round.p99Ms)),
    },
  }
}
