import assert from 'node:assert/strict'
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { after, before, describe, it } from 'node:test'
import type { Drained } from './drained-server.ts'
import { type ClientKind, Load } from './load.ts'

/** `DRAIN_REPETITIONS=50` before a change lands. */
const REPETITIONS = Number(process.env['DRAIN_REPETITIONS'] ?? 4)
const PER_SECOND = 5000
const CONNECTIONS = 60
/** For so long before the close, and a little longer each time, so that it hits other moments. */
const LOAD_MS = 120

const KINDS: Readonly<Record<string, readonly ClientKind[]>> = {
  'clients that wait for each answer': ['sequential'],
  'pipelining clients': ['pipelining'],
  'clients that send bodies in two pieces': ['posting'],
  'all of them': ['sequential', 'pipelining', 'posting'],
}

describe(`HttpServer.close under ${PER_SECOND} requests a second`, () => {
  let server: ChildProcess
  before(() => {
    server = fork(new URL('./drained-server.ts', import.meta.url))
  })
  after(() => server.disconnect())

  async function ask<T>(message: string): Promise<T> {
    const answer = once(server, 'message')
    server.send(message)
    const [value] = (await answer) as [T]
    return value
  }

  for (const [name, kinds] of Object.entries(KINDS)) {
    it(`loses and breaks nothing of ${name}, ${REPETITIONS} times`, async (context) => {
      const clients = Array.from(
        { length: CONNECTIONS },
        (_, index) => kinds[index % kinds.length]!,
      )
      const rates: number[] = []
      let answered = 0
      for (let repetition = 0; repetition < REPETITIONS; repetition++) {
        const load = await Load.start(await ask<number>('open'), clients, PER_SECOND)
        await new Promise((resolve) => setTimeout(resolve, LOAD_MS + repetition))
        const drained = await ask<Drained>('close')
        const report = await load.end()
        assert.equal(report.broken, 0, 'responses cut short')
        assert.equal(report.lost, 0, 'requests without an answer')
        // What was handled was answered, and what was answered has arrived.
        assert.equal(report.answered, drained.handled)
        assert.equal(drained.responses, drained.handled)
        if (!kinds.includes('pipelining')) assert.equal(report.unsent, 0)
        answered += report.answered
        rates.push(report.perSecond)
      }
      const slowest = Math.round(Math.min(...rates))
      context.diagnostic(`${answered} answered, at ${slowest} a second or more`)
    })
  }
})
