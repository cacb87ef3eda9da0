import assert from 'node:assert/strict'
import { after, it } from 'node:test'
import { TestClient } from '../../../../src/testing/index.ts'
import { app } from './main.ts'

const client = new TestClient(app)
after(() => client.close())

const headers = { 'x-token': 'coneofsilence' }

it('reads an item', async () => {
  const response = await client.get('/items/foo', { headers })
  assert.equal(response.status, 200)
  assert.deepEqual(response.json(), {
    id: 'foo',
    title: 'Foo',
    description: 'There goes my hero',
  })
})

it('refuses a wrong token', async () => {
  const response = await client.get('/items/foo', { headers: { 'x-token': 'hailhydra' } })
  assert.equal(response.status, 400)
  assert.deepEqual(response.json(), { detail: 'Invalid X-Token header' })
})

it('does not find what is not there', async () => {
  const response = await client.get('/items/baz', { headers })
  assert.equal(response.status, 404)
  assert.deepEqual(response.json(), { detail: 'Item not found' })
})

it('creates an item, once', async () => {
  const json = { id: 'foobar', title: 'Foo Bar', description: 'The Foo Barters' }
  const created = await client.post('/items/', { headers, json })
  assert.equal(created.status, 200)
  assert.deepEqual(created.json(), json)
  const again = await client.post('/items/', { headers, json })
  assert.equal(again.status, 409)
  assert.deepEqual(again.json(), { detail: 'Item already exists' })
})
