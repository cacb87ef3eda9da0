import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { AppServer, Distribution } from '../../src/app/index.ts'
import { detectFeatures } from '../../src/reactor/supervision/features.ts'
import { Load } from './support/load.ts'
import { askCore, generations, isServing, startReactors, until } from './support/reactors.ts'

const features = await detectFeatures()

/** Runs `use` under constant load: four clients that keep their connection, four that do not. */
async function underLoad(
  server: AppServer,
  target: { port: number } | { path: string },
  use: (load: Load) => Promise<void>,
): Promise<Load['report']> {
  const load = new Load(target, 4)
  try {
    await load.answers(50)
    await use(load)
    await load.answers(50)
  } finally {
    await load.stop()
    await server.close()
  }
  return load.report
}

const distributions: Distribution[] = features.movesHandles
  ? ['reuse-port', 'transfer', 'cluster']
  : ['reuse-port', 'cluster']

for (const distribution of distributions) {
  describe(`reactors under load, ${distribution}`, () => {
    // Without listeners that can be moved, connections of the old one's queue are reset.
    const isExact = features.movesHandles || distribution === 'cluster'
    const skip = isExact ? false : 'this Node cannot move listening sockets'

    const restarts = distribution === 'reuse-port' ? 10 : 3

    it(`lose no request in ${restarts} rolling restarts`, { skip }, async () => {
      const { server, exits } = await startReactors({ distribution })
      const { answered, lost } = await underLoad(server, { port: server.port }, async (load) => {
        for (let restart = 0; restart < restarts; restart++) {
          await server.reload()
          await load.answers(20)
        }
      })
      assert.deepEqual(generations(server), [restarts, restarts])
      assert.deepEqual(lost, [])
      assert.ok(answered >= 100)
      assert.deepEqual(exits, [])
    })

    const deaths = distribution === 'reuse-port' ? 10 : 4

    it(`lose nothing but what is in a dying reactor, in ${deaths} deaths`, async () => {
      const { server, exits } = await startReactors({ distribution })
      const strangers: unknown[] = []
      const { lost } = await underLoad(server, { port: server.port }, async (load) => {
        for (let death = 0; death < deaths; death++) {
          const core = death % 2
          const before = load.report.lost.length
          await askCore(server, core, '/throw')
          await until(() => exits.length > death && isServing(server))
          await load.answers(20)
          const since = load.report.lost.slice(before)
          strangers.push(...since.filter((each) => each.core !== undefined && each.core !== core))
        }
      })
      assert.deepEqual(strangers, [])
      assert.deepEqual(
        lost.filter(({ why }) => why === 'ECONNREFUSED'),
        [],
      )
      // Each client waits for one answer at a time.
      assert.ok(lost.length <= deaths * 8, `${lost.length} lost`)
    })
  })
}

describe('reactors on a Unix socket', () => {
  it('serves a Unix socket, restarts included', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'fasterapi-'))
    const path = join(folder, 'app.sock')
    const { server } = await startReactors({ path })
    assert.equal(server.url, `unix:${path}`)
    const { lost, answered } = await underLoad(server, { path }, () => server.reload().toPromise())
    assert.deepEqual(lost, [])
    assert.ok(answered >= 100)
    rmSync(folder, { recursive: true })
  })
})
