import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { App, dep } from '../../src/app/index.ts'
import { TestClient } from '../../src/testing/index.ts'
import { ask } from './support/reactors.ts'
import { sharedApp } from './support/shared-app.ts'

const module = new URL('support/shared-entry.ts', import.meta.url)

describe('dependencies of scope app', () => {
  for (const distribution of ['reuse-port', 'cluster'] as const) {
    it(`are made once, copied to all reactors, and ended after them: ${distribution}`, async () => {
      const log: string[] = []
      const server = await sharedApp(log).listen({ port: 0, reactors: 2, module, distribution })
      assert.deepEqual(log, ['made'])
      for (let request = 0; request < 10; request++) {
        assert.deepEqual(await ask(server, '/config'), { a: 1, madeHere: [] })
      }
      await server.reload()
      assert.deepEqual(await ask(server, '/config'), { a: 1, madeHere: [] })
      await server.close()
      assert.deepEqual(log, ['made', 'ended'])
    })
  }

  it('are made and ended around the core ones without reactors', async () => {
    const log: string[] = []
    const client = new TestClient(sharedApp(log))
    assert.deepEqual((await client.get('/config')).json(), { a: 1, madeHere: ['made'] })
    await client.close()
    assert.deepEqual(log, ['made', 'ended'])
  })

  it('are ended when their value cannot be copied, or no reactor starts', async () => {
    const log: string[] = []
    await assert.rejects(
      sharedApp(log, () => 'a function')
        .listen({ port: 0, reactors: 2, module })
        .toPromise(),
      { code: 'APP_DEPENDENCY', message: /app dependency config cannot be copied/ },
    )
    assert.deepEqual(log, ['made', 'ended'])
    const missing = new URL('support/missing.ts', import.meta.url)
    await assert.rejects(
      sharedApp(log).listen({ port: 0, reactors: 2, module: missing }).toPromise(),
      { code: 'REACTOR_START', message: /missing\.ts/ },
    )
    assert.deepEqual(log, ['made', 'ended', 'made', 'ended'])
  })

  it('that the supervisor does not have fail the start of the reactors', async () => {
    await assert.rejects(new App().listen({ port: 0, reactors: 2, module }).toPromise(), {
      code: 'REACTOR_START',
      message: /app dependency config is not there/,
    })
  })

  it('cannot need what each reactor or request has of its own', async () => {
    const perCore = dep({ scope: 'core' }, () => 1)
    const perRequest = dep(() => 1)
    for (const needed of [perCore, perRequest]) {
      const app = new App()
      const config = dep({ scope: 'app', in: { needed } }, () => 2)
      app.get('/', { in: { config } }, ({ config }) => config)
      await assert.rejects(app.start().toPromise(), { code: 'APP_ROUTE' })
      await assert.rejects(app.listen({ reactors: 2, port: 0, module }).toPromise(), {
        code: 'APP_ROUTE',
      })
    }
  })
})
