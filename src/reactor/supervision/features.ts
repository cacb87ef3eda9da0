import { createServer, type Server } from 'node:net'
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads'
import { transferList } from '../membership/control.ts'

/** What this system and this Node can do for reactors. */
export interface Features {
  /** Several listeners on one port, between which the kernel spreads the connections. */
  readonly reusePort: boolean
  /** Listening servers and accepted sockets can be moved to another thread. */
  readonly movesHandles: boolean
}

let found: Promise<Features> | undefined

/** Finds out by trying, once: versions and names of systems say too little. */
export function detectFeatures(): Promise<Features> {
  found ??= detect()
  return found
}

async function detect(): Promise<Features> {
  const shared = await openServer(true)
  const server = shared ?? (await openServer(false))
  if (server === undefined) return { reusePort: false, movesHandles: false }
  const movesHandles = tryMove(server)
  server.close()
  return { reusePort: shared !== undefined, movesHandles }
}

function openServer(reusePort: boolean): Promise<Server | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ port: 0, host: '127.0.0.1', exclusive: true, reusePort }, () => resolve(server))
  })
}

function tryMove(server: Server): boolean {
  const { port1, port2 } = new MessageChannel()
  try {
    port1.postMessage(server, transferList(server))
    const moved = receiveMessageOnPort(port2)?.message as Server | undefined
    moved?.close()
    return moved !== undefined
  } catch {
    return false
  } finally {
    port1.close()
  }
}
