import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  body,
  errorResponse,
  get,
  HttpError,
  header,
  int,
  object,
  post,
  query,
  RequestValidationError,
  router,
  str,
} from '../../../src/index.ts'
import { makeApp } from '../support.ts'

const Item = object({ name: str(), tags: object({ 'a/b~c': int() }) }, { title: 'Item' })

describe("errors: 'problem'", () => {
  const { app, client } = makeApp({ errors: 'problem' })
  app.get('/fail/{id:int}', ({ id }) => {
    throw (
      [
        new HttpError(404),
        new HttpError(404, 'No such item'),
        new HttpError(403, {
          type: 'https://example.com/probs/out-of-credit',
          title: 'You do not have enough credit.',
          detail: 'Your current balance is 30, but that costs 50.',
          instance: '/account/12345/msgs/abc',
          balance: 30,
          status: 200,
        }),
        new HttpError(400, ['a', 'b'], { 'x-reason': 'list' }),
      ][id] ?? new Error('secret')
    )
  })
  app.post(
    '/items',
    { in: { item: body(Item), size: query(int()), tag: header('x-tag', str()) } },
    () => 1,
  )

  const blank = (status: number, title: string, instance: string): object => ({
    type: 'about:blank',
    title,
    status,
    instance,
  })
  const answers: [string, number, object][] = [
    ['/fail/0', 404, blank(404, 'Not Found', '/fail/0')],
    ['/fail/1', 404, { ...blank(404, 'Not Found', '/fail/1'), detail: 'No such item' }],
    [
      '/fail/2',
      403,
      {
        type: 'https://example.com/probs/out-of-credit',
        title: 'You do not have enough credit.',
        status: 403,
        detail: 'Your current balance is 30, but that costs 50.',
        instance: '/account/12345/msgs/abc',
        balance: 30,
      },
    ],
    ['/fail/3', 400, { ...blank(400, 'Bad Request', '/fail/3'), errors: ['a', 'b'] }],
    ['/fail/4', 500, blank(500, 'Internal Server Error', '/fail/4')],
    ['/nowhere', 404, blank(404, 'Not Found', '/nowhere')],
    ['/items', 405, blank(405, 'Method Not Allowed', '/items')],
  ]
  for (const [path, status, problem] of answers) {
    it(`answers ${path} with ${status} as problem details`, async () => {
      const response = await client.get(path)
      assert.equal(response.status, status)
      assert.equal(response.headers.get('content-type'), 'application/problem+json')
      assert.deepEqual(response.json(), problem)
    })
  }

  it('keeps the headers of an error', async () => {
    assert.equal((await client.get('/fail/3')).headers.get('x-reason'), 'list')
  })

  it('points to every invalid input, and echoes none', async () => {
    const response = await client.post('/items?size=x', { json: { tags: { 'a/b~c': 'y' } } })
    assert.equal(response.status, 422)
    assert.deepEqual(response.json(), {
      ...blank(422, 'Unprocessable Content', '/items'),
      detail: 'The request has 4 invalid inputs',
      errors: [
        {
          detail: 'Input should be a valid integer, unable to parse string as an integer',
          code: 'int_parsing',
          in: 'query',
          parameter: 'size',
        },
        { detail: 'Field required', code: 'missing', in: 'header', parameter: 'x-tag' },
        { detail: 'Field required', code: 'missing', in: 'body', pointer: '#/name' },
        {
          detail: 'Input should be a valid integer',
          code: 'int_type',
          in: 'body',
          pointer: '#/tags/a~1b~0c',
        },
      ],
    })
  })

  it('is what OpenAPI says', () => {
    const { paths, components } = app.openapi() as {
      paths: Record<string, { post: { responses: Record<string, { content: object }> } }>
      components: { schemas: Record<string, { required?: string[] }> }
    }
    assert.deepEqual(paths['/items']?.post.responses['422']?.content, {
      'application/problem+json': { schema: { $ref: '#/components/schemas/ValidationProblem' } },
    })
    assert.deepEqual(components.schemas['ValidationProblem']?.required, [
      'type',
      'title',
      'status',
      'errors',
    ])
  })
})

