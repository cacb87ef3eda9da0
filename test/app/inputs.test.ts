import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  body,
  cookie,
  header,
  path,
  query,
  rawBody,
  reply,
  request,
  signal,
} from '../../src/app/index.ts'
import { array, int, nullable, num, object, optional, str, uuid } from '../../src/schema/index.ts'
import { locations, makeApp } from './support.ts'

describe('path parameters', () => {
  const { app, client } = makeApp()
  app.get('/int/{id:int}', ({ id }) => ({ id }))
  app.get('/float/{x:float}', ({ x }) => ({ x }))
  app.get('/uuid/{id:uuid}', ({ id }) => ({ id }))
  app.get('/text/{a}/{b}', ({ a, b }) => [a, b])
  app.get('/rest/{rest:path}', ({ rest }) => ({ rest }))
  app.get('/bound/{id:int}', { in: { id: path(int({ max: 9 })) } }, ({ id }) => ({ id }))
  app.get('/wide/{id:int}', { in: { id: path(str()) } }, ({ id }) => ({ id }))

  it('are what the pattern says', async () => {
    assert.deepEqual((await client.get('/int/42')).json(), { id: 42 })
    assert.deepEqual((await client.get('/int/-5')).json(), { id: -5 })
    assert.deepEqual((await client.get('/float/1.5')).json(), { x: 1.5 })
    assert.deepEqual((await client.get('/text/a%20b/c%2Fd')).json(), ['a b', 'c/d'])
    assert.deepEqual((await client.get('/rest/a/b/c')).json(), { rest: 'a/b/c' })
  })

  it('are answered with 422 if they are something else', async () => {
    const response = await client.get('/int/x')
    assert.equal(response.status, 422)
    assert.deepEqual(response.json(), {
      detail: [
        {
          type: 'int_parsing',
          loc: ['path', 'id'],
          msg: 'Input should be a valid integer, unable to parse string as an integer',
          input: 'x',
        },
      ],
    })
    assert.deepEqual(locations(await client.get('/float/x')), ['float_parsing path.x'])
    assert.deepEqual(locations(await client.get('/uuid/x')), ['uuid_parsing path.id'])
  })

  it('follow a declared input in place of the pattern', async () => {
    assert.deepEqual(locations(await client.get('/bound/10')), ['less_than_equal path.id'])
    assert.deepEqual((await client.get('/wide/x')).json(), { id: 'x' })
  })
})

describe('query', () => {
  const { app, client } = makeApp()
  app.get(
    '/',
    {
      in: {
        limit: query(int({ min: 1, default: 10 })),
        q: query(optional(str())),
        tags: query(array(str(), { default: [] })),
        ids: query('id', optional(array(int()))),
        page: query('page_size', optional(int())),
        max: query(nullable(num({ default: 1 }))),
      },
    },
    (inputs) => inputs,
  )
  app.get('/needed', { in: { a: query(), b: query(int()) } }, (inputs) => inputs)

  it('uses defaults where nothing is given', async () => {
    assert.deepEqual((await client.get('/')).json(), { limit: 10, tags: [], max: 1 })
  })

  it('collects repeated values of an array, and takes the last one otherwise', async () => {
    const response = await client.get('/?tags=a&tags=b&limit=1&limit=2&id=1&id=2&page_size=3')
    assert.deepEqual(response.json(), {
      limit: 2,
      tags: ['a', 'b'],
      ids: [1, 2],
      page: 3,
      max: 1,
    })
  })

  it('decodes as browsers encode', async () => {
    const q = 'a b&c=d%+ü😀'
    assert.equal((await client.get('/', { query: { q } })).json<{ q: string }>().q, q)
    assert.equal((await client.get('/?q=a+b%2')).json<{ q: string }>().q, 'a b%2')
    assert.equal((await client.get('/?q=%FF')).json<{ q: string }>().q, '\ufffd')
    assert.equal((await client.get('/?&&q&=x')).json<{ q: string }>().q, '')
  })

  it('reports all failures at once', async () => {
    assert.deepEqual(locations(await client.get('/needed?b=x')), [
      'missing query.a',
      'int_parsing query.b',
    ])
    assert.deepEqual(locations(await client.get('/?id=1&id=x&limit=0')), [
      'greater_than_equal query.limit',
      'int_parsing query.id.1',
    ])
  })

  it('reports an absent parameter as FastAPI does', async () => {
    const { detail } = (await client.get('/needed?b=1')).json<{ detail: unknown[] }>()
    assert.deepEqual(detail, [
      { type: 'missing', loc: ['query', 'a'], msg: 'Field required', input: null },
    ])
  })
})

