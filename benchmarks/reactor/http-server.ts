/** Serves with as many reactors as it is told, and answers questions about its memory. */
import { createInterface } from 'node:readline'
import { App, type Distribution, int, query } from '../../src/index.ts'
import { Collector, Reactor } from '../../src/reactor/index.ts'
import { workOnDocument } from './document-work.ts'

const [, , reactors, distribution = 'reuse-port', stallThresholdMs] = process.argv
const heaps = new Collector('heaps', () => process.memoryUsage().heapUsed)

const app = new App()
app.get('/', () => ({ message: 'Hello, World!' }))
app.get('/work', { in: { steps: query(int({ min: 0 })) } }, ({ steps }) => {
  let sum = 0
  for (let step = 0; step < steps; step++) sum = Math.sqrt(sum + step)
  return { sum }
})
app.get('/document', { in: { rounds: query(int({ min: 0 })) } }, ({ rounds }) => ({
  digest: workOnDocument(rounds),
}))
app.get('/heaps', () => heaps.gather())

const server = await app.listen({
  port: 0,
  reactors: Number(reactors),
  distribution: distribution as Distribution,
  ...(stallThresholdMs === undefined
    ? undefined
    : { supervision: { stallThresholdMs: Number(stallThresholdMs) } }),
})
if (Reactor.isMain) {
  process.stdout.write(`${JSON.stringify({ port: server.port })}\n`)
  for await (const _ of createInterface({ input: process.stdin })) {
    const { rss, heapUsed } = process.memoryUsage()
    process.stdout.write(`${JSON.stringify({ rss, heapUsed })}\n`)
  }
}
