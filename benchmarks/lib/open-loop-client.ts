/**
 * Sends requests at times fixed in advance, whatever the server does, and tells how long they took.
 *
 * A process of its own, that never sleeps while it measures: it belongs on a core of its own. Over
 * the connections of this package, as those of Node cost so much that the client would be the slower side.
 */
import { createInterface } from 'node:readline'
import { Connection, type ConnectionHandler } from '../../src/net/index.ts'
import { OpenLoop, poissonSchedule } from './open-loop.ts'
import type { OpenLoopAnswer, OpenLoopCommand } from './open-loop-command.ts'
import { percentileOfSorted } from './stats.ts'

const STATUS_AT = 'HTTP/1.1 '.length
const DIGIT_2 = 0x32
/** After the last request was due, in milliseconds: who has not answered by then has failed. */
const LAST_ANSWER_MS = 10_000
const SEED = 1

/** Ends the process: whoever waits for its answer gets these words. */
function fail(message: string): never {
  process.stderr.write(`Error: ${message}\n`)
  process.exit(1)
}

/** A connection that knows how long the answer is, as all are alike. */
class Client implements ConnectionHandler {
  /** Length of the first answer, head included; 0 before it. */
  answerBytes = 0
  onAnswer: () => void = () => {}
  connection: Connection | undefined
  #received = 0

  onData(chunk: Buffer): void {
    if (this.#received === 0 && chunk[STATUS_AT] !== DIGIT_2) {
      fail(`Not the answer: ${chunk.toString('latin1')}`)
    }
    this.#received += chunk.length
    if (this.answerBytes === 0) this.answerBytes = chunk.length
    if (this.#received < this.answerBytes) return
    if (this.#received > this.answerBytes) {
      fail(`An answer of ${this.#received} bytes instead of ${this.answerBytes}`)
    }
    this.#received = 0
    this.onAnswer()
  }

  onEnd(): void {
    fail('The server ended a connection')
  }

  onDrain(): void {}

  onClose(error: Error | undefined): void {
    if (error !== undefined) fail(error.message)
  }
}

async function open(port: number, request: Buffer): Promise<Client> {
  const handler = new Client()
  handler.connection = await Connection.connect({ host: '127.0.0.1', port, handler })
  const answered = new Promise<void>((resolve) => {
    handler.onAnswer = resolve
  })
  handler.connection.write(request)
  await answered
  return handler
}

/** Runs until all is answered; the loop of events turns without a pause, to be on time. */
function run(loop: OpenLoop, clients: readonly Client[], request: Buffer, endMs: number) {
  const beganMs = performance.now()
  for (const [index, client] of clients.entries()) {
    client.onAnswer = () => loop.answer(index, performance.now() - beganMs)
  }
  return new Promise<void>((resolve) => {
    const turn = (): void => {
      const nowMs = performance.now() - beganMs
      for (let at = loop.send(nowMs); at !== -1; at = loop.send(nowMs)) {
        clients[at]?.connection?.write(request)
      }
      if (loop.isDone) return resolve()
      if (nowMs > endMs + LAST_ANSWER_MS) fail('Some answers never came')
      setImmediate(turn)
    }
    turn()
  })
}

async function measure(command: OpenLoopCommand): Promise<OpenLoopAnswer> {
  const { port, target, connections, rate, milliseconds } = command
  const request = Buffer.from(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
  const clients: Client[] = []
  while (clients.length < connections) clients.push(await open(port, request))
  const loop = new OpenLoop(poissonSchedule(rate, milliseconds / 1_000, SEED), connections)
  const beganMs = performance.now()
  const before = process.cpuUsage()
  await run(loop, clients, request, milliseconds)
  const { user, system } = process.cpuUsage(before)
  const cpuShare = (user + system) / 1_000 / (performance.now() - beganMs)
  for (const { connection } of clients) connection?.destroy()
  const latencies = loop.sortedLatencies()
  return {
    p50Ms: percentileOfSorted(latencies, 0.5),
    p99Ms: percentileOfSorted(latencies, 0.99),
    p999Ms: percentileOfSorted(latencies, 0.999),
    lateP99Ms: percentileOfSorted(loop.sortedDelays(), 0.99),
    cpuShare,
  }
}

process.stdout.write('{}\n')
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(await measure(JSON.parse(line)))}\n`)
}
