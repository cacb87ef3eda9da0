import assert from 'node:assert/strict'
import { createInterface } from 'node:readline'
import { percentile } from '../lib/stats.ts'

export interface WideRow {
  readonly id: number
  readonly name: string
  readonly email: string
  readonly city: string
  readonly score: number
  readonly visits: number
  readonly is_active: boolean
  readonly created_at: Date
  readonly note: string | null
  readonly age: number
}

/** A client under test, in its own idiom; every method is one query. */
export interface PgContestant {
  /** `select id, randomnumber from world where id = $1`, prepared: one row. */
  one(id: number): PromiseLike<{ readonly id: number; readonly randomnumber: number }>
  /** `select * from wide`: 1,000 rows of 10 columns. */
  rows(): PromiseLike<readonly WideRow[]>
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
const LAST_ROW: WideRow = {
  id: WIDE_ROWS,
  name: `name ${WIDE_ROWS}`,
  email: `user${WIDE_ROWS}@example.com`,
  city: `city ${WIDE_ROWS % 50}`,
  score: WIDE_ROWS / 7,
  visits: WIDE_ROWS * 3,
  is_active: true,
  created_at: new Date(Date.UTC(2026, 0, 1, 0, WIDE_ROWS)),
  note: `a note of some length for row ${WIDE_ROWS}`,
  age: WIDE_ROWS % 90,
}
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
    checkRows(await client.rows())
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

/** Reads every row, so that decoding cannot be put off, and every column of the last one. */
function checkRows(rows: readonly WideRow[]): void {
  let visits = 0
  for (const row of rows) visits += row.visits
  const last = rows[WIDE_ROWS - 1]
  assert.equal(rows.length, WIDE_ROWS)
  assert.equal(visits, (3 * WIDE_ROWS * (WIDE_ROWS + 1)) / 2)
  assert.ok(last)
  assert.deepEqual({ ...last }, LAST_ROW)
}

/** What the `world` table holds beside `id`, so that every answer can be checked. */
function randomNumberOf(id: number): number {
  return (id * 7_919) % WORLD_ROWS
}

function randomId(): number {
  return 1 + Math.floor(Math.random() * WORLD_ROWS)
}