describe('errors of routers and routes', () => {
  const fail = (): never => {
    throw new HttpError(409, 'no')
  }
  const { app, client } = makeApp()
  const inner = router({
    plain: get('/plain', { errors: 'fastapi' }, fail),
    both: get('/both', fail),
  })
  app.include(router({ inner, own: get('/own', fail) }, { prefix: '/v2', errors: 'problem' }))
  app.get('/v1', fail)
  app.get('/alone', { errors: 'problem', in: { n: query(int()) } }, fail)

  const kinds: [string, string][] = [
    ['/v1', 'application/json'],
    ['/v2/own', 'application/problem+json'],
    ['/v2/both', 'application/problem+json'],
    ['/v2/plain', 'application/json'],
    ['/alone?n=1', 'application/problem+json'],
    ['/alone', 'application/problem+json'],
    ['/nowhere', 'application/json'],
  ]
  for (const [path, type] of kinds) {
    it(`answers ${path} in ${type}`, async () => {
      assert.equal((await client.get(path)).headers.get('content-type'), type)
    })
  }

  it('keeps the format when a handler of the app throws the error again', async () => {
    const made = makeApp()
    made.app.onError(HttpError, (error) => {
      throw error
    })
    made.app.include(router({ fail: get('/', fail) }, { errors: 'problem' }))
    const response = await made.client.get('/')
    assert.equal(response.headers.get('content-type'), 'application/problem+json')
  })

  it('is refused if it is no format', () => {
    const errors = 'rfc' as 'problem'
    const reason = { message: /must be 'fastapi' or 'problem', got "rfc"/ }
    assert.throws(() => makeApp({ errors }), reason)
    assert.throws(() => router({}, { errors }), reason)
    assert.throws(() => get('/', { errors }, fail), reason)
    assert.throws(() => errorResponse(new HttpError(404), undefined, { errors }), reason)
  })
})

describe('errorResponse', () => {
  it('is what the app would have answered, to be added to', async () => {
    const { app, client } = makeApp()
    app.onError(HttpError, (error, request) =>
      errorResponse(error, request).withHeaders({ 'x-seen': '1' }),
    )
    app.onError(422, (error, request) => errorResponse(error, request, { errors: 'problem' }))
    app.get('/{id:int}', { in: { q: query(str()) } }, () => {
      throw new HttpError(418, { tea: true })
    })
    const teapot = await client.get('/1?q=a')
    assert.equal(teapot.status, 418)
    assert.equal(teapot.headers.get('x-seen'), '1')
    assert.deepEqual(teapot.json(), { detail: { tea: true } })
    const invalid = await client.get('/1')
    assert.equal(invalid.status, 422)
    assert.equal(invalid.json<{ instance: string }>().instance, '/1')
  })

  it('says nothing of what nobody has foreseen', () => {
    const response = errorResponse(new TypeError('password is 1234'))
    assert.equal(response.status, 500)
    assert.equal(response.body, '{"detail":"Internal Server Error"}')
  })
})

describe('RequestValidationError.body', () => {
  const bodies: [string, string, unknown][] = [
    ['a JSON value', '{"title":"towel","size":"XL"}', { title: 'towel', size: 'XL' }],
    ['the text of what is no JSON', '{"title":', '{"title":'],
    ['nothing of nothing', '', undefined],
  ]
  const { client, app } = makeApp()
  app.onError(RequestValidationError, (error) => ({ found: error.body ?? 'nothing' }))
  app.include(
    post('/', { in: { item: body(object({ title: str(), size: int() })) } }, ({ item }) => item),
  )
  app.get('/query', { in: { n: query(int()) } }, ({ n }) => n)
  for (const [name, sent, found] of bodies) {
    it(`is ${name}`, async () => {
      const headers = { 'content-type': 'application/json' }
      const response = await client.post('/', { body: sent, headers })
      assert.deepEqual(response.json(), { found: found ?? 'nothing' })
    })
  }

  it('is absent where no input reads it', async () => {
    assert.deepEqual((await client.get('/query')).json(), { found: 'nothing' })
  })
})