describe('header and cookie', () => {
  const { app, client } = makeApp()
  app.get(
    '/',
    {
      in: {
        userAgent: header(optional(str())),
        x_count: header(int({ default: 0 })),
        forwarded: header('X-Forwarded-For', optional(array(str()))),
        session: cookie(optional(str())),
        theme: cookie('ui-theme', optional(str())),
      },
    },
    (inputs) => inputs,
  )
  app.get('/needed', { in: { xToken: header(), id: cookie(int()) } }, () => 1)

  it('makes the header name of the key', async () => {
    const headers = { 'User-Agent': 'test', 'X-COUNT': '3', 'x-forwarded-for': ['a', 'b, c'] }
    assert.deepEqual((await client.get('/', { headers })).json(), {
      userAgent: 'test',
      x_count: 3,
      forwarded: ['a', 'b, c'],
    })
  })

  it('finds cookies in any order, quoted or not', async () => {
    const headers = { cookie: 'a=1; session="x=y"; ui-theme=dark; session=second' }
    const { session, theme } = (await client.get('/', { headers })).json<Record<string, string>>()
    assert.deepEqual([session, theme], ['x=y', 'dark'])
  })

  it('reports them under their names on the wire', async () => {
    const response = await client.get('/needed', { cookies: { id: 'x' } })
    assert.deepEqual(locations(response), ['missing header.x-token', 'int_parsing cookie.id'])
  })
})

describe('body', () => {
  const { app, client } = makeApp()
  const Item = object({ name: str(), price: num(), tags: array(str(), { default: [] }) })
  app.post('/items/{id:int}', { in: { id: path(int()), item: body(Item) } }, (inputs) => inputs)
  app.post('/maybe', { in: { item: body(optional(Item)) } }, ({ item }) => item ?? 'nothing')
  app.post('/small', { in: { item: body(Item) }, maxBodyBytes: 20 }, ({ item }) => item)
  const json = { name: 'a', price: 1 }
  const asJson = { 'content-type': 'application/json' }

  it('is validated, completed and stripped', async () => {
    const response = await client.post('/items/1', { json: { ...json, extra: 1 } })
    assert.deepEqual(response.json(), { id: 1, item: { name: 'a', price: 1, tags: [] } })
  })

  it('is reported with all other inputs', async () => {
    const response = await client.post('/items/x', { json: { price: '1', tags: ['a', 2] } })
    assert.equal(response.status, 422)
    assert.deepEqual(locations(response), [
      'int_parsing path.id',
      'missing body.name',
      'float_type body.price',
      'string_type body.tags.1',
    ])
  })

  it('is reported as FastAPI does when it is no JSON', async () => {
    const response = await client.post('/items/1', { body: '{"name": }', headers: asJson })
    assert.equal(response.status, 422)
    assert.deepEqual(response.json(), {
      detail: [
        {
          type: 'json_invalid',
          loc: ['body', 9],
          msg: 'JSON decode error',
          input: {},
          ctx: { error: 'Expecting value' },
        },
      ],
    })
  })

  it('may be absent only if the schema says so', async () => {
    const response = await client.post('/items/1')
    assert.deepEqual(response.json(), {
      detail: [{ type: 'missing', loc: ['body'], msg: 'Field required', input: null }],
    })
    assert.equal((await client.post('/maybe')).json(), 'nothing')
  })

  it('must say that it is JSON', async () => {
    const text = JSON.stringify(json)
    for (const type of [
      'application/json',
      'Application/JSON; charset=utf-8',
      'application/ld+json',
    ]) {
      const headers = { 'content-type': type }
      assert.equal((await client.post('/items/1', { body: text, headers })).status, 200, type)
    }
    for (const type of ['text/plain', 'application/jsonx', 'application/x-www-form-urlencoded']) {
      const headers = { 'content-type': type }
      assert.equal((await client.post('/items/1', { body: text, headers })).status, 415, type)
    }
    const response = await client.post('/items/1', { body: text })
    assert.equal(response.status, 415)
    assert.match(response.text, /Expected content-type application\/json, got none/)
  })

  it('must be UTF-8', async () => {
    const bytes = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])
    const response = await client.post('/items/1', { body: bytes, headers: asJson })
    assert.deepEqual(locations(response), ['json_invalid body.2'])
    const meant = await client.post('/items/1', { json: { ...json, name: '\ufffd' } })
    assert.equal(meant.status, 200)
  })

  it('has a limit for each route', async () => {
    assert.equal((await client.post('/small', { json })).status, 413)
  })

  it('is not echoed once for each missing key when it is large', async () => {
    const response = await client.post('/items/1', { json: { padding: 'x'.repeat(100_000) } })
    assert.deepEqual(locations(response), ['missing body.name', 'missing body.price'])
    assert.ok(response.text.length < 500)
  })

  it('may be nested as deep as its sender likes', async () => {
    for (const depth of [1000, 8000, 300_000]) {
      const nested = '['.repeat(depth) + ']'.repeat(depth)
      const closed = await client.post('/items/1', { body: nested, headers: asJson })
      assert.deepEqual(locations(closed), ['model_attributes_type body'])
      const open = await client.post('/items/1', { body: '['.repeat(depth), headers: asJson })
      assert.deepEqual(locations(open), [`json_invalid body.${depth}`])
    }
  })

  it('cannot pollute prototypes', async () => {
    const text = '{"name":"a","price":1,"__proto__":{"polluted":true}}'
    const response = await client.post('/items/1', { body: text, headers: asJson })
    assert.equal(response.status, 200)
    assert.doesNotMatch(response.text, /polluted/)
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined)
  })
})

