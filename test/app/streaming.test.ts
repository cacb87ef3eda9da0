import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { after, describe, it } from 'node:test'
import { type App, bodyStream, dep, rawBody, reply, request } from '../../src/app/index.ts'
import { sleep } from '../../src/future/index.ts'
import { HttpResponse, HttpServer, StreamBody } from '../../src/http/index.ts'
import { int, object } from '../../src/schema/index.ts'
import type { TestClient } from '../../src/testing/index.ts'
import { makeApp } from './support.ts'

const Item = object({ id: int() }, { title: 'Item' })

/** Serves an app that a test client has started; gives its URL. */
async function serve(app: App, client: TestClient, logged: unknown[]): Promise<string> {
  await client.start()
  const server = new HttpServer((each) => app.handle(each), {
    onError: (error) => logged.push(error),
  })
  await server.listen({ port: 0, host: '127.0.0.1' })
  after(() => server.close({ timeoutMs: 0 }))
  return `http://127.0.0.1:${server.port}`
}

describe('streamed results', () => {
  const { app, client, logged } = makeApp()
  app.get('/items', async function* () {
    yield { id: 1 }
    await sleep(1)
    yield [2, null]
  })
  app.get('/sync', function* () {
    yield 1
    yield 2
  })
  app.get('/text', () =>
    reply(
      201,
      (async function* () {
        yield 'a'
        yield Buffer.from('b')
      })(),
      { headers: { 'content-type': 'text/csv', 'x-a': '1' } },
    ),
  )
  app.get('/node', () => Readable.from([Buffer.from('ab'), Buffer.from('c')]))
  app.get(
    '/web',
    async () =>
      new ReadableStream({
        start: (controller) => {
          controller.enqueue(Buffer.from('abc'))
          controller.close()
        },
      }),
  )
  app.get('/body', () => new StreamBody(['a', 'b'], { length: 2 }))
  app.get('/whole', () => new HttpResponse(202, new StreamBody(['a']), 'text/plain'))
  app.get('/response', () => {
    const response = new Response('made elsewhere', { status: 203 })
    response.headers.append('set-cookie', 'a=1')
    response.headers.append('set-cookie', 'b=2')
    response.headers.set('content-length', '14')
    return response
  })
  app.get('/redirect', () => Response.redirect('http://x/y', 307))
  app.get('/declared', { out: { 200: Item } }, async function* () {
    yield { id: 1, secret: 'x' }
    yield { id: 2 }
  })
  app.get('/broken', { out: { 200: Item } }, async function* () {
    yield { id: 1 }
    yield { id: 'x' as unknown as number }
  })

  const cases: readonly (readonly [string, number, string, string])[] = [
    ['/items', 200, 'application/jsonl', '{"id":1}\n[2,null]\n'],
    ['/sync', 200, 'application/jsonl', '1\n2\n'],
    ['/text', 201, 'text/csv', 'ab'],
    ['/node', 200, 'application/octet-stream', 'abc'],
    ['/web', 200, 'application/octet-stream', 'abc'],
    ['/body', 200, 'application/octet-stream', 'ab'],
    ['/whole', 202, 'text/plain', 'a'],
    ['/response', 203, 'text/plain;charset=UTF-8', 'made elsewhere'],
    ['/declared', 200, 'application/jsonl', '{"id":1}\n{"id":2}\n'],
  ]
  for (const [path, status, type, body] of cases) {
    it(`answers ${path} the same in process and over a socket`, async () => {
      const inProcess = await client.get(path)
      assert.deepEqual(
        [inProcess.status, inProcess.headers.get('content-type'), inProcess.text],
        [status, type, body],
      )
      const url = await serve(app, client, logged)
      const response = await fetch(`${url}${path}`)
      assert.deepEqual(
        [response.status, response.headers.get('content-type'), await response.text()],
        [status, type, body],
      )
    })
  }

  it('keeps every header of a web Response', async () => {
    const response = await client.get('/response')
    assert.deepEqual(response.headers.getSetCookie(), ['a=1', 'b=2'])
    const redirect = await client.get('/redirect')
    assert.deepEqual([redirect.status, redirect.headers.get('location')], [307, 'http://x/y'])
  })

  it('cuts a stream at an item that does not fit', async () => {
    logged.length = 0
    const url = await serve(app, client, logged)
    const response = await fetch(`${url}/broken`)
    await assert.rejects(response.text())
    assert.match(String(logged[0]), /GET \/broken.* status 200 .*id: is not an integer/)
    await assert.rejects(client.get('/broken').toPromise(), { code: 'APP_RESPONSE' })
  })

  it('never starts a generator for HEAD', async () => {
    let isStarted = false
    const { app: other, client: own } = makeApp()
    other.get('/', async function* () {
      isStarted = true
      yield 1
    })
    assert.deepEqual([(await own.head('/')).status, isStarted], [200, false])
  })

  it('is described as lines of JSON', async () => {
    await client.start()
    const { paths } = app.openapi() as { paths: Record<string, { get: { responses: object } }> }
    assert.deepEqual(paths['/declared']?.get.responses, {
      '200': {
        description: 'Successful Response',
        content: { 'application/jsonl': { itemSchema: { $ref: '#/components/schemas/Item' } } },
      },
    })
  })
})

