import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { reply } from '../../src/app/index.ts'
import { Future, sleep } from '../../src/future/index.ts'
import { HttpError, HttpResponse } from '../../src/http/index.ts'
import { array, int, object, optional, str } from '../../src/schema/index.ts'
import { makeApp } from './support.ts'

const User = object({ id: int(), name: str(), note: optional(str()) })
const row = { id: 1, name: 'Jane', secret: 'x' }

describe('out', () => {
  const { app, client, logged } = makeApp()
  const Problem = object({ detail: str() })
  app.get('/plain', { out: { 200: User } }, () => row)
  app.get('/future', { out: { 200: User } }, () => Future.ready(row))
  app.get('/pending', { out: { 200: array(User) } }, () => sleep(1).then(() => [row]))
  app.get('/async', { out: { 200: User } }, async () => row)
  app.get('/reply', { out: { 200: User, 404: Problem } }, () =>
    reply(404, { detail: 'none', trace: 'x' }, { headers: { 'x-a': ['1', '2'] } }),
  )
  app.post('/created', { out: { 201: User } }, () => row)
  app.delete('/gone', { out: { 204: null } }, () => undefined)
  app.get('/bad', { out: { 200: array(User) } }, () => [row, { ...row, id: 'x' as never }])
  app.get('/undeclared', { out: { 200: User } }, () => reply(409, row) as never)
  app.get('/raw', { out: { 200: User } }, () => new HttpResponse(202, 'raw', 'text/plain'))

  it('filters what is sent, in every style of handler', async () => {
    for (const path of ['/plain', '/future', '/async']) {
      const response = await client.get(path)
      assert.equal(response.text, '{"id":1,"name":"Jane"}', path)
      assert.equal(response.headers.get('content-type'), 'application/json')
    }
    assert.equal((await client.get('/pending')).text, '[{"id":1,"name":"Jane"}]')
  })

  it('filters replies by their status', async () => {
    const response = await client.get('/reply')
    assert.equal(response.status, 404)
    assert.equal(response.text, '{"detail":"none"}')
    assert.equal(response.headers.get('x-a'), '1, 2')
  })

  it('gives plain results the success status', async () => {
    assert.equal((await client.post('/created')).status, 201)
    const gone = await client.delete('/gone')
    assert.deepEqual([gone.status, gone.text], [204, ''])
  })

  it('never sends what does not fit, and logs where it does not', async () => {
    logged.length = 0
    const response = await client.get('/bad')
    assert.equal(response.status, 500)
    assert.equal(response.text, '{"detail":"Internal Server Error"}')
    assert.equal(logged.length, 1)
    assert.match(String(logged[0]), /GET \/bad.* status 200 .*1\.id: is not an integer/)
    assert.equal((await client.get('/undeclared')).status, 500)
    assert.match(String(logged[1]), /status 409 is not declared/)
  })

  it('lets a whole response pass', async () => {
    const response = await client.get('/raw')
    assert.deepEqual([response.status, response.text], [202, 'raw'])
  })
})

describe('results without out', () => {
  const { app, client, logged } = makeApp()
  app.get('/undefined', () => undefined)
  app.get('/text', () => 'a"b')
  app.get('/bytes', () => Buffer.from('abc'))
  app.get('/html', () => reply(200, '<p>', { headers: { 'Content-Type': 'text/html' } }))
  app.get('/status', { status: 202 }, () => ({ ok: true }))
  app.get('/none', { status: 204 }, () => undefined)
  app.get('/empty', () => reply(304))
  app.get('/cycle', () => {
    const value: Record<string, unknown> = {}
    value['self'] = value
    return value
  })
  app.get('/function', () => () => 1)

  it('are JSON, except bytes and texts with a content type', async () => {
    assert.equal((await client.get('/undefined')).text, 'null')
    assert.equal((await client.get('/text')).text, '"a\\"b"')
    const bytes = await client.get('/bytes')
    assert.equal(bytes.text, 'abc')
    assert.equal(bytes.headers.get('content-type'), 'application/octet-stream')
    const html = await client.get('/html')
    assert.equal(html.text, '<p>')
    assert.equal(html.headers.get('content-type'), 'text/html')
  })

  it('have the status of the route', async () => {
    assert.equal((await client.get('/status')).status, 202)
    assert.deepEqual((await client.get('/none')).text, '')
    assert.equal((await client.get('/empty')).status, 304)
  })

  it('are a 500 if they are no JSON', async () => {
    assert.equal((await client.get('/cycle')).status, 500)
    assert.equal((await client.get('/function')).status, 500)
    assert.match(String(logged[0]), /GET \/cycle: the result is not JSON/)
  })

  it('are refused as replies with an impossible status or option', () => {
    assert.throws(() => reply(99), { code: 'CORE_OPTION' })
    assert.throws(() => reply(200, 1, { header: {} } as never), { code: 'CORE_OPTION' })
  })
})