describe('rawBody, request and signal', () => {
  const { app, client } = makeApp()
  app.post('/echo', { in: { data: rawBody(), contentType: header(optional(str())) } }, (inputs) =>
    reply(200, inputs.data, { headers: { 'content-type': inputs.contentType ?? 'text/x' } }),
  )
  app.get('/request', { in: { req: request(), gone: signal() } }, ({ req, gone }) => ({
    path: req.path,
    host: req.header('HOST'),
    isGone: gone.aborted,
  }))

  it('give the bytes as they came', async () => {
    const bytes = Buffer.from([0, 255, 10, 13])
    const response = await client.post('/echo', {
      body: bytes,
      headers: { 'content-type': 'application/x-test' },
    })
    assert.deepEqual(Buffer.from(response.bytes), bytes)
    assert.equal(response.headers.get('content-type'), 'application/x-test')
    assert.equal((await client.post('/echo')).bytes.length, 0)
  })

  it('give the request itself', async () => {
    assert.deepEqual((await client.get('/request')).json(), {
      path: '/request',
      host: 'testserver',
      isGone: false,
    })
  })
})

describe('declarations', () => {
  it('are checked when they are made', () => {
    const { app } = makeApp()
    assert.throws(() => app.get('nope', () => 1), { code: 'CORE_OPTION' })
    assert.throws(() => app.get('/a', { in: { x: int() as never } }, () => 1), {
      code: 'CORE_OPTION',
    })
    assert.throws(() => app.get('/a', { typo: 1 } as never, () => 1), { code: 'CORE_OPTION' })
    assert.throws(() => app.get('/a', {} as never), { code: 'CORE_OPTION' })
    assert.throws(() => query('int' as never, 1 as never), { code: 'CORE_OPTION' })
    assert.throws(() => uuid({ min: 1 } as never), { code: 'CORE_OPTION' })
  })

  const impossible: [
    what: string,
    add: (app: ReturnType<typeof makeApp>['app']) => void,
    code: string,
  ][] = [
    [
      'a path input that the pattern lacks',
      (app) => app.get('/a', { in: { id: path(int()) as never } }, () => 1),
      'APP_ROUTE',
    ],
    [
      'two routes of one shape',
      (app) => {
        app.get('/{a}', () => 1)
        app.get('/{b}', () => 1)
      },
      'HTTP_ROUTE_CONFLICT',
    ],
    ['an unknown convertor', (app) => app.get('/{a:hex}', () => 1), 'HTTP_ROUTE_PATTERN'],
  ]
  for (const [what, add, code] of impossible) {
    it(`stop the start if there is ${what}`, async () => {
      const { app } = makeApp()
      add(app)
      await assert.rejects(app.start().toPromise(), { code })
    })
  }
})
