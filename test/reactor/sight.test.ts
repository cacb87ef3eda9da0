import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { AppServer } from '../../src/app/index.ts'
import type { ReactorStats, Stall } from '../../src/reactor/index.ts'
import { ask, startReactors, until } from './support/reactors.ts'

describe('sight of reactors', () => {
  let server: AppServer
  const stalls: Stall[] = []

  before(async () => {
    const started = await startReactors({
      supervision: { stallThresholdMs: 50, onStall: (stall) => stalls.push(stall) },
    })
    server = started.server
  })

  after(() => server.close())

  async function stall(core: number, ms: number): Promise<void> {
    for (let attempt = 0; attempt < 1_000; attempt++) {
      if (await ask<boolean>(server, `/stall/${core}/${ms}`)) return
    }
    assert.fail(`core ${core} does not answer`)
  }

  it('names the code that keeps a reactor from making progress', async () => {
    for (const core of [0, 1]) {
      // Long enough for the first use of the debugger on a busy machine.
      await stall(core, 2_000)
      const isLong = (each: Stall): boolean => each.core === core && each.durationMs > 900
      await until(() => stalls.some(isLong))
      const found = stalls.find(isLong)
      assert.match(found?.stack ?? '', /blockTheReactor \(file:.*support\/app\.ts:\d+:\d+\)/)
    }
  })

  it('reads the numbers of every reactor on any of them', async () => {
    for (let wait = 0; wait < 100; wait++) {
      const stats = await ask<readonly ReactorStats[]>(server, '/stats')
      assert.deepEqual(
        stats.map(({ core }) => core),
        [0, 1],
      )
      // The numbers of the other core are written down every quarter of a second.
      if (stats.every((each) => each.stalls > 0 && each.idleMs > 0)) {
        for (const each of stats) {
          assert.ok(each.stallLongestMs >= 300 && each.stallTotalMs >= each.stallLongestMs)
          assert.ok(each.turns > 0 && each.heapUsedBytes > 1e6 && each.utilization <= 1)
        }
        return
      }
    }
    assert.fail('no stall was counted')
  })
})
