import { createInterface } from 'node:readline'
import { percentile } from '../lib/stats.ts'

/** A client under test, in its own idiom; every method is one query. */
export interface PgContestant {
  /** `select id, randomnumber from world where id = $1`, prepared: one row. */
  one(id: number): PromiseLike<{ readonly id: number; readonly randomnumber: number }>
  /** `select * from wide`: 1,000 rows of 10 columns. */
  rows(): PromiseLike<readonly { readonly id: number }[]>
}

/** Opens a client with a pool of exactly this many connections, all of them connected. */
export type Open = (port: number, connections: number) => Promise<PgContestant>

export interface PgCommand {
  readonly work: 'one' | 'twenty' | 'rows'
  readonly connections: number
  readonly requesters: number
  readonly milliseconds: number
}

export interface PgAnswer {
  readonly queries: number
  readonly elapsedMs: number
  /** User and system time of the client process, in microseconds. */
  readonly cpuMicros: number
  /** 99th percentile of the requests' latency, in milliseconds. */
  readonly p99Ms: number
}

export const WORLD_ROWS = 10_000
export const WIDE_ROWS = 1_000
const QUERIES_PER_REQUEST = 20
/** Enough latencies for a 99th percentile; keeping them all would measure the array. */
const LATENCIES = 20_000

type Request = (client: PgContestant) => Promise<number>

/** One request of each kind; resolves to the number of queries it took. */
const WORK: Readonly<Record<PgCommand['work'], Request>> = {
  one: async (client) => {
    await checkedOne(client)
    return 1
  },
  twenty: async (client) => {
    const queries: PromiseLike<unknown>[] = []
    for (let i = 0; i < QUERIES_PER_REQUEST; i++) queries.push(client.one(randomId()))
    await Promise.all(queries)
    return QUERIES_PER_REQUEST
  },
  rows: async (client) => {
    const rows = await client.rows()
    if (rows.length !== WIDE_ROWS || rows[WIDE_ROWS - 1]?.id !== WIDE_ROWS) {
      throw new Error(`Expected ${WIDE_ROWS} rows in order, got ${rows.length}`)
    }
    return 1
  },
}

/**
 * Serves the commands of the bench: runs requesters for a while and reports what they cost.
 *
 * Prints `{}` when ready, then one {@link PgAnswer} per {@link PgCommand}.
 */
export async function serve(open: Open): Promise<void> {
  const port = Number(process.env['BENCH_PG_PORT'])
  const clients = new Map<number, PgContestant>()
  process.stdout.write('{}\n')
  for await (const line of createInterface({ input: process.stdin })) {
    const command: PgCommand = JSON.parse(line)
    const { connections } = command
    const client = clients.get(connections) ?? (await open(port, connections))
    clients.set(connections, client)
    process.stdout.write(`${JSON.stringify(await run(client, command))}\n`)
  }
}

async function run(client: PgContestant, command: PgCommand): Promise<PgAnswer> {
  const request = WORK[command.work]
  const latencies: number[] = []
  let queries = 0
  const cpu = process.cpuUsage()
  const start = performance.now()
  const end = start + command.milliseconds
  const requester = async () => {
    for (let began = performance.now(); began < end; ) {
      // Not `queries += await ...`: that reads the sum before it waits, and loses the others' adds.
      const made = await request(client)
      queries += made
      const now = performance.now()
      if (latencies.length < LATENCIES) latencies.push(now - began)
      began = now
    }
  }
  await Promise.all(Array.from({ length: command.requesters }, requester))
  const used = process.cpuUsage(cpu)
  return {
    queries,
    elapsedMs: performance.now() - start,
    cpuMicros: used.user + used.system,
    p99Ms: percentile(latencies, 0.99),
  }
}

async function checkedOne(client: PgContestant): Promise<void> {
  const id = randomId()
  const row = await client.one(id)
  if (row.id !== id || row.randomnumber !== randomNumberOf(id)) {
    throw new Error(`Row ${id} came back as ${JSON.stringify(row)}`)
  }
}

/** What the `world` table holds beside `id`, so that every answer can be checked. */
function randomNumberOf(id: number): number {
  return (id * 7_919) % WORLD_ROWS
}

function randomId(): number {
  return 1 + Math.floor(Math.random() * WORLD_ROWS)
}
