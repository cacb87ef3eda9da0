import assert from 'node:assert/strict'
import { createInterface } from 'node:readline'
import {
  BURST,
  CASES,
  type CrossCoreCase,
  payloadOf,
  valueOf,
  type Wire,
} from './cross-core-cases.ts'

/** Messages that a case begins with, to find out how many fill the time. */
const PROBE = 20_000

async function load(name: string): Promise<Wire> {
  if (name === 'postMessage')
    return (await import('./cross-core-post-message.ts')).startPostMessage()
  return (await import('./cross-core-rings.ts')).startRings()
}

async function sendAll(wire: Wire, { payload }: CrossCoreCase, count: number): Promise<void> {
  let expected = 0
  for (let i = 0; i < count; i++) {
    const message = payloadOf(payload, i)
    expected += valueOf(message)
    const sent = wire.send(message)
    if (sent !== undefined) await sent
    else if (i % BURST === BURST - 1) await new Promise((resolve) => setImmediate(resolve))
  }
  assert.equal(await wire.total(), expected)
}

async function requestAll(wire: Wire, { inFlight }: CrossCoreCase, count: number): Promise<void> {
  let sum = 0
  await new Promise<void>((resolve) => {
    let begun = 0
    let answered = 0
    const next = (): void => {
      if (begun < count) wire.request(begun++, onReply)
    }
    const onReply = (reply: number): void => {
      sum += reply
      if (++answered === count) resolve()
      else next()
    }
    for (let i = 0; i < inFlight; i++) next()
  })
  assert.equal(sum, (count * (count + 1)) / 2)
}

/** @returns nanoseconds a message took, by the clock and of CPU time of both threads */
async function time(
  wire: Wire,
  each: CrossCoreCase,
  count: number,
): Promise<{ readonly figure: number; readonly cpu: number }> {
  const start = performance.now()
  const cpu = process.cpuUsage()
  await (each.inFlight === 0 ? sendAll(wire, each, count) : requestAll(wire, each, count))
  const { user, system } = process.cpuUsage(cpu)
  const figure = ((performance.now() - start) * 1e6) / count
  return { figure, cpu: ((user + system) * 1e3) / count }
}

const wire = await load(process.argv[2] ?? '')
process.stdout.write('{}\n')
for await (const line of createInterface({ input: process.stdin })) {
  const { name, milliseconds } = JSON.parse(line) as { name: string; milliseconds: number }
  const each = CASES.find((candidate) => candidate.name === name)
  assert.ok(each, `${name} is not a case`)
  const probe = await time(wire, each, each.inFlight === 1 ? PROBE / 20 : PROBE)
  const count = Math.max(1_000, Math.round((milliseconds * 1e6) / probe.figure))
  process.stdout.write(`${JSON.stringify(await time(wire, each, count))}\n`)
}
