import { join } from 'node:path'
import { Child } from '../lib/child.ts'
import { installPeers, peerFile, peerVersion } from '../lib/peers.ts'
import { progress } from '../lib/progress.ts'
import type { Comparison, Measurement } from '../lib/report.ts'
import { interleave, type Plan } from '../lib/rounds.ts'
import { median } from '../lib/stats.ts'
import { keepWanted, type Suite, type SuiteOptions } from '../lib/suites.ts'
import { startDatabase } from './database.ts'
import type { PgAnswer, PgCommand } from './requesters.ts'

const FULL: Plan = { rounds: 5, warmUpMs: 1_000, measureMs: 1_500 }
const QUICK: Plan = { rounds: 3, warmUpMs: 400, measureMs: 500 }

interface PgCase extends Omit<PgCommand, 'milliseconds'> {
  readonly name: string
}

const SINGLE_ROW = 'one row, pool of 8'

const CASES: readonly PgCase[] = [
  { name: SINGLE_ROW, work: 'one', connections: 8, requesters: 64 },
  { name: 'one row, 1 connection', work: 'one', connections: 1, requesters: 64 },
  { name: '20 queries per request', work: 'twenty', connections: 8, requesters: 16 },
  { name: '1,000 rows x 10 columns', work: 'rows', connections: 8, requesters: 16 },
]

const BUDGETS: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  [SINGLE_ROW]: { pg: 0.35, postgres: 0.3 },
}

const FASTERAPI = 'fasterapi'
const PEERS: readonly string[] = ['pg', 'postgres', 'Bun.sql']

interface Round extends PgAnswer {
  readonly cpuMicrosPerQuery: number
}

/** Client CPU time per query against a real PostgreSQL, which this suite starts itself. */
export const pg: Suite = {
  async run(options) {
    installPeers()
    const comparisons = comparisonsFor(options)
    progress('pg: starting PostgreSQL')
    const database = await startDatabase()
    const absent = new Map<string, string>()
    const running = await startAll(comparisons, database.port, absent)
    try {
      const measurements = await measureAll(running, comparisons, options.quick ? QUICK : FULL)
      const versions = { server: database.version, ...peerVersions() }
      return { measurements, comparisons, absent, versions }
    } finally {
      await Promise.all([...running.values()].map((child) => child.stop()))
      await database.stop()
    }
  },
}

function comparisonsFor({ filter }: SuiteOptions): readonly Comparison[] {
  const pairs = CASES.flatMap(({ name }) =>
    PEERS.map((peer) => ({
      case: name,
      ours: FASTERAPI,
      peer,
      budget: BUDGETS[name]?.[peer] ?? null,
    })),
  )
  return keepWanted(filter, pairs)
}

async function startAll(
  comparisons: readonly Comparison[],
  port: number,
  absent: Map<string, string>,
): Promise<Map<string, Child>> {
  const running = new Map<string, Child>()
  for (const [name, command] of Object.entries(commands())) {
    if (!comparisons.some((pair) => pair.ours === name || pair.peer === name)) continue
    try {
      const env = { BENCH_PG_PORT: String(port), NODE_ENV: 'production' }
      running.set(name, await Child.start(command, env))
    } catch (error) {
      absent.set(name, error instanceof Error ? error.message : String(error))
      progress(`${name} does not run here: ${absent.get(name)}`)
    }
  }
  return running
}

function commands(): Record<string, [string, ...string[]]> {
  const node = process.execPath
  return {
    [FASTERAPI]: [node, join(import.meta.dirname, 'fasterapi.ts')],
    pg: [node, peer('pg')],
    postgres: [node, peer('postgres')],
    'Bun.sql': [peerFile('bun', 'bin', 'bun.exe'), peer('bun-sql')],
  }
}

function peer(name: string): string {
  return join(import.meta.dirname, 'peers', `${name}.js`)
}

function peerVersions(): Record<string, string> {
  return {
    pg: peerVersion('pg'),
    postgres: peerVersion('postgres'),
    'Bun.sql': `bun ${peerVersion('bun')}`,
  }
}

async function measureAll(
  running: ReadonlyMap<string, Child>,
  comparisons: readonly Comparison[],
  plan: Plan,
): Promise<Measurement[]> {
  const measurements: Measurement[] = []
  for (const each of CASES) {
    const cells = [...running].filter(([name]) =>
      comparisons.some((pair) => pair.case === each.name && [pair.ours, pair.peer].includes(name)),
    )
    const rounds = new Map<string, Round[]>(cells.map(([name]) => [name, []]))
    for (const [, child] of cells) await measureOnce(child, each, plan.warmUpMs)
    await interleave(`pg, ${each.name}`, cells, plan.rounds, async ([name, child]) => {
      rounds.get(name)?.push(await measureOnce(child, each, plan.measureMs))
    })
    for (const [name, results] of rounds) measurements.push(toMeasurement(each, name, results))
  }
  return measurements
}

async function measureOnce(child: Child, each: PgCase, milliseconds: number): Promise<Round> {
  const { work, connections, requesters } = each
  const command: PgCommand = { work, connections, requesters, milliseconds }
  const answer = await child.ask<PgAnswer>({ ...command })
  return { ...answer, cpuMicrosPerQuery: answer.cpuMicros / answer.queries }
}

function toMeasurement(each: PgCase, contestant: string, rounds: readonly Round[]): Measurement {
  return {
    case: each.name,
    contestant,
    unit: 'us CPU/query',
    samples: rounds.map((round) => round.cpuMicrosPerQuery),
    info: {
      'queries/s': median(rounds.map((round) => (round.queries / round.elapsedMs) * 1_000)),
      'p99 ms': median(rounds.map((round) => round.p99Ms)),
    },
  }
}