describe('failures', () => {
  class NotThere extends Error {}
  class GoneForGood extends NotThere {}
  const { app, client, logged } = makeApp()
  app.get('/http', () => {
    throw new HttpError(409, { reason: 'taken' }, { 'retry-after': '1' })
  })
  app.get('/http-unwritable', () => {
    throw new HttpError(409, { count: 1n })
  })
  app.get('/http-future', () => Future.failed(new HttpError(404, 'no such thing')))
  app.get('/unknown', async () => {
    throw new Error('secret words')
  })
  app.get('/thrown-text', () => {
    // oxlint-disable-next-line typescript/only-throw-error -- handlers of others may do it
    throw 'text'
  })
  app.get('/mapped/{kind}', ({ kind }) => {
    throw kind === 'gone' ? new GoneForGood('x') : new NotThere('x')
  })
  app.get('/broken', () => {
    throw new RangeError('x')
  })
  app.get('/passed-on', () => {
    throw new SyntaxError('x')
  })
  app.post('/only-post', () => 1)
  app.onError(NotThere, (error, { path }) => reply(404, { path, why: error.message }))
  app.onError(RangeError, () => {
    throw new Error('the handler itself failed')
  })
  app.onError(SyntaxError, async () => {
    throw new HttpError(400, 'not readable')
  })

  it('with a status answer with it', async () => {
    const response = await client.get('/http')
    assert.equal(response.status, 409)
    assert.deepEqual(response.json(), { detail: { reason: 'taken' } })
    assert.equal(response.headers.get('retry-after'), '1')
    assert.deepEqual((await client.get('/http-future')).json(), { detail: 'no such thing' })
  })

  it('with a detail that is no JSON are a 500', async () => {
    logged.length = 0
    assert.equal((await client.get('/http-unwritable')).status, 500)
    assert.match(String(logged), /BigInt/)
  })

  it('of other kinds are a plain 500, logged once', async () => {
    logged.length = 0
    for (const path of ['/unknown', '/thrown-text']) {
      const response = await client.get(path)
      assert.equal(response.status, 500)
      assert.equal(response.text, '{"detail":"Internal Server Error"}')
    }
    assert.deepEqual(logged.map(String), ['Error: secret words', 'text'])
  })

  it('go to the handler of their class or of the nearest class above', async () => {
    const response = await client.get('/mapped/gone')
    assert.equal(response.status, 404)
    assert.deepEqual(response.json(), { path: '/mapped/gone', why: 'x' })
    assert.equal((await client.get('/mapped/other')).status, 404)
  })

  it('of an error handler are answered as if there were none', async () => {
    logged.length = 0
    assert.equal((await client.get('/broken')).status, 500)
    assert.deepEqual(logged.map(String), ['Error: the handler itself failed'])
    assert.equal((await client.get('/passed-on')).status, 400)
  })

  it('of routing are what FastAPI says', async () => {
    const missing = await client.get('/nowhere')
    assert.deepEqual([missing.status, missing.json()], [404, { detail: 'Not Found' }])
    const wrong = await client.get('/only-post')
    assert.deepEqual([wrong.status, wrong.json()], [405, { detail: 'Method Not Allowed' }])
    assert.equal(wrong.headers.get('allow'), 'POST')
  })

  it('have one handler a class', () => {
    const { app: other } = makeApp()
    other.onError(Error, () => 1)
    assert.throws(() => other.onError(Error, () => 2), { code: 'CORE_OPTION' })
    assert.throws(() => other.onError('x' as never, () => 2), { code: 'CORE_OPTION' })
  })
})
