import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as fc from 'fast-check'
import { ManualClock, runQueueStats } from '../../src/future/index.ts'
import { describe as words } from './twins/outcome.ts'
import { programs } from './twins/program.ts'
import { WithFutures } from './twins/with-futures.ts'
import { WithPromises } from './twins/with-promises.ts'

/** Far beyond what any program takes. */
const MAX_MS = 10_000

async function outcomeOf(work: PromiseLike<unknown>): Promise<string> {
  try {
    return `ready: ${words(await work)}`
  } catch (reason) {
    return `failed: ${words(reason)}`
  }
}

/** Lets everything happen that happens at this time. */
async function settle(): Promise<void> {
  do await new Promise((resolve) => setImmediate(resolve))
  while (runQueueStats().pending > 0)
}

describe('a random program of futures', () => {
  it('comes to the same outcome, at the same time, as its twin of native promises', async () => {
    const seen = new Map<string, number>()
    const twins = fc.asyncProperty(programs, async (program) => {
      const clock = new ManualClock()
      const endsMs: number[] = []
      const outcomes = [
        new WithFutures(clock).run(program),
        new WithPromises(clock).run(program),
      ].map(async (work, side) => {
        const outcome = await outcomeOf(work)
        endsMs[side] = clock.nowMs()
        return outcome
      })
      await settle()
      while (Object.keys(endsMs).length < 2 && clock.nowMs() < MAX_MS) {
        clock.advance(1)
        await settle()
      }
      assert.equal(Object.keys(endsMs).length, 2, 'both end')
      const [ours, theirs] = await Promise.all(outcomes)
      assert.equal(ours, theirs)
      assert.equal(endsMs[0], endsMs[1])
      const way = `${program.kind} ${ours?.split(':')[0]}`
      seen.set(way, (seen.get(way) ?? 0) + 1)
    })
    await fc.assert(twins, { numRuns: 1_500, seed: 20_261_123 })
    // Not all programs may be trivial, or fail.
    const kinds = new Set([...seen.keys()].map((way) => way.split(' ')[0]))
    assert.ok(kinds.size >= 20, `only ${[...kinds].join()}`)
    assert.ok([...seen.keys()].filter((way) => way.endsWith('ready')).length >= 18)
  })
})
