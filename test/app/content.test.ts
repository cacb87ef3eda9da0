import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { brotliCompressSync, gunzipSync, gzipSync } from 'node:zlib'
import { App, type AppOptions, body, reply, request } from '../../src/app/index.ts'
import { OptionError } from '../../src/core/errors.ts'
import { checkPreconditions, HttpError, staticFiles } from '../../src/http/index.ts'
import { array, object, str } from '../../src/schema/index.ts'
import { TestClient } from '../../src/testing/index.ts'
import { LETTERS, makeSite, PAGE, type Site } from '../http/static/site.ts'

const LIST = Array.from({ length: 100 }, (_, id) => ({ id, name: `Item ${id}` }))
const HTML = { accept: 'text/html' }

describe('App.static', () => {
  let site: Site
  let client: TestClient
  before(() => {
    site = makeSite()
    const app = new App()
    app.get('/assets/letters.txt', () => 'a route')
    app.get('/api/items', () => LIST)
    app.static('/assets', site.root, { maxAgeSeconds: 60 })
    app.static('/', site.root, { fallback: 'index.html' })
    app.onError(HttpError, (error) => {
      throw new HttpError(error.status, `mine: ${error.status}`, error.headers)
    })
    client = new TestClient(app)
  })
  after(async () => {
    await client.close()
    site.remove()
  })

  it('serves files below its prefix', async () => {
    const response = await client.get('/assets/docs/a%20b.txt')
    assert.deepEqual([response.status, response.text], [200, 'blank'])
    assert.equal(response.headers.get('cache-control'), 'public, max-age=60')
  })

  it('leaves routes their paths', async () => {
    assert.equal((await client.get('/assets/letters.txt')).text, '"a route"')
    assert.equal((await client.get('/letters.txt')).text, LETTERS)
    assert.equal((await client.get('/api/items')).status, 200)
  })

  it('serves the index of the root, of a mount and of a folder', async () => {
    assert.equal((await client.get('/')).text, PAGE)
    assert.equal((await client.get('/assets/')).text, PAGE)
    const redirect = await client.get('/assets')
    assert.deepEqual([redirect.status, redirect.headers.get('location')], [301, '/assets/'])
  })

  it('answers HEAD, ranges and conditions', async () => {
    const head = await client.head('/letters.txt')
    assert.deepEqual([head.status, head.text, head.headers.get('content-length')], [200, '', '26'])
    const part = await client.get('/letters.txt', { headers: { range: 'bytes=-2' } })
    assert.deepEqual([part.status, part.text], [206, 'yz'])
    const etag = head.headers.get('etag') ?? ''
    const same = await client.get('/letters.txt', { headers: { 'if-none-match': etag } })
    assert.equal(same.status, 304)
  })

  it('falls back to its page for what a browser goes to, and for nothing else', async () => {
    assert.equal((await client.get('/users/7', { headers: HTML })).text, PAGE)
    assert.equal((await client.get('/users/7')).status, 404)
  })

  it('lets the handlers of the app answer what is not there, or not allowed', async () => {
    const missing = await client.get('/assets/none.txt')
    assert.deepEqual([missing.status, missing.text], [404, '{"detail":"mine: 404"}'])
    const denied = await client.post('/assets/docs/index.html')
    assert.deepEqual([denied.status, denied.headers.get('allow')], [405, 'GET, HEAD'])
  })

  it('is not in the OpenAPI document', async () => {
    const { paths } = (await client.get('/openapi.json')).json<{ paths: object }>()
    assert.deepEqual(Object.keys(paths), ['/assets/letters.txt', '/api/items'])
  })

  it('refuses what cannot be served, and an app that has started', async () => {
    const app = new App()
    assert.throws(() => app.static('assets', site.root), OptionError)
    assert.throws(() => app.static('/{id}', site.root), OptionError)
    assert.throws(() => app.static('/', `${site.root}/none`), OptionError)
    assert.throws(() => app.static('/', site.root, { prefix: '/x' } as never), OptionError)
    await app.start()
    assert.throws(() => app.static('/', site.root), { code: 'APP_STATE' })
    await app.stop()
  })

  it('is a handler that a route with guards can call, too', async () => {
    const files = staticFiles(site.root, { prefix: '/private' })
    const app = new App()
    app.get('/private/{path:path}', { in: { request: request() } }, ({ request }) => {
      if (request.header('authorization') === undefined) throw new HttpError(401)
      return files(request)
    })
    const guarded = new TestClient(app)
    assert.equal((await guarded.get('/private/letters.txt')).status, 401)
    const headers = { authorization: 'x' }
    assert.equal((await guarded.get('/private/letters.txt', { headers })).text, LETTERS)
    await guarded.close()
  })
})

