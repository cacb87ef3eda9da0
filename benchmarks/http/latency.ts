import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Child } from '../lib/child.ts'
import { cpuMicros, waitedMicros } from '../lib/cpu.ts'
import { generateLoad } from '../lib/load.ts'
import type { OpenLoopAnswer, OpenLoopCommand } from '../lib/open-loop-command.ts'
import { BENCHMARKS } from '../lib/peers.ts'
import { LOAD_CORE, pinned } from '../lib/pin.ts'
import { progress } from '../lib/progress.ts'
import type { Comparison, Measurement } from '../lib/report.ts'
import { interleave } from '../lib/rounds.ts'
import { median } from '../lib/stats.ts'
import { ELYSIA, FASTERAPI, FASTIFY, NODE_HTTP, UWEBSOCKETS } from './contestants.ts'
import type { Part } from './part.ts'
import { neededBy, type Running, startServers, stopServers, versionsOf } from './running.ts'

const CLIENT = join(BENCHMARKS, 'lib', 'open-loop-client.ts')
const PEERS = [NODE_HTTP, FASTIFY, ELYSIA, UWEBSOCKETS]
const CONNECTIONS = 64
/** How much of what a server can serve is asked of it. */
const LOAD_SHARE = 0.5

interface Plan {
  readonly rounds: number
  readonly saturationMs: number
  readonly measureMs: number
  /** How often, in all, a round is measured again because others had taken a core. */
  readonly repeats: number
}

const FULL: Plan = { rounds: 7, saturationMs: 1_000, measureMs: 2_000, repeats: 30 }
const QUICK: Plan = { rounds: 3, saturationMs: 300, measureMs: 500, repeats: 0 }
/** The part of a round that others may have of the client's core, or of the server's while it wants it. */
const MOST_TAKEN = 0.05

const SAME_RATE = "half of the slowest's rate"
const OWN_RATE = 'half of its own rate'
const PERCENTILES = { p50: 'p50Ms', p99: 'p99Ms', 'p99.9': 'p999Ms' } as const

type Percentile = keyof typeof PERCENTILES

interface Cell {
  readonly server: Running
  readonly load: string
  readonly rate: number
  readonly rounds: Round[]
}

interface Round extends OpenLoopAnswer {
  readonly isDisturbed: boolean
}

function caseOf(load: string, percentile: Percentile): string {
  return `${load}, ${percentile}`
}

function eachPercentile(): readonly Percentile[] {
  return Object.keys(PERCENTILES) as Percentile[]
}

/** How long clients wait at a rate that is fixed, whether the server keeps up or not. */
export const latency: Part = {
  comparisons: [SAME_RATE, OWN_RATE].flatMap((load) =>
    eachPercentile().flatMap((percentile) =>
      PEERS.map((peer) => ({
        case: caseOf(load, percentile),
        ours: FASTERAPI,
        peer,
        budget: null,
      })),
    ),
  ),
  async measure(wanted, { quick }) {
    const absent = new Map<string, string>()
    const running = await startServers(neededBy(wanted), absent)
    const client = await Child.start(pinned(LOAD_CORE, [process.execPath, CLIENT]))
    try {
      const measurements = await measureAll(client, running, wanted, quick ? QUICK : FULL)
      return { measurements, comparisons: wanted, absent, versions: versionsOf(running) }
    } finally {
      await client.stop()
      await stopServers(running)
    }
  },
}

async function measureAll(
  client: Child,
  running: readonly Running[],
  wanted: readonly Comparison[],
  plan: Plan,
): Promise<Measurement[]> {
  const saturation = await measureSaturation(running, plan)
  const slowest = Math.min(...saturation.values())
  const cells: Cell[] = []
  for (const load of [SAME_RATE, OWN_RATE]) {
    if (!wanted.some((pair) => pair.case.startsWith(load))) continue
    for (const [server, own] of saturation) {
      const rate = Math.round(LOAD_SHARE * (load === SAME_RATE ? slowest : own))
      cells.push({ server, load, rate, rounds: [] })
    }
  }
  for (const cell of cells) await measureOnce(client, cell, plan.measureMs)
  let { repeats } = plan
  await interleave('http, latency', cells, plan.rounds, async (cell) => {
    let round = await measureOnce(client, cell, plan.measureMs)
    while (round.isDisturbed && repeats > 0) {
      repeats--
      round = await measureOnce(client, cell, plan.measureMs)
    }
    cell.rounds.push(round)
  })
  const disturbed = cells.flatMap(({ rounds }) => rounds).filter((round) => round.isDisturbed)
  if (disturbed.length > 0) {
    progress(`http, latency: others took a core in ${disturbed.length} rounds, do not trust them`)
  }
  return cells.flatMap(toMeasurements)
}

/**
 * Requests a second that a core has time for, by the CPU time of one under full load.
 *
 * On a quiet machine that is what the server then answers; where others take its core, it still is
 * the same rate.
 */
async function measureSaturation(
  running: readonly Running[],
  plan: Plan,
): Promise<ReadonlyMap<Running, number>> {
  const rates = new Map<Running, number[]>(running.map((server) => [server, []]))
  // The first round only warms up.
  await interleave('http, saturation', running, plan.rounds + 1, async (server, round) => {
    const load = { method: 'GET', target: '/', pipelining: 1, connections: CONNECTIONS } as const
    const milliseconds = plan.saturationMs
    const before = cpuMicros(server.child.pid)
    const { requests, errors } = await generateLoad({ ...load, port: server.port, milliseconds })
    if (errors > 0) throw new Error(`${server.contestant.name}: ${errors} errors`)
    const used = cpuMicros(server.child.pid) - before
    if (round > 0) rates.get(server)?.push((requests * 1e6) / used)
  })
  return new Map([...rates].map(([server, samples]) => [server, median(samples)]))
}

async function measureOnce(
  client: Child,
  { server, rate }: Cell,
  milliseconds: number,
): Promise<Round> {
  const target = '/'
  const { port, child } = server
  const beganMs = performance.now()
  const before = waitedMicros(child.pid)
  const command: OpenLoopCommand = { port, target, connections: CONNECTIONS, rate, milliseconds }
  const answer = await client.ask<OpenLoopAnswer>({ ...command })
  const waitedMs = (waitedMicros(child.pid) - before) / 1_000
  const isServerLate = waitedMs > MOST_TAKEN * (performance.now() - beganMs)
  await pause(20)
  return { ...answer, isDisturbed: isServerLate || answer.cpuShare < 1 - MOST_TAKEN }
}

function toMeasurements({ server, load, rate, rounds }: Cell): Measurement[] {
  return eachPercentile().map((percentile) => ({
    case: caseOf(load, percentile),
    contestant: server.contestant.name,
    unit: 'ms',
    samples: rounds.map((round) => round[PERCENTILES[percentile]]),
    info: { 'req/s': rate, 'sent late p99 ms': median(rounds.map((round) => round.lateP99Ms)) },
  }))
}
