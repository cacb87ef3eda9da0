import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { HttpError, requestId } from '../../../src/index.ts'
import { makeApp } from '../support.ts'

const BROWSER = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  authorization: 'Bearer topsecret',
  cookie: 'session=topsecret',
  'x-api-key': 'topsecret',
  referer: 'https://example.com/?token=topsecret&page=2',
  'user-agent': 'Test <b>',
}

class StockError extends Error {
  readonly code = 'STOCK'
  override readonly name = 'StockError'
}

function connect(): never {
  throw new Error('connect postgresql://app:topsecret@db/shop <refused>')
}

describe('debug', () => {
  const { app, client, logged } = makeApp({ debug: true, use: [requestId()] })
  app.get('/fail', () => {
    try {
      connect()
    } catch (cause) {
      throw new StockError('Cannot count\n<the stock>', { cause })
    }
  })
  app.get('/later', () => Promise.reject(new StockError('later')))
  app.get('/value', () => Promise.reject('just text'))
  app.get('/http', () => {
    throw new HttpError(404, 'nothing')
  })

  it('shows browsers the failure, its causes, the source and the request, and no secrets', async () => {
    const response = await client.get('/fail?page=1&token=topsecret', { headers: BROWSER })
    assert.equal(response.status, 500)
    assert.equal(response.headers.get('content-type'), 'text/html; charset=utf-8')
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.match(response.headers.get('content-security-policy') ?? '', /default-src 'none'/)
    const page = response.text
    for (const part of [
      '<h1>Cannot count\n&lt;the stock&gt;</h1>',
      'StockError · STOCK',
      '<p class="cause">caused by</p>',
      'connect postgresql://app:REDACTED@db/shop &lt;refused&gt;',
      '<span class="failing">',
      "throw new StockError('Cannot count",
      'test/app/failures/debug.test.ts:',
      'GET /fail?page=1&amp;token=REDACTED',
      'Test &lt;b&gt;',
      `<td>${response.headers.get('x-request-id')}</td>`,
    ]) {
      assert.ok(page.includes(part), `${part}\nis not in\n${page}`)
    }
    assert.doesNotMatch(page, /topsecret/)
    assert.doesNotMatch(page, /<script/)
  })

  it('tells others the same in JSON', async () => {
    for (const accept of ['*/*', 'application/json', 'text/html;q=0, */*']) {
      const response = await client.get('/later', { headers: { accept } })
      const { detail, debug } = response.json<{
        detail: string
        debug: { name: string; code: string; message: string; stack: string[]; causes: unknown[] }
      }>()
      assert.equal(detail, 'Internal Server Error')
      assert.equal(debug.name, 'StockError')
      assert.equal(debug.code, 'STOCK')
      assert.equal(debug.message, 'later')
      assert.match(debug.stack.join('\n'), /debug\.test\.ts:\d+:\d+/)
      assert.deepEqual(debug.causes, [])
    }
  })

  it('shows what is thrown and no error', async () => {
    const page = (await client.get('/value', { headers: BROWSER })).text
    assert.match(page, /Not an Error/)
    assert.match(page, /just text/)
  })

  it('changes nothing about failures that are answers', async () => {
    const response = await client.get('/http', { headers: BROWSER })
    assert.deepEqual(response.json(), { detail: 'nothing' })
  })

  it('logs the failure as ever', async () => {
    logged.length = 0
    await client.get('/later')
    assert.equal(logged.length, 1)
  })

  it('ends in a circle of causes', async () => {
    const made = makeApp({ debug: true, errors: 'problem' })
    const failure = new Error('first')
    failure.cause = new Error('second', { cause: failure })
    made.app.get('/', () => Promise.reject(failure))
    const response = await made.client.get('/')
    assert.equal(response.headers.get('content-type'), 'application/problem+json')
    const { debug } = response.json<{ debug: { causes: { message: string }[] } }>()
    assert.deepEqual(
      debug.causes.map(({ message }) => message),
      ['second'],
    )
  })
})

describe('without debug', () => {
  for (const [mode, expected] of [
    [undefined, false],
    ['production', false],
    ['test', false],
    ['development', true],
  ] as const) {
    it(`is ${expected ? 'on' : 'off'} by default if NODE_ENV is ${mode}`, async () => {
      const before = process.env['NODE_ENV']
      if (mode === undefined) delete process.env['NODE_ENV']
      else process.env['NODE_ENV'] = mode
      const { app, client } = makeApp()
      if (before === undefined) delete process.env['NODE_ENV']
      else process.env['NODE_ENV'] = before
      app.get('/', () => Promise.reject(new Error('inside')))
      const text = (await client.get('/', { headers: BROWSER })).text
      if (expected) assert.match(text, /inside/)
      else assert.equal(text, '{"detail":"Internal Server Error"}')
    })
  }
})
