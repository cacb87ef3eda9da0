import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { App, dep, header, query, rawBody, reply, request } from '../../src/app/index.ts'
import { optional, str } from '../../src/schema/index.ts'
import { TestClient } from '../../src/testing/index.ts'

function makeEcho(): App {
  const app = new App()
  for (const add of [app.get, app.post, app.put, app.patch, app.delete, app.options]) {
    add('/{rest:path}', { in: { req: request(), data: rawBody() } }, ({ req, data }) => ({
      method: req.method,
      target: req.target,
      headers: Array.from(req.headers()),
      text: Buffer.from(data).toString(),
    }))
  }
  return app
}

interface Echo {
  readonly method: string
  readonly target: string
  readonly headers: [string, string][]
  readonly text: string
}

describe('TestClient', () => {
  it('sends forms as browsers do', async () => {
    const client = new TestClient(makeEcho())
    const fields = await client.post('/', { form: new URLSearchParams({ a: '1 2' }) })
    assert.equal(fields.json<Echo>().text, 'a=1+2')
    const form = new FormData()
    form.append('a', '1')
    const parts = (await client.post('/', { form })).json<Echo>()
    const type = new Map(parts.headers).get('content-type') ?? ''
    assert.match(type, /^multipart\/form-data; boundary=/)
    assert.ok(parts.text.includes('name="a"\r\n\r\n1\r\n'))
    assert.throws(() => client.post('/', { form, json: 1 }), { code: 'CORE_OPTION' })
    await client.close()
  })

  it('sends what it is told to', async () => {
    const client = new TestClient(makeEcho())
    const response = await client.post('/a?x=1', {
      query: { y: [1, 2], z: 'ü' },
      headers: { 'X-A': ['1', '2'] },
      cookies: { c: 'd' },
      json: { a: 1 },
    })
    const echo = response.json<Echo>()
    assert.equal(echo.method, 'POST')
    assert.equal(echo.target, '/a?x=1&y=1&y=2&z=%C3%BC')
    assert.equal(echo.text, '{"a":1}')
    assert.deepEqual(echo.headers, [
      ['host', 'testserver'],
      ['x-a', '1'],
      ['x-a', '2'],
      ['cookie', 'c=d'],
      ['content-type', 'application/json'],
    ])
    const elsewhere = await client.get('/', { headers: { Host: 'example.com' } })
    assert.deepEqual(elsewhere.json<Echo>().headers, [['host', 'example.com']])
    for (const method of ['get', 'put', 'patch', 'delete', 'options'] as const) {
      const { method: sent } = (await client[method]('/')).json<Echo>()
      assert.equal(sent, method.toUpperCase())
    }
    await client.close()
  })

  it('gives status, headers, text, bytes and JSON', async () => {
    const app = new App()
    app.get('/', () => reply(201, { a: 'ü' }, { headers: { 'x-a': 'b' } }))
    const client = new TestClient(app)
    const response = await client.get('/')
    assert.equal(response.status, 201)
    assert.equal(response.headers.get('X-A'), 'b')
    assert.equal(response.text, '{"a":"ü"}')
    assert.equal(response.bytes.length, 10)
    assert.deepEqual(response.json(), { a: 'ü' })
    await client.close()
  })

  it('runs the whole life of the app, and cleanups before it answers', async () => {
    const log: string[] = []
    const app = new App()
    app.onStart(() => log.push('start'))
    app.onStop(() => log.push('stop'))
    const unit = dep(async function* () {
      yield 1
      await Promise.resolve()
      log.push('cleanup')
    })
    app.get('/', { in: { unit } }, () => log.push('handle'))
    const client = new TestClient(app)
    assert.deepEqual(log, [])
    await client.get('/')
    assert.deepEqual(log, ['start', 'handle', 'cleanup'])
    await client[Symbol.asyncDispose]()
    assert.deepEqual(log, ['start', 'handle', 'cleanup', 'stop'])
    await client.close()
  })

  it('shows a failed start at the first request', async () => {
    const app = new App()
    app.onStart(() => {
      throw new Error('no start')
    })
    await assert.rejects(new TestClient(app).get('/').toPromise(), /no start/)
  })

  it('answers many requests at once', async () => {
    const app = new App()
    app.get('/', { in: { n: query(), x: header('x-n', optional(str())) } }, async ({ n }) => n)
    const client = new TestClient(app)
    const all = await Promise.all(
      Array.from({ length: 50 }, async (_, n) => (await client.get('/', { query: { n } })).json()),
    )
    assert.deepEqual(
      all,
      Array.from({ length: 50 }, (_, n) => String(n)),
    )
    await client.close()
  })

  it('refuses options that cannot work', () => {
    const client = new TestClient(new App())
    assert.throws(() => client.get('/', { qery: {} } as never), { code: 'CORE_OPTION' })
    assert.throws(() => client.post('/', { json: 1, body: 'x' }), { code: 'CORE_OPTION' })
    assert.throws(() => new TestClient(new App(), { limit: 1 } as never), { code: 'CORE_OPTION' })
  })
})
