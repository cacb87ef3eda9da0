import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { app as cleanupApp } from '../../examples/fastapi-tutorial/dependencies/tutorial007.ts'
import { app as chainApp } from '../../examples/fastapi-tutorial/dependencies/tutorial008.ts'
import { app as disposalApp } from '../../examples/fastapi-tutorial/dependencies/tutorial010.ts'
import { app as clientApp } from '../../examples/fastapi-tutorial/generate_clients/tutorial004.ts'
import {
  settings,
  app as settingsApp,
} from '../../examples/fastapi-tutorial/settings/app02/main.ts'
import { TestClient } from '../../src/testing/index.ts'

/** Programs that FastAPI's tests look into, rather than ask: what counts is tested here. */
describe('fragments of the FastAPI tutorial', () => {
  it('dependencies/tutorial007 has a session that is open while the handler runs', async () => {
    const client = new TestClient(cleanupApp)
    assert.deepEqual((await client.get('/')).json(), { isOpen: true })
    await client.close()
  })

  it('dependencies/tutorial008 closes what depends on another first', async () => {
    const client = new TestClient(chainApp)
    assert.deepEqual((await client.get('/')).json(), { c: 'c of b of a' })
    assert.deepEqual((await client.get('/log')).json(), [
      'open a',
      'open b of a',
      'open c of b of a',
      'close c of b of a',
      'close b of a',
      'close a',
    ])
    await client.close()
  })

  it('dependencies/tutorial010 disposes of its session after the response', async () => {
    const client = new TestClient(disposalApp)
    assert.deepEqual((await client.get('/')).json(), { isOpen: true })
    assert.equal((await client.get('/open')).json(), 0)
    await client.close()
  })

  it('generate_clients/tutorial004 takes the tag from the operation ids', async () => {
    const client = new TestClient(clientApp)
    const { paths } = (await client.get('/openapi.json')).json<{
      paths: Record<string, Record<string, { operationId: string }>>
    }>()
    const operations = Object.values(paths).flatMap((path) => Object.values(path))
    const ids = operations.map(({ operationId }) => operationId)
    assert.deepEqual(ids.toSorted(), ['createItem', 'createUser', 'getItems'])
    await client.close()
  })
})

describe('settings/app02 of the FastAPI tutorial', () => {
  let client: TestClient
  before(() => {
    process.env['ADMIN_EMAIL'] = 'admin@example.com'
    client = new TestClient(settingsApp)
  })
  after(() => client.close())

  it('takes the settings of a test', async () => {
    const fake = {
      app_name: 'Awesome API',
      admin_email: 'testing_admin@example.com',
      items_per_user: 50,
    }
    settingsApp.override(settings, fake)
    assert.deepEqual((await client.get('/info')).json(), fake)
  })
})
