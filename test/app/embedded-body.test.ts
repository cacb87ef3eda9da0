import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { body, dep } from '../../src/app/index.ts'
import { OptionError } from '../../src/core/errors.ts'
import { int, nullable, object, optional, str } from '../../src/schema/index.ts'
import { locations, makeApp } from './support.ts'

const Item = object({ name: str(), size: int({ default: 1 }) }, { title: 'Item' })

describe('body, several of them', () => {
  const { app, client } = makeApp()
  app.post('/two', { in: { item: body(Item), count: body(int()) } }, (inputs) => inputs)
  app.post(
    '/optional',
    { in: { note: body(optional(str())), tag: body(nullable(str(), { default: null })) } },
    (inputs) => inputs,
  )
  app.post('/one', { in: { item: body(Item, { embed: true }) } }, ({ item }) => item)
  const name = dep({ item: body(Item) }, ({ item }) => item.name)
  app.post('/shared', { in: { item: body(Item), name, count: body(int()) } }, (inputs) => inputs)
  app.post('/guarded', { in: { item: body(Item), name } }, (inputs) => inputs)

  it('are keys of one object', async () => {
    const response = await client.post('/two', { json: { item: { name: 'a' }, count: 2, x: 1 } })
    assert.deepEqual(response.json(), { item: { name: 'a', size: 1 }, count: 2 })
  })

  it('report what is wrong under their keys', async () => {
    const wrong = { item: { size: 'x' }, count: true }
    assert.deepEqual(locations(await client.post('/two', { json: wrong })), [
      'missing body.item.name',
      'int_type body.item.size',
      'int_type body.count',
    ])
    assert.deepEqual(locations(await client.post('/two', { json: { item: { name: 'a' } } })), [
      'missing body.count',
    ])
  })

  for (const json of [undefined, [], null, 'text', {}]) {
    it(`are missing one by one from ${JSON.stringify(json) ?? 'no body'}`, async () => {
      const response = await client.post('/two', json === undefined ? {} : { json })
      const missing = { type: 'missing', msg: 'Field required', input: null }
      assert.deepEqual(response.json(), {
        detail: [
          { ...missing, loc: ['body', 'item'] },
          { ...missing, loc: ['body', 'count'] },
        ],
      })
    })
  }

  it('may be absent, or have defaults', async () => {
    assert.deepEqual((await client.post('/optional')).json(), { tag: null })
    assert.deepEqual((await client.post('/optional', { json: { note: 'a' } })).json(), {
      note: 'a',
      tag: null,
    })
  })

  it('take no key from the prototype', async () => {
    const bytes = '{"__proto__":{"item":{"name":"a"},"count":1}}'
    const headers = { 'content-type': 'application/json' }
    assert.equal((await client.post('/two', { body: bytes, headers })).status, 422)
  })

  it('need the content type of JSON, and JSON', async () => {
    assert.equal((await client.post('/two', { body: '{}' })).status, 415)
    const headers = { 'content-type': 'application/json' }
    const broken = await client.post('/two', { body: '{"item":', headers })
    assert.deepEqual(locations(broken), ['json_invalid body.8'])
  })

  it('are shared with dependencies that ask for the same', async () => {
    const json = { item: { name: 'a' }, count: 3 }
    assert.deepEqual((await client.post('/shared', { json })).json(), {
      item: { name: 'a', size: 1 },
      name: 'a',
      count: 3,
    })
    const alone = await client.post('/guarded', { json: { name: 'a' } })
    assert.deepEqual(alone.json(), { item: { name: 'a', size: 1 }, name: 'a' })
  })

  it('are an object, too, where the only one is embedded', async () => {
    const response = await client.post('/one', { json: { item: { name: 'a' } } })
    assert.deepEqual(response.json(), { name: 'a', size: 1 })
    assert.deepEqual(locations(await client.post('/one', { json: { name: 'a' } })), [
      'missing body.item',
    ])
  })

  it('are one component in OpenAPI', async () => {
    const document = (await client.get('/openapi.json')).json<{
      components: { schemas: Record<string, unknown> }
    }>()
    assert.deepEqual(document.components.schemas['Body_post_two'], {
      properties: {
        item: { $ref: '#/components/schemas/Item' },
        count: { type: 'integer', title: 'Count' },
      },
      type: 'object',
      required: ['item', 'count'],
      title: 'Body_post_two',
    })
  })

  it('refuse options that do not exist', () => {
    assert.throws(() => body(Item, { embedded: true } as never), OptionError)
    assert.throws(() => body(Item, { embed: 'yes' } as never), OptionError)
  })
})
