import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { encodeFrame } from '../../src/websocket/protocol/encode-frame.ts'
import type { WebSocketCase } from './cases.ts'

/** What the load generator is asked to do. */
export interface LoadCommand extends WebSocketCase {
  readonly port: number
  readonly milliseconds: number
}

/** What it saw. */
export interface LoadAnswer {
  /** Messages that came back. */
  readonly messages: number
  readonly messagesPerSecond: number
  readonly errors: number
}

/** One connection: writes ready-made frames, and counts the bytes that come back. */
class Client {
  readonly socket: Socket
  received = 0
  onBytes: ((chunk: Buffer) => void) | undefined

  constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.length
      this.onBytes?.(chunk)
    })
  }

  static async open(port: number, path: string): Promise<Client> {
    const socket = connect({ port, host: '127.0.0.1' })
    await once(socket, 'connect')
    const key = randomBytes(16).toString('base64')
    socket.write(
      `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\nupgrade: websocket\r\nconnection: upgrade\r\n` +
        `sec-websocket-version: 13\r\nsec-websocket-key: ${key}\r\n\r\n`,
    )
    const [head] = (await once(socket, 'data')) as [Buffer]
    const text = head.toString('latin1')
    if (!text.startsWith('HTTP/1.1 101') || !text.endsWith('\r\n\r\n')) throw new Error(text)
    return new Client(socket)
  }
}

/** A whole frame of the client's, and the length of the same frame from the server. */
function frameOf({ payloadBytes, isBinary }: WebSocketCase): {
  readonly sent: Buffer
  readonly answer: Buffer
  readonly answered: number
} {
  const payload = Buffer.alloc(payloadBytes, 'abcdefghijklmnop')
  const head = isBinary ? 0x82 : 0x81
  const sent = encodeFrame(head, payload, randomBytes(4).readInt32LE())
  const answer = encodeFrame(head, payload)
  return { sent, answer, answered: answer.length }
}

async function openAll(command: LoadCommand): Promise<Client[]> {
  const clients: Client[] = []
  for (let at = 0; at < command.connections; at++) {
    clients.push(await Client.open(command.port, command.path))
  }
  return clients
}

/**
 * Right before fast: one message, and the very bytes that must come back for it.
 *
 * @throws {Error} if others come
 */
async function assertAnswers(clients: readonly Client[], command: LoadCommand): Promise<void> {
  const { sent, answer } = frameOf(command)
  const receivers = command.path === '/echo' ? clients.slice(0, 1) : clients
  const answers = receivers.map(async (client) => {
    const chunks: Buffer[] = []
    const done = Promise.withResolvers<void>()
    client.onBytes = (chunk) => {
      chunks.push(chunk)
      if (client.received >= answer.length) done.resolve()
    }
    await done.promise
    return Buffer.concat(chunks)
  })
  clients[0]?.socket.write(sent)
  for (const each of await Promise.all(answers)) {
    if (!each.equals(answer)) throw new Error(`Not the answer: ${each.toString('latin1')}`)
  }
}

/** Each connection sends its messages in one write, and again when all of them are back. */
async function echo(clients: readonly Client[], command: LoadCommand): Promise<number> {
  const { sent, answered } = frameOf(command)
  const batch = Buffer.concat(Array.from({ length: command.inFlight }, () => sent))
  const expected = answered * command.inFlight
  let messages = 0
  let isOver = false
  for (const client of clients) {
    client.onBytes = () => {
      if (client.received < expected) return
      client.received -= expected
      messages += command.inFlight
      if (!isOver) client.socket.write(batch)
    }
    client.socket.write(batch)
  }
  await pause(command.milliseconds)
  isOver = true
  return messages
}

/** The first connection publishes; it goes on when everybody has got everything. */
async function feed(clients: readonly Client[], command: LoadCommand): Promise<number> {
  const { sent, answered } = frameOf(command)
  const batch = Buffer.concat(Array.from({ length: command.inFlight }, () => sent))
  const expected = answered * command.inFlight
  const endMs = performance.now() + command.milliseconds
  let messages = 0
  while (performance.now() < endMs) {
    let missing = clients.length
    const done = Promise.withResolvers<void>()
    for (const client of clients) {
      client.onBytes = () => {
        if (client.received < expected) return
        client.received -= expected
        if (--missing === 0) done.resolve()
      }
    }
    clients[0]!.socket.write(batch)
    await done.promise
    messages += clients.length * command.inFlight
  }
  return messages
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds))
}

/** The connections of the last command, kept: opening them is no part of what is measured. */
let open: { readonly key: string; readonly clients: Client[] } | undefined

async function run(command: LoadCommand): Promise<LoadAnswer> {
  const key = `${command.port} ${command.path} ${command.connections}`
  if (open?.key !== key) {
    for (const { socket } of open?.clients ?? []) socket.destroy()
    open = { key, clients: await openAll(command) }
    await assertAnswers(open.clients, command)
  }
  const { clients } = open
  for (const client of clients) client.received = 0
  const startMs = performance.now()
  const messages = await (command.path === '/echo' ? echo : feed)(clients, command)
  const seconds = (performance.now() - startMs) / 1000
  await pause(30)
  for (const client of clients) client.onBytes = undefined
  const errors = clients.filter(({ socket }) => socket.destroyed).length
  return { messages, messagesPerSecond: messages / seconds, errors }
}

process.stdout.write(`${JSON.stringify({ ready: true })}\n`)
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await run(JSON.parse(line) as LoadCommand)
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}
