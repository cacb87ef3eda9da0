import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  body,
  cookie,
  dep,
  get,
  header,
  path,
  query,
  rawBody,
  request,
  router,
} from '../../../src/app/index.ts'
import { array, int, object, optional, str } from '../../../src/schema/index.ts'
import { makeApp } from '../support.ts'

interface Document {
  readonly openapi: string
  readonly info: object
  readonly paths: Record<string, Record<string, Record<string, unknown>>>
  readonly components: { readonly schemas: Record<string, object> }
}

const Item = object({ name: str() }, { title: 'Item' })

describe('OpenAPI', () => {
  const { app, client } = makeApp({
    title: 'Shop',
    version: '2.0.0',
    description: 'Sells things',
    servers: [{ url: 'https://example.com' }],
    tags: [{ name: 'items', description: 'Things' }],
  })
  const token = dep({ token: header('x-token', str()) }, ({ token }) => token)
  app.get('/', () => 1)
  app.get(
    '/items/{id:int}',
    {
      in: {
        id: path(int({ min: 1, description: 'Which one' })),
        q: query(optional(str({ deprecated: true }))),
        tags: query('tag', array(str(), { default: [] })),
        session: cookie(),
        token,
        req: request(),
      },
      out: { 200: Item, 404: object({ detail: str() }, { title: 'Problem' }) },
      summary: 'One item',
      description: 'Reads **one** item',
      tags: ['items'],
      deprecated: true,
    },
    () => ({ name: 'a' }),
  )
  app.post('/items', { in: { item: body(Item) }, out: { 201: Item } }, ({ item }) => item)
  app.put('/raw', { in: { data: rawBody() }, operationId: 'putRaw', status: 204 }, () => undefined)
  app.delete('/items/{id}', { out: { 204: null } }, () => undefined)
  app.get('/hidden', { documented: false }, () => 1)
  const nested = router({ one: get('/one', () => 1) }, { prefix: '/deep', tags: ['inner'] })
  app.include(router({ nested }, { prefix: '/v1', tags: ['outer'], in: { token } }))

  const load = async (): Promise<Document> => (await client.get('/openapi.json')).json<Document>()

  it('says what the app says about itself', async () => {
    const response = await client.get('/openapi.json')
    assert.equal(response.headers.get('content-type'), 'application/json')
    const { openapi, info, ...rest } = response.json<Document & Record<string, unknown>>()
    assert.equal(openapi, '3.1.0')
    assert.deepEqual(info, { title: 'Shop', description: 'Sells things', version: '2.0.0' })
    assert.deepEqual(rest['servers'], [{ url: 'https://example.com' }])
    assert.deepEqual(rest['tags'], [{ name: 'items', description: 'Things' }])
    assert.deepEqual(app.openapi(), response.json())
  })

  it('describes parameters, those of dependencies included', async () => {
    const operation = (await load()).paths['/items/{id}']?.['get']
    assert.deepEqual(operation?.['parameters'], [
      {
        name: 'id',
        in: 'path',
        required: true,
        schema: { type: 'integer', minimum: 1, title: 'Id', description: 'Which one' },
        description: 'Which one',
      },
      {
        name: 'q',
        in: 'query',
        required: false,
        schema: { type: 'string', deprecated: true, title: 'Q' },
        deprecated: true,
      },
      {
        name: 'tag',
        in: 'query',
        required: false,
        schema: { type: 'array', items: { type: 'string' }, default: [], title: 'Tag' },
      },
      {
        name: 'x-token',
        in: 'header',
        required: true,
        schema: { type: 'string', title: 'X-Token' },
      },
      {
        name: 'session',
        in: 'cookie',
        required: true,
        schema: { type: 'string', title: 'Session' },
      },
    ])
    assert.equal(operation['summary'], 'One item')
    assert.equal(operation['description'], 'Reads **one** item')
    assert.equal(operation['deprecated'], true)
    assert.deepEqual(operation['tags'], ['items'])
    assert.equal(operation['operationId'], 'get_items__id_')
  })

  it('describes bodies and every declared response', async () => {
    const { paths, components } = await load()
    const item = { 'application/json': { schema: { $ref: '#/components/schemas/Item' } } }
    assert.deepEqual(paths['/items']?.['post'], {
      summary: 'Post Items',
      operationId: 'post_items',
      requestBody: { content: item, required: true },
      responses: {
        201: { description: 'Successful Response', content: item },
        422: {
          description: 'Validation Error',
          content: {
            'application/json': { schema: { $ref: '#/components/schemas/HTTPValidationError' } },
          },
        },
      },
    })
    const responses = paths['/items/{id}']?.['get']?.['responses'] as Record<string, object>
    assert.deepEqual(Object.keys(responses), ['200', '404', '422'])
    const names = Object.keys(components.schemas).toSorted()
    assert.deepEqual(names, ['HTTPValidationError', 'Item', 'Problem', 'ValidationError'])
    assert.deepEqual(paths['/items/{id}']?.['delete']?.['responses'], {
      204: { description: 'Successful Response' },
      422: responses['422'],
    })
    assert.deepEqual(paths['/raw']?.['put'], {
      summary: 'Put Raw',
      operationId: 'putRaw',
      requestBody: {
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      },
      responses: { 204: { description: 'Successful Response' } },
    })
  })

  it('adds prefixes, tags and guards of routers, and leaves hidden routes out', async () => {
    const { paths } = await load()
    const operation = paths['/v1/deep/one']?.['get']
    assert.deepEqual(operation?.['tags'], ['outer', 'inner'])
    assert.deepEqual(
      (operation['parameters'] as { name: string }[]).map(({ name }) => name),
      ['x-token'],
    )
    assert.equal(paths['/hidden'], undefined)
    assert.equal(paths['/docs'], undefined)
    assert.deepEqual(Object.keys(paths['/']?.['get'] ?? {}), [
      'summary',
      'operationId',
      'responses',
    ])
  })

  it('resolves every reference', async () => {
    const text = (await client.get('/openapi.json')).text
    const { components } = await load()
    const references = Array.from(text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g))
    assert.ok(references.length > 5)
    for (const [, name] of references) assert.ok(Object.hasOwn(components.schemas, name ?? ''))
  })

  it('is refused if two schemas have one name, which the log tells', async () => {
    const { app: other, client: theirs, logged } = makeApp()
    other.post('/a', { in: { a: body(object({ a: int() }, { title: 'Same' })) } }, () => 1)
    other.post('/b', { in: { b: body(object({ b: int() }, { title: 'Same' })) } }, () => 1)
    assert.equal((await theirs.get('/openapi.json')).status, 500)
    assert.match(String(logged[0]), /two different schemas are both named 'Same'/i)
    assert.throws(() => other.openapi(), { code: 'SCHEMA_DEFINITION' })
  })
})
