import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Child } from '../lib/child.ts'
import { cpuMicros } from '../lib/cpu.ts'
import { resetPeak, residentMemory } from '../lib/memory.ts'
import { LOAD_CORE, pinned } from '../lib/pin.ts'
import type { Comparison, Measurement } from '../lib/report.ts'
import { interleave } from '../lib/rounds.ts'
import { median } from '../lib/stats.ts'
import { ELYSIA, FASTERAPI, FASTIFY, NODE_HTTP, UWEBSOCKETS } from './contestants.ts'
import { mergeParts, type Part, type PartResult } from './part.ts'
import { neededBy, type Running, startServers, stopServers, versionsOf } from './running.ts'
import { TARGET, target } from './target.ts'
import { TRANSFER_BYTES } from './transfer-size.ts'

const MIB = 1_048_576
const CLIENT = join(import.meta.dirname, 'transfer-client.ts')
const PEERS = [NODE_HTTP, FASTIFY, ELYSIA, UWEBSOCKETS]
const KINDS = ['download', 'upload'] as const
/** What a server may grow by: less than one of the many bodies that pass through it. */
const MOST_GROWTH_MIB = 100

type Kind = (typeof KINDS)[number]

interface Plan {
  readonly rounds: number
  /** Transfers of a round: CPU time is counted in ticks of 10 ms, of which one makes a few. */
  readonly transfers: number
}

const FULL: Plan = { rounds: 5, transfers: 8 }
const QUICK: Plan = { rounds: 3, transfers: 2 }

interface Cell {
  readonly server: Running
  readonly kind: Kind
  /** Resident before the first transfer. */
  readonly bytesBefore: number
  readonly rounds: Round[]
}

interface Round {
  readonly cpuMicrosPerMib: number
  readonly grownMib: number
  readonly mibPerSecond: number
}

function costOf(kind: Kind): string {
  return `${kind} of 100 MiB`
}

function memoryOf(kind: Kind): string {
  return `${kind} of 100 MiB, peak growth`
}

/** Bodies of 100 MiB, in pieces, both ways: CPU time, and what the server's memory grows by. */
export const transfers: Part = {
  comparisons: comparisons(),
  async measure(wanted, { quick }) {
    const client = await Child.start(pinned(LOAD_CORE, [process.execPath, CLIENT]))
    try {
      const results: PartResult[] = []
      for (const kind of KINDS) {
        const pairs = wanted.filter((pair) => [costOf(kind), memoryOf(kind)].includes(pair.case))
        if (pairs.length > 0) results.push(await measureKind(client, kind, pairs, quick))
      }
      return mergeParts(results)
    } finally {
      await client.stop()
    }
  },
}

/** With servers of its own: what one direction has left in memory must not count for the other. */
async function measureKind(
  client: Child,
  kind: Kind,
  wanted: readonly Comparison[],
  quick: boolean,
): Promise<PartResult> {
  const absent = new Map<string, string>()
  const running = await startServers(neededBy(wanted), absent)
  try {
    const cells = running.map(
      (server): Cell => ({
        server,
        kind,
        bytesBefore: residentMemory(server.child.pid).now,
        rounds: [],
      }),
    )
    await measureCells(client, cells, quick ? QUICK : FULL)
    const measurements = [...cells.flatMap(toMeasurements), ...targetsOf(wanted)]
    return { measurements, comparisons: wanted, absent, versions: versionsOf(running) }
  } finally {
    await stopServers(running)
  }
}

function comparisons(): readonly Comparison[] {
  return KINDS.flatMap((kind) => [
    ...PEERS.map((peer) => ({ case: costOf(kind), ours: FASTERAPI, peer, budget: null })),
    ...PEERS.map((peer) => ({ case: memoryOf(kind), ours: FASTERAPI, peer, budget: null })),
    { case: memoryOf(kind), ours: FASTERAPI, peer: TARGET, budget: 1 },
  ])
}

function targetsOf(wanted: readonly Comparison[]): Measurement[] {
  return wanted
    .filter((pair) => pair.peer === TARGET)
    .map((pair) => target(pair.case, 'MiB RSS', MOST_GROWTH_MIB))
}

async function measureCells(client: Child, cells: readonly Cell[], plan: Plan): Promise<void> {
  for (const cell of cells) await measureOnce(client, cell, plan.transfers)
  await interleave(`http, ${cells[0]?.kind}`, cells, plan.rounds, async (cell) => {
    cell.rounds.push(await measureOnce(client, cell, plan.transfers))
  })
}

async function measureOnce(client: Child, cell: Cell, count: number): Promise<Round> {
  const { server, kind } = cell
  const { pid } = server.child
  resetPeak(pid)
  const beganMs = performance.now()
  const before = cpuMicros(pid)
  const { bytes } = await client.ask<{ bytes: number }>({ kind, count, port: server.port })
  const used = cpuMicros(pid) - before
  const seconds = (performance.now() - beganMs) / 1_000
  if (bytes !== count * TRANSFER_BYTES) {
    throw new Error(`${server.contestant.name}, ${kind}: ${bytes} bytes in ${count} transfers`)
  }
  const { peak } = residentMemory(pid)
  await pause(20)
  const mib = bytes / MIB
  return {
    cpuMicrosPerMib: used / mib,
    grownMib: (peak - cell.bytesBefore) / MIB,
    mibPerSecond: mib / seconds,
  }
}

function toMeasurements({ server, kind, rounds }: Cell): Measurement[] {
  const contestant = server.contestant.name
  const speed = median(rounds.map((round) => round.mibPerSecond))
  return [
    {
      case: costOf(kind),
      contestant,
      unit: 'us CPU/MiB',
      samples: rounds.map((round) => round.cpuMicrosPerMib),
      info: { 'MiB/s': speed },
    },
    {
      case: memoryOf(kind),
      contestant,
      unit: 'MiB RSS',
      samples: rounds.map((round) => round.grownMib),
      info: {},
    },
  ]
}
