import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { App, manifestRoute } from '../../src/app/index.ts'
import { client, isError } from '../../src/client/index.ts'
import { Future } from '../../src/future/index.ts'
import { TestClient } from '../../src/testing/index.ts'
import { api } from './api.ts'

const app = new App()
app.include(api)
app.include(manifestRoute(api))
const test = new TestClient(app)
const shop = client<typeof api>('', { fetch: test.fetch })

describe('client', () => {
  after(() => test.close())

  it('puts arguments into path, query and headers', async () => {
    const item = await shop.items.read({ id: 7, tags: ['a', 'b&c'], userAgent: 'me' })
    assert.deepEqual(item, { id: 7, name: 'a+b&c+me', soldAt: '1970-01-01T00:00:00Z' })
  })

  it('may be chained as futures are', async () => {
    const names = shop.items
      .read({ id: 7, userAgent: 'me' })
      .result()
      .then(({ name }) => name)
    assert.ok(names instanceof Future)
    assert.equal(await names, 'me')
  })

  it('sends a JSON body, whole or by keys', async () => {
    const item = { id: 1, name: 'tea' }
    assert.deepEqual(await shop.items.create({ item }), item)
    const replaced = await shop.items.replace({ id: 2, item, reason: 'cold' })
    assert.deepEqual(replaced, { id: 2, name: 'cold' })
  })

  it('fails with the status and the body of what is no success', async () => {
    await assert.rejects(
      async () => await shop.items.read({ id: 404, userAgent: 'me' }),
      (error) => {
        assert.ok(isError(shop.items.read, error, 404))
        assert.equal(error.body.detail, 'no such item')
        assert.equal(error.code, 'CLIENT_STATUS')
        assert.match(error.message, /^GET \/items\/404 answered 404: \{"detail":"no such item"\}$/)
        return true
      },
    )
  })

  it('gives every declared answer by its status', async () => {
    const answer = await shop.items.read({ id: 404, userAgent: 'me' }).answer()
    assert.equal(answer.status, 404)
    if (answer.status === 404) assert.equal(answer.body.detail, 'no such item')
  })

  it('gives the issues of refused arguments', async () => {
    const answer = await shop.items.read({ id: 1.5, userAgent: 'me' }).answer()
    assert.equal(answer.status, 422)
    if (answer.status === 422) assert.deepEqual(answer.body.detail[0]?.loc, ['path', 'id'])
  })

  it('reads a stream of lines, with inputs of dependencies', async () => {
    const ids: number[] = []
    for await (const { id } of shop.items.list({}, { query: { offset: 5 } }).lines()) ids.push(id)
    assert.deepEqual(ids, [5, 6, 7])
  })

  it('reads a stream of events', async () => {
    const seen: unknown[] = []
    for await (const { event, data, id } of shop.items.watch()) seen.push([event, data.name, id])
    assert.deepEqual(seen, [
      ['item', 'item 1', '1'],
      ['item', 'item 2', '2'],
      ['item', 'item 3', '3'],
    ])
  })

  it('fills in forms and uploads files', async () => {
    assert.deepEqual(await shop.login({ user: 'ann', code: 3 }), { user: 'ann', code: 3 })
    const picture = new File(['12345'], 'cat.png', { type: 'image/png' })
    const sent = await shop.upload({ title: 'a', picture, others: [new Uint8Array(3)] })
    assert.deepEqual(sent, { title: 'a', picture: ['cat.png', 5], others: [3] })
  })

  it('sends bytes and gives the response unread', async () => {
    const response = await shop.echo({ rest: 'a b/c', data: Uint8Array.of(1, 2, 255) }).response()
    assert.equal(response.headers.get('x-rest'), 'a b/c')
    assert.deepEqual([...new Uint8Array(await response.arrayBuffer())], [1, 2, 255])
  })

  it('sends cookies', async () => {
    assert.deepEqual(await shop.session({ token: 'abc' }), { token: 'abc' })
  })
})
