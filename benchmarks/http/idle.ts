import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { Child } from '../lib/child.ts'
import { residentMemory } from '../lib/memory.ts'
import { LOAD_CORE, pinned } from '../lib/pin.ts'
import type { Measurement } from '../lib/report.ts'
import { interleave } from '../lib/rounds.ts'
import {
  ELYSIA,
  FASTERAPI,
  FASTIFY,
  type HttpContestant,
  NODE_HTTP,
  UWEBSOCKETS,
} from './contestants.ts'
import type { Part } from './part.ts'
import {
  neededBy,
  type Running,
  startServer,
  startServers,
  stopServers,
  versionsOf,
} from './running.ts'
import { TARGET, target } from './target.ts'

const CLIENT = join(import.meta.dirname, 'idle-client.ts')
const PROBE = join(import.meta.dirname, 'memory-probe.js')
const CONNECTIONS = 10_000
/** Opened before the first look, so that what the first requests of a process leave is not counted. */
const FIRST_CONNECTIONS = 200
const KIB = 1_024

const HEAP = '10,000 idle connections, heap each'
const RESIDENT = '10,000 idle connections, RSS each'
const HEAP_BUDGET_KIB = 6
const ROUNDS = 3
const QUICK_ROUNDS = 1

/** What one connection takes, in bytes. */
interface Round {
  readonly heap: number
  readonly resident: number
}

interface Cell {
  readonly contestant: HttpContestant
  readonly rounds: Round[]
}

/** What a connection costs that is kept open and has served two requests. */
export const idle: Part = {
  comparisons: [
    { case: HEAP, ours: FASTERAPI, peer: TARGET, budget: 1 },
    ...[NODE_HTTP, FASTIFY].map((peer) => ({ case: HEAP, ours: FASTERAPI, peer, budget: null })),
    ...[NODE_HTTP, FASTIFY, ELYSIA, UWEBSOCKETS].map((peer) => ({
      case: RESIDENT,
      ours: FASTERAPI,
      peer,
      budget: null,
    })),
  ],
  async measure(wanted, { quick }) {
    const absent = new Map<string, string>()
    const running = await startServers(neededBy(wanted), absent)
    // Only to know who runs here: each round has a server of its own.
    await stopServers(running)
    const cells = running.map(({ contestant }): Cell => ({ contestant, rounds: [] }))
    await interleave(
      'http, idle connections',
      cells,
      quick ? QUICK_ROUNDS : ROUNDS,
      async (cell) => {
        cell.rounds.push(await measureOnce(cell.contestant))
      },
    )
    const measurements = cells.flatMap(toMeasurements)
    measurements.push(target(HEAP, 'KiB', HEAP_BUDGET_KIB))
    return { measurements, comparisons: wanted, absent, versions: versionsOf(running) }
  },
}

async function measureOnce(contestant: HttpContestant): Promise<Round> {
  const client = await Child.start(pinned(LOAD_CORE, [process.execPath, CLIENT]))
  const server = await startServer(withProbe(contestant))
  try {
    await openConnections(client, server, FIRST_CONNECTIONS)
    const before = await look(server)
    await openConnections(client, server, FIRST_CONNECTIONS + CONNECTIONS)
    const after = await look(server)
    await openConnections(client, server, FIRST_CONNECTIONS + CONNECTIONS)
    return {
      heap: (after.heap - before.heap) / CONNECTIONS,
      resident: (after.resident - before.resident) / CONNECTIONS,
    }
  } finally {
    await server.child.stop()
    await client.stop()
  }
}

/** Counts those that are open already: asked again, it only looks whether all still are. */
async function openConnections(client: Child, server: Running, connections: number): Promise<void> {
  const { open } = await client.ask<{ open: number }>({ port: server.port, connections })
  if (open === connections) return
  throw new Error(`${server.contestant.name}: ${open} of ${connections} connections are open`)
}

/** The heap of a Node is asked for from inside, with its garbage collected; that of Bun is not known. */
async function look({ contestant, child }: Running): Promise<Round> {
  const heap = isNode(contestant) ? await child.ask<{ heapUsed: number }>({}) : undefined
  if (heap === undefined) await pause(50)
  return { heap: heap?.heapUsed ?? Number.NaN, resident: residentMemory(child.pid).now }
}

function withProbe(contestant: HttpContestant): HttpContestant {
  if (!isNode(contestant)) return contestant
  const [program, ...args] = contestant.command
  return { ...contestant, command: [program, '--expose-gc', '--import', PROBE, ...args] }
}

function isNode({ name }: HttpContestant): boolean {
  return name !== ELYSIA
}

function toMeasurements({ contestant: { name }, rounds }: Cell): Measurement[] {
  const figures = (pick: (round: Round) => number): number[] =>
    rounds.map((round) => pick(round) / KIB)
  const shared = { contestant: name, unit: 'KiB', info: {} }
  return [
    { ...shared, case: HEAP, samples: figures((round) => round.heap) },
    { ...shared, case: RESIDENT, samples: figures((round) => round.resident) },
  ]
}
