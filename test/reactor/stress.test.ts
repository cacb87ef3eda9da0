import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { submitTo } from '../../src/reactor/index.ts'
import { MeshWorkers } from '../support/mesh-workers.ts'
import { result, send } from './fixtures/stress.ts'

/** Messages in each direction; `RING_OPERATIONS=10000000` for the long run. */
const COUNT = Math.ceil(Number(process.env['RING_OPERATIONS'] ?? 200_000) / 2)

describe('messages between two cores', () => {
  for (const ringBytes of [4_096, 65_536]) {
    it(`come in order and unchanged through rings of ${ringBytes} bytes, whoever sleeps when`, async () => {
      const module = new URL('./fixtures/stress.ts', import.meta.url)
      const workers = await MeshWorkers.start({ count: 2, module, memory: { ringBytes } })
      try {
        const seed = Math.floor(Math.random() * 2 ** 31)
        await Promise.all([
          submitTo(0, send, 1, COUNT, seed),
          submitTo(1, send, 0, COUNT, seed + 1),
        ])
        for (const [core, other] of [
          [0, 1],
          [1, 0],
        ] as const) {
          // Asked from the sender's side, so that it comes behind all its messages.
          let answer = await submitTo(core, result)
          while (answer.failure === '' && answer.received < COUNT)
            answer = await submitTo(core, result)
          assert.deepEqual(answer, { received: COUNT, failure: '' }, `from ${other}, seed ${seed}`)
        }
      } finally {
        await workers.stop()
      }
    })
  }
})