describe('bodyStream', () => {
  const { app, client, logged } = makeApp()
  const seen: number[] = []
  app.post('/count', { in: { upload: bodyStream() }, maxBodyBytes: 10_000_000 }, async (inputs) => {
    let bytes = 0
    for await (const chunk of inputs.upload) bytes += chunk.length
    return { bytes }
  })
  app.post('/small', { in: { upload: bodyStream() }, maxBodyBytes: 3 }, async ({ upload }) => {
    for await (const chunk of upload) seen.push(chunk.length)
    return seen.length
  })
  app.post('/request', { in: { request: request() }, maxBodyBytes: 3 }, ({ request: each }) =>
    each.body?.text(),
  )
  app.post('/echo', { in: { upload: bodyStream() } }, ({ upload }) => new StreamBody(upload))
  app.post('/both', { in: { upload: bodyStream(), raw: rawBody() } }, async ({ upload, raw }) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of upload) chunks.push(chunk)
    return [Buffer.concat(chunks).toString(), Buffer.from(raw).toString()]
  })

  it('gives the body in pieces, in process and over a socket', async () => {
    const body = 'x'.repeat(5_000_000)
    assert.deepEqual((await client.post('/count', { body })).json(), { bytes: 5_000_000 })
    const url = await serve(app, client, logged)
    const response = await fetch(`${url}/count`, { method: 'POST', body })
    assert.deepEqual(await response.json(), { bytes: 5_000_000 })
  })

  it('is empty without a body', async () => {
    assert.deepEqual((await client.post('/count')).json(), { bytes: 0 })
  })

  it('takes a source as the body of a test, and streams both ways', async () => {
    async function* source(): AsyncGenerator<string> {
      yield 'one '
      await sleep(1)
      yield 'two'
    }
    assert.equal((await client.post('/echo', { body: source() })).text, 'one two')
  })

  it('keeps to the limit of the route, declared or not, however the body is read', async () => {
    for (const path of ['/small', '/request']) {
      assert.equal((await client.post(path, { body: 'abc' })).status, 200)
      assert.equal((await client.post(path, { body: 'abcd' })).status, 413)
      assert.equal((await client.post(path, { body: ['ab', 'cd'] })).status, 413)
    }
  })

  it('may be read beside the whole', async () => {
    assert.deepEqual((await client.post('/both', { body: 'abc' })).json(), ['abc', 'abc'])
  })
})

describe('cleanup after a stream', () => {
  it('runs when the last byte has left, or the client has gone', async () => {
    const { app, client, logged } = makeApp()
    const log: string[] = []
    const resource = dep(async function* () {
      log.push('open')
      yield 'resource'
      log.push('close')
    })
    app.get('/', { in: { resource } }, async function* () {
      log.push('first')
      yield 1
      await sleep(5)
      log.push('last')
      yield 2
    })
    assert.equal((await client.get('/')).text, '1\n2\n')
    assert.deepEqual(log.splice(0), ['open', 'first', 'last', 'close'])
    const url = await serve(app, client, logged)
    assert.equal(await (await fetch(url)).text(), '1\n2\n')
    await app.settled()
    assert.deepEqual(log.splice(0), ['open', 'first', 'last', 'close'])
    const left = new AbortController()
    const response = await fetch(url, { signal: left.signal })
    await response.body?.getReader().read()
    left.abort()
    while (log.at(-1) !== 'close') await sleep(1)
    assert.equal(log[0], 'open')
  })
})
