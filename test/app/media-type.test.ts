import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { describe, it } from 'node:test'
import { App, reply } from '../../src/app/index.ts'
import { object, str } from '../../src/schema/index.ts'
import { TestClient } from '../../src/testing/index.ts'

const bytes = new TextEncoder().encode('bytes')

const app = new App()
app.get('/page', { mediaType: 'text/html' }, () => '<h1>Hi</h1>')
app.get('/latin', { mediaType: 'text/html; charset=latin1' }, () => bytes)
app.get('/image', { mediaType: 'image/png' }, () => Readable.from([bytes, bytes]))
app.get('/lines', { mediaType: 'text/csv' }, function* () {
  yield 'id,name\n'
  yield '1,Ann\n'
})
app.get('/problem', { mediaType: 'application/problem+json' }, () => ({ title: 'None' }))
app.get('/name', { mediaType: 'text/plain', out: { 200: str({ maxLength: 3 }) } }, () => 'A"b')
app.get(
  '/items',
  { mediaType: 'application/x-ndjson', out: { 200: object({ id: str() }) } },
  function* () {
    yield { id: '1', secret: 'x' }
  },
)
app.get('/reply', { mediaType: 'text/html' }, () => reply(404, { detail: 'none' }))
app.get(
  '/web',
  { mediaType: 'text/html' },
  () => new Response('x', { headers: { 'content-type': 'a/b' } }),
)
app.get('/nothing', { mediaType: 'text/html', status: 204 }, () => undefined)

const client = new TestClient(app)

describe('mediaType', () => {
  const cases = [
    ['/page', 'text/html; charset=utf-8', '<h1>Hi</h1>'],
    ['/latin', 'text/html; charset=latin1', 'bytes'],
    ['/image', 'image/png', 'bytesbytes'],
    ['/lines', 'text/csv; charset=utf-8', 'id,name\n1,Ann\n'],
    ['/problem', 'application/problem+json', '{"title":"None"}'],
    ['/name', 'text/plain; charset=utf-8', 'A"b'],
    ['/items', 'application/x-ndjson', '{"id":"1"}\n'],
    ['/reply', 'application/json', '{"detail":"none"}'],
    ['/web', 'a/b', 'x'],
  ] as const
  for (const [path, type, text] of cases) {
    it(`sends ${path} as ${type}`, async () => {
      const response = await client.get(path)
      assert.deepEqual([response.headers.get('content-type'), response.text], [type, text])
    })
  }

  it('leaves a response without a body alone', async () => {
    const response = await client.get('/nothing')
    assert.deepEqual([response.status, response.headers.get('content-type')], [204, null])
  })

  it('keeps back a text that does not fit what is declared', async () => {
    const strict = new App({ logError: () => undefined })
    const out = { 200: str({ maxLength: 3 }) }
    strict.get('/long', { mediaType: 'text/plain', out }, () => 'too long')
    assert.equal((await new TestClient(strict).get('/long')).status, 500)
  })
})