describe('App options for content', () => {
  function client(options: AppOptions): TestClient {
    const app = new App(options)
    app.get('/items', () => LIST)
    app.post('/items', { in: { data: body(array(object({ name: str() }))) } }, ({ data }) => {
      return { count: data.length }
    })
    app.put('/items/1', { in: { request: request() } }, ({ request }) => {
      return checkPreconditions(request, { etag: '"v2"' }) ?? reply(200, 'done')
    })
    return new TestClient(app)
  }

  it('compresses', async () => {
    const app = client({ compression: true })
    const response = await app.get('/items', { headers: { 'accept-encoding': 'gzip' } })
    assert.equal(response.headers.get('content-encoding'), 'gzip')
    assert.equal(gunzipSync(response.bytes).toString(), JSON.stringify(LIST))
    await app.close()
  })

  it('answers conditional requests, compressed or not', async () => {
    const app = client({ conditional: true, compression: { encodings: ['gzip'] } })
    const first = await app.get('/items', { headers: { 'accept-encoding': 'gzip' } })
    const headers = { 'if-none-match': first.headers.get('etag') ?? '', 'accept-encoding': 'gzip' }
    const second = await app.get('/items', { headers })
    assert.deepEqual([first.status, second.status, second.text], [200, 304, ''])
    await app.close()
  })

  it('checks conditions where a handler asks for it', async () => {
    const app = client({})
    const put = (etag: string) => app.put('/items/1', { headers: { 'if-match': etag } })
    assert.equal((await put('"v1"')).status, 412)
    assert.equal((await put('"v2"')).status, 200)
    await app.close()
  })

  it('decompresses bodies', async () => {
    const app = client({ decompression: true })
    const headers = (coding: string) => ({
      'content-encoding': coding,
      'content-type': 'application/json',
    })
    const text = JSON.stringify(LIST)
    const good = await app.post('/items', {
      headers: headers('br'),
      body: brotliCompressSync(text),
    })
    assert.deepEqual(good.json(), { count: 100 })
    const bad = await app.post('/items', { headers: headers('br'), body: gzipSync(text) })
    assert.equal(bad.status, 400)
    const other = await app.post('/items', { headers: headers('lzma'), body: text })
    assert.equal(other.status, 415)
    await app.close()
  })

  it('limits what comes out of a body', async () => {
    const app = client({ decompression: true })
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' }
    const bomb = gzipSync(JSON.stringify('x'.repeat(2_000_000)))
    assert.equal((await app.post('/items', { headers, body: bomb })).status, 413)
    await app.close()
  })

  it('does nothing unless it is told to', async () => {
    const app = client({ compression: false, conditional: false, decompression: false })
    const headers = { 'accept-encoding': 'gzip', 'if-none-match': '*' }
    const response = await app.get('/items', { headers })
    assert.equal(response.status, 200)
    assert.deepEqual([...response.headers.keys()].toSorted(), ['content-length', 'content-type'])
    await app.close()
  })

  it('refuses what cannot be meant', () => {
    assert.throws(() => new App({ compression: 'gzip' as never }), OptionError)
    assert.throws(() => new App({ compression: { encodings: ['x' as 'br'] } }), OptionError)
    assert.throws(() => new App({ conditional: { etag: 'x' as 'weak' } }), OptionError)
    assert.throws(() => new App({ decompression: { maxRatio: 0 } }), OptionError)
  })
})
