import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { caseOf, expectedChecksum, type MeasuredName } from '../../../benchmarks/futures/cases.ts'
import {
  CONTESTANTS,
  FASTERAPI,
  type FuturesContestant,
  loadOperations,
} from '../../../benchmarks/futures/contestants.ts'
import { peerFile } from '../../../benchmarks/lib/peers.ts'
import { debug } from '../../../src/core/debug.ts'

function reasonToSkip(contestant: FuturesContestant): string | false {
  if (contestant.name === FASTERAPI && debug.enabled)
    return 'in debug mode nothing is ready at once'
  const { package: name } = contestant
  return name !== undefined && !existsSync(peerFile(name)) ? `${name} is not installed` : false
}

/** Few, many, and a number that leaves a rest in the cases with 100 at a time. */
function counts(name: MeasuredName): number[] {
  return [1, 2, Math.max(3, Math.round(2_345 / caseOf(name).size))]
}

describe('CONTESTANTS', () => {
  for (const contestant of CONTESTANTS) {
    const skip = reasonToSkip(contestant)
    it(`${contestant.name} has the cases that it says, with the right results`, {
      skip,
    }, async () => {
      const operations = await loadOperations(contestant)
      for (const name of contestant.cases) assert.ok(operations[name], name)
      for (const [key, operation] of Object.entries(operations)) {
        const name = key as MeasuredName
        for (const count of counts(name)) {
          const total = await operation(count)
          assert.deepEqual([name, count, total], [name, count, expectedChecksum(name, count)])
        }
      }
    })
  }
})

describe('expectedChecksum', () => {
  it('differs between cases and counts, so that no work can stand for other work', () => {
    assert.equal(expectedChecksum('ready chain of 1', 1), 1)
    assert.equal(expectedChecksum('ready chain of 3', 1), (0 + 1 + 2) ^ 3)
    assert.equal(expectedChecksum('pipeline of 5 stages', 1), (((0 + 1 + 2) ^ 3) + 4) ^ 5)
    assert.equal(expectedChecksum('all of 10 pending', 2), 10 + 12)
    assert.equal(expectedChecksum('map of 1,000 async, 10 at a time', 2), 1_001 + 1_002)
  })
})
