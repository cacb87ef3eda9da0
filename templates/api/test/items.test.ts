import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { TestClient } from 'fasterapi/testing'
import { app } from '../src/app.ts'
import { store } from '../src/dependencies.ts'
import { MemoryItemStore } from '../src/items/store.ts'

describe('items', () => {
  let client: TestClient
  const memory = new MemoryItemStore()

  before(() => {
    app.override(store, memory)
    client = new TestClient(app)
  })
  beforeEach(async () => {
    for (const { id } of await memory.list(100)) await memory.remove(id)
  })
  after(() => client.close())

  it('creates, reads and deletes an item', async () => {
    const created = await client.post('/items', { json: { name: 'Tea', price: 450 } })
    assert.equal(created.status, 201)
    const item = created.json() as { id: number }
    assert.deepEqual((await client.get(`/items/${item.id}`)).json(), {
      id: item.id,
      name: 'Tea',
      price: 450,
    })
    assert.equal((await client.delete(`/items/${item.id}`)).status, 204)
    assert.equal((await client.get(`/items/${item.id}`)).status, 404)
  })

  it('lists no more items than asked for', async () => {
    for (const name of ['Tea', 'Coffee', 'Cocoa']) await memory.add({ name, price: 100 })
    const listed = (await client.get('/items?limit=2')).json() as unknown[]
    assert.equal(listed.length, 2)
  })

  it('refuses an item without a name', async () => {
    const refused = await client.post('/items', { json: { name: '', price: 450 } })
    assert.equal(refused.status, 422)
  })

  it('says that it is well', async () => {
    assert.deepEqual((await client.get('/health')).json(), { status: 'ok' })
  })
})
