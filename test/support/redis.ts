import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** Whether there is a Redis to test with; Debian has it in the package `redis-server`. */
export const hasRedis: boolean = spawnSync('redis-server', ['--version']).status === 0

/** A Redis that a test owns: nothing is stored. */
export interface TestRedis {
  readonly port: number
  /** Starts it again on the same port. */
  start(): Promise<void>
  stop(): Promise<void>
}

export async function startRedis(): Promise<TestRedis> {
  const port = await freePort()
  let child: ChildProcess | undefined
  const start = async (): Promise<void> => {
    const args = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
    const started = spawn('redis-server', args, { stdio: ['ignore', 'pipe', 'ignore'] })
    child = started
    await new Promise<void>((resolve, reject) => {
      let log = ''
      started.stdout.on('data', (chunk: Buffer) => {
        log += chunk.toString()
        if (log.includes('Ready to accept connections')) resolve()
      })
      started.once('exit', () => reject(new Error(`Redis did not start:\n${log}`)))
    })
  }
  await start()
  return {
    port,
    start,
    async stop() {
      if (child === undefined) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      child = undefined
      await ended
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('No port')
  return address.port
}
