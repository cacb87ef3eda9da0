import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { Deferred, type Future, mapAsync, timeoutAsync } from '../../../src/future/index.ts'
import type { Section } from '../tour.ts'

const PINGS = 200

async function startEcho(): Promise<Server> {
  const server = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** A callback API as a future: sends one line and waits for it to come back. */
function ping(socket: Socket, line: string): Future<string> {
  const answer = new Deferred<string>()
  socket.once('data', (bytes) => answer.resolve(bytes.toString()))
  socket.write(line)
  return timeoutAsync(answer.future, 2_000, { what: line })
}

/** Pings over several connections, each one ping at a time. */
async function pingMany(port: number, connections: number): Promise<string> {
  const sockets = Array.from({ length: connections }, () => connect(port, '127.0.0.1'))
  const idle = [...sockets]
  const answers = await mapAsync(
    Array.from({ length: PINGS }, (_, index) => `ping ${index}`),
    (line) => {
      const socket = idle.pop() as Socket
      return ping(socket, line).finally(() => void idle.push(socket))
    },
    { concurrency: connections },
  )
  for (const socket of sockets) socket.destroy()
  return `${answers.length} answers, the last: ${answers.at(-1)}`
}

export const network: Section = {
  title: 'Over a local TCP connection',
  async run(tour) {
    const server = await startEcho()
    const { port } = server.address() as AddressInfo
    await tour.step(`${PINGS} pings over 1 connection`, () => pingMany(port, 1))
    await tour.step(`${PINGS} pings over 10 connections`, () => pingMany(port, 10))
    server.close()
  },
}
