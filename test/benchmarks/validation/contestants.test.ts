import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { describe, it } from 'node:test'
import { peerFile } from '../../../benchmarks/lib/peers.ts'
import { type CaseName, caseOf, expectedChecksum } from '../../../benchmarks/validation/cases.ts'
import { CONTESTANTS, loadOperations } from '../../../benchmarks/validation/contestants.ts'

describe('CONTESTANTS', () => {
  for (const { name: contestant, package: peer, cases } of CONTESTANTS) {
    const isThere = peer === undefined || existsSync(peerFile(peer))
    it(`${contestant} has the cases that it says, with the right results`, {
      skip: isThere ? false : `${peer} is not installed`,
    }, async () => {
      const operations = await loadOperations(contestant)
      assert.deepEqual(Object.keys(operations).toSorted(), cases.toSorted())
      for (const [key, operation] of Object.entries(operations)) {
        const name = key as CaseName
        for (const count of [1, 2, Math.max(3, Math.round(500 / caseOf(name).size))]) {
          const total = await operation(count)
          assert.deepEqual([name, count, total], [name, count, expectedChecksum(name, count)])
        }
      }
    })
  }
})
