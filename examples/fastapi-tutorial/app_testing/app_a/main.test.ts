import assert from 'node:assert/strict'
import { after, it } from 'node:test'
import { TestClient } from '../../../../src/testing/index.ts'
import { app } from './main.ts'

const client = new TestClient(app)
after(() => client.close())

it('greets the world', async () => {
  const response = await client.get('/')
  assert.equal(response.status, 200)
  assert.deepEqual(response.json(), { msg: 'Hello World' })
})
