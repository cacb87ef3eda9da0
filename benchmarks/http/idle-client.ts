/** Opens many connections, sends two requests over each, keeps them open, and says how many still are. */
import { connect, type Socket } from 'node:net'
import { createInterface } from 'node:readline'

interface Command {
  readonly port: number
  /** Connections to have open in the end, with those that are. */
  readonly connections: number
}

const REQUEST = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n'
const BODY_END = '"Hello, World!"}'
/** Fewer than any server lets wait to be accepted. */
const AT_ONCE = 100

const sockets: Socket[] = []

function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').setNoDelay().setEncoding('latin1')
  return new Promise((resolve, reject) => {
    socket.once('connect', () => resolve(socket)).once('error', reject)
  })
}

function ask(socket: Socket): Promise<void> {
  let text = ''
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(new Error(`The server closed a connection after: ${text}`))
    const onData = (chunk: string): void => {
      text += chunk
      if (!text.endsWith(BODY_END)) return
      socket.off('data', onData).off('close', fail)
      if (text.startsWith('HTTP/1.1 200 ')) resolve()
      else reject(new Error(`Not the answer: ${text}`))
    }
    socket.on('data', onData).once('close', fail)
    socket.write(REQUEST)
  })
}

function isOpen(socket: Socket): boolean {
  return !socket.closed && !socket.readableEnded
}

async function openAll({ port, connections }: Command): Promise<void> {
  while (sockets.length < connections) {
    const count = Math.min(AT_ONCE, connections - sockets.length)
    const opened = await Promise.all(Array.from({ length: count }, () => open(port)))
    sockets.push(...opened)
    await Promise.all(opened.map(ask))
  }
}

process.stdout.write('{}\n')
for await (const line of createInterface({ input: process.stdin })) {
  const before = sockets.length
  await openAll(JSON.parse(line))
  // The second request, after a while: the connection has been idle once.
  for (let at = before; at < sockets.length; at += AT_ONCE) {
    await Promise.all(sockets.slice(at, at + AT_ONCE).map(ask))
  }
  process.stdout.write(`${JSON.stringify({ open: sockets.filter(isOpen).length })}\n`)
}
