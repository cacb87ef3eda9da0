/**
 * A client that behaves, as a process of its own: `healthy-client.ts PORT`. It sends requests at a
 * constant rate until it is told to stop, and then says how long the answers took, counted from when
 * each request was due: a server that stalls is not excused by requests that were sent late.
 */
import { once } from 'node:events'
import * as net from 'node:net'

/** Latencies in milliseconds. */
export interface Health {
  readonly answered: number
  /** Requests without an answer: connections cut, or still waiting. */
  readonly lost: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly maxMs: number
}

const INTERVAL_MS = 5
const REQUEST = 'GET /healthy HTTP/1.1\r\nHost: a\r\n\r\n'
const ANSWER = /HTTP\/1\.1 200 OK\r\n[^]*?\r\n\r\na/g

const due: number[] = []
const latencies: number[] = []
let received = ''

const socket = net.connect({ port: Number(process.argv[2]), host: '127.0.0.1', noDelay: true })
await once(socket, 'connect')
socket.setEncoding('latin1')
socket.on('data', (text: string) => {
  received += text
  let end = 0
  for (const match of received.matchAll(ANSWER)) {
    latencies.push(performance.now() - due.shift()!)
    end = match.index + match[0].length
  }
  received = received.slice(end)
})
socket.on('error', () => {})

const startMs = performance.now()
let sent = 0
const timer = setInterval(() => {
  const nowMs = performance.now()
  for (; startMs + sent * INTERVAL_MS <= nowMs; sent++) {
    due.push(startMs + sent * INTERVAL_MS)
    socket.write(REQUEST)
  }
}, INTERVAL_MS)

function health(): Health {
  const sorted = latencies.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.floor((sorted.length - 1) * share)] ?? Infinity
  return {
    answered: sorted.length,
    lost: due.length,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    maxMs: at(1),
  }
}

process.send?.('ready')
process.once('message', () => {
  clearInterval(timer)
  // What is under way has half a second to arrive.
  const deadlineMs = performance.now() + 500
  const wait = (): void => {
    if (due.length > 0 && performance.now() < deadlineMs) setTimeout(wait, 5)
    else process.send?.(health(), () => process.exit())
  }
  wait()
})
process.once('disconnect', () => process.exit())
