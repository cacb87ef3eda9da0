import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import {
  App,
  type AppOptions,
  body,
  dep,
  events,
  file,
  form,
  get,
  header,
  operation,
  path,
  post,
  query,
  rawBody,
  redirect,
  router,
} from '../../../src/app/index.ts'
import { array, email, int, nullable, object, optional, str } from '../../../src/schema/index.ts'

type Tree = Record<string, unknown>

/** The document of an app that is started for it, after the validator had nothing to say. */
async function documentOf(options: AppOptions, declare: (app: App) => void): Promise<Tree> {
  const app = new App(options)
  declare(app)
  await app.start().toPromise()
  after(() => app.stop().toPromise())
  const document = app.openapi() as Tree
  await assertValid(document)
  return document
}

/** `itemSchema` is of OpenAPI 3.2; FastAPI, too, says it in documents of 3.1. */
async function assertValid(document: Tree): Promise<void> {
  const text = JSON.stringify(document).replaceAll('"itemSchema":', '"schema":')
  const { valid, errors } = await new Validator().validate(JSON.parse(text) as Tree)
  assert.ok(valid, JSON.stringify(errors, undefined, 2))
}

function at(document: Tree, ...keys: (string | number)[]): unknown {
  let value: unknown = document
  for (const key of keys) value = (value as Tree | undefined)?.[key]
  return value
}

describe('the judge of these documents', () => {
  it('refuses what OpenAPI 3.1 does not have', async () => {
    const info = { title: 'a', version: '1' }
    await assertValid({ openapi: '3.1.0', info, paths: {} })
    const get = { responses: { 200: { content: {} } } }
    await assert.rejects(assertValid({ openapi: '3.1.0', info, paths: { '/': { get } } }))
  })
})

const Item = object({ name: str(), price: int() }, { title: 'Item' })

describe('new App() facts', () => {
  it('stand in the document as OpenAPI writes them', async () => {
    const facts: AppOptions = {
      title: 'Shop',
      version: '1.2.3',
      summary: 'Sells',
      description: '**All** of it',
      termsOfService: 'https://example.com/terms',
      contact: { name: 'Ann', url: 'https://example.com', email: 'ann@example.com' },
      license: { name: 'MIT', identifier: 'MIT' },
      servers: [
        {
          url: 'https://{region}.example.com/v1',
          description: 'Near you',
          variables: { region: { default: 'eu', enum: ['eu', 'us'], description: 'Where' } },
        },
      ],
      tags: [{ name: 'items', description: 'x', externalDocs: { url: 'https://example.com/i' } }],
      externalDocs: { url: 'https://example.com/docs', description: 'More' },
    }
    const { openapi, info, servers, tags, externalDocs } = await documentOf(facts, () => undefined)
    assert.equal(openapi, '3.1.0')
    const { servers: s, tags: t, externalDocs: e, ...said } = facts
    assert.deepEqual(info, said)
    assert.deepEqual({ servers, tags, externalDocs }, { servers: s, tags: t, externalDocs: e })
  })

  it('are refused if no document could say them', () => {
    const wrong: unknown[] = [
      { contact: { mail: 'x' } },
      { license: { url: 'https://example.com' } },
      { license: { name: 'MIT', identifier: 'MIT', url: 'https://example.com' } },
      { servers: [{ url: 'https://{region}.example.com' }] },
      { servers: [{}] },
      { tags: [{ name: 'a' }, { name: 'a' }] },
      { externalDocs: {} },
      { webhooks: { a: get('/', () => 1) } },
      { generateOperationId: 'x' },
      { transformOpenApi: {} },
    ]
    for (const options of wrong) {
      assert.throws(() => new App(options as AppOptions), { code: 'CORE_OPTION' }, String(options))
    }
  })
})

describe('operation ids and summaries', () => {
  function readItems(): number {
    return 1
  }

  it('come from the name of the route in its router, or of the function, as in FastAPI', async () => {
    const document = await documentOf({}, (app) => {
      app.get('/items/', readItems)
      app.get('/plain/{id:int}', () => 1)
      app.get('/', () => 1)
      app.include(
        router({ getUser: get('/users/{id}', readItems), list_all: get('/all', () => 1) }),
      )
    })
    const cases = [
      ['/items/', 'read_items_items__get', 'Read Items'],
      ['/plain/{id}', 'get_plain__id_', 'Get Plain Id'],
      ['/', 'get_', 'Get Root'],
      ['/users/{id}', 'get_user_users__id__get', 'Get User'],
      ['/all', 'list_all_all_get', 'List All'],
    ] as const
    for (const [path, id, summary] of cases) {
      assert.equal(at(document, 'paths', path, 'get', 'operationId'), id)
      assert.equal(at(document, 'paths', path, 'get', 'summary'), summary)
    }
  })

  it('differ even where the paths do so in punctuation only', async () => {
    const document = await documentOf({}, (app) => {
      app.get('/a-b', () => 1)
      app.get('/a_b', () => 1)
    })
    assert.equal(at(document, 'paths', '/a-b', 'get', 'operationId'), 'get_a_b')
    assert.equal(at(document, 'paths', '/a_b', 'get', 'operationId'), 'get_a_b_2')
  })

  it('are made by generateOperationId, unless the route has its own', async () => {
    const asked: unknown[] = []
    const options: AppOptions = {
      generateOperationId: (source) => {
        const { method, path, name, tags } = source
        asked.push({ method, path, name, tags })
        return `${tags[0]}-${name}`
      },
    }
    const document = await documentOf(options, (app) => {
      app.get('/items/{id:int}', { tags: ['items'] }, readItems)
      app.get('/other', { operationId: 'mine' }, () => 1)
    })
    assert.equal(at(document, 'paths', '/items/{id}', 'get', 'operationId'), 'items-readItems')
    assert.equal(at(document, 'paths', '/other', 'get', 'operationId'), 'mine')
    assert.deepEqual(asked, [
      { method: 'GET', path: '/items/{id}', name: 'readItems', tags: ['items'] },
    ])
  })

  it('stop the start if two routes have chosen the same', async () => {
    const app = new App()
    app.get('/a', { operationId: 'same' }, () => 1)
    app.get('/b', { operationId: 'same' }, () => 1)
    await assert.rejects(app.start().toPromise(), {
      code: 'APP_ROUTE',
      message: "GET /b and GET /a have the same operation id 'same'",
    })
    const none = new App({ generateOperationId: () => '' })
    none.get('/a', () => 1)
    await assert.rejects(none.start().toPromise(), { code: 'APP_ROUTE' })
  })
})

describe('parameters', () => {
  it('take examples, style and a description of their own, or stay out', async () => {
    const secret = dep({ key: header('x-key', str()) }, ({ key }) => key)
    const document = await documentOf({}, (app) =>
      app.get(
        '/items/{id:int}',
        {
          in: { ids: query(array(int())), internal: query(optional(str())), secret },
          parameters: {
            id: { examples: { small: { summary: 'A small one', value: 1 } } },
            ids: { style: 'pipeDelimited', explode: false, description: 'Which', deprecated: true },
            internal: { documented: false },
            'x-key': { example: 'abc' },
          },
        },
        () => 1,
      ),
    )
    const parameters = at(document, 'paths', '/items/{id}', 'get', 'parameters') as Tree[]
    assert.deepEqual(
      parameters.map(({ name }) => name),
      ['id', 'ids', 'x-key'],
    )
    assert.deepEqual(parameters[0]?.['examples'], { small: { summary: 'A small one', value: 1 } })
    const { schema: _, ...ids } = parameters[1] ?? {}
    assert.deepEqual(ids, {
      name: 'ids',
      in: 'query',
      required: true,
      description: 'Which',
      deprecated: true,
      style: 'pipeDelimited',
      explode: false,
    })
    assert.equal(parameters[2]?.['example'], 'abc')
  })

  it('appear once, as required if one of several dependencies requires it', async () => {
    const lenient = dep({ token: query(optional(str())) }, () => 1)
    const strict = dep({ token: query(str()) }, () => 1)
    for (const inputs of [
      { lenient, strict },
      { strict, lenient },
    ]) {
      const document = await documentOf({}, (app) => app.get('/', { in: inputs }, () => 1))
      const parameters = at(document, 'paths', '/', 'get', 'parameters') as Tree[]
      assert.deepEqual(
        parameters.map(({ name, required }) => [name, required]),
        [['token', true]],
      )
    }
  })
})

describe('request bodies', () => {
  it('have examples, a description and other media types', async () => {
    const examples = { normal: { summary: 'One', value: { name: 'a', price: 1 } } }
    const document = await documentOf({}, (app) =>
      app.post(
        '/items',
        {
          in: { item: body(Item) },
          requestBody: {
            description: 'What to add',
            examples,
            content: { 'application/xml': { schema: str(), example: '<item/>' } },
          },
        },
        () => 1,
      ),
    )
    assert.deepEqual(at(document, 'paths', '/items', 'post', 'requestBody'), {
      description: 'What to add',
      content: {
        'application/json': { schema: { $ref: '#/components/schemas/Item' }, examples },
        'application/xml': { schema: { type: 'string' }, example: '<item/>' },
      },
      required: true,
    })
  })

  it('are titled by their name where they are no component', async () => {
    const document = await documentOf({}, (app) =>
      app.post('/all', { in: { new_items: body(array(Item)) } }, () => 1),
    )
    const content = at(document, 'paths', '/all', 'post', 'requestBody', 'content')
    assert.deepEqual(at(content as Tree, 'application/json', 'schema'), {
      type: 'array',
      items: { $ref: '#/components/schemas/Item' },
      title: 'New Items',
    })
  })

  it('of forms and files, and raw ones, are valid', async () => {
    const document = await documentOf({}, (app) => {
      app.post('/form', { in: { name: form(), mail: form(email()) } }, () => 1)
      app.post('/file', { in: { upload: file({ description: 'A photo' }) } }, () => 1)
      app.put('/raw', { in: { data: rawBody() } }, () => 1)
    })
    const content = (path: string, method: string): string[] =>
      Object.keys(at(document, 'paths', path, method, 'requestBody', 'content') as Tree)
    assert.deepEqual(content('/form', 'post'), ['application/x-www-form-urlencoded'])
    assert.deepEqual(content('/file', 'post'), ['multipart/form-data'])
    assert.deepEqual(content('/raw', 'put'), ['application/octet-stream'])
    assert.match(JSON.stringify(document), /"title":"Upload","description":"A photo"/)
  })

  it('of files say what they are described as', async () => {
    const document = await documentOf({}, (app) => {
      app.post('/one', { in: { upload: file({ description: 'A picture' }) } }, () => 1)
    })
    const schemas = at(document, 'components', 'schemas') as Record<string, Tree>
    const [form] = Object.values(schemas).filter(
      (schema) => 'upload' in (schema['properties'] as Tree),
    )
    assert.equal(at(form as Tree, 'properties', 'upload', 'description'), 'A picture')
    assert.throws(() => file({ description: 1 as never }), { code: 'CORE_OPTION' })
  })
})

describe('responses', () => {
  it('say what `out` does not: descriptions, headers, links, media types, other statuses', async () => {
    const Failure = object({ detail: str() }, { title: 'Failure' })
    const links = { next: { operationId: 'get_items_2', parameters: { page: '$request.query.p' } } }
    const document = await documentOf({}, (app) => {
      app.get('/items/2', { operationId: 'get_items_2' }, () => 1)
      app.get(
        '/items',
        {
          out: { 200: array(Item), 404: Failure },
          responseDescription: 'All of them',
          responses: {
            200: {
              content: { 'image/png': {} },
              headers: { 'x-total': { description: 'How many', schema: int(), required: true } },
              links,
            },
            404: { description: 'None left' },
            403: { schema: Failure },
            '5XX': {},
            default: { description: 'Who knows' },
          },
        },
        () => [],
      )
    })
    const Reference = { $ref: '#/components/schemas/Failure' }
    const failure = { 'application/json': { schema: Reference } }
    assert.deepEqual(at(document, 'paths', '/items', 'get', 'responses'), {
      200: {
        description: 'All of them',
        content: {
          'application/json': {
            schema: {
              type: 'array',
              items: { $ref: '#/components/schemas/Item' },
              title: 'Response Get Items',
            },
          },
          'image/png': {},
        },
        headers: {
          'x-total': { description: 'How many', schema: { type: 'integer' }, required: true },
        },
        links,
      },
      403: { description: 'Forbidden', content: failure },
      404: { description: 'None left', content: failure },
      '5XX': { description: 'Server Error' },
      default: { description: 'Who knows' },
    })
  })

  it('include a 422 only where there is something to validate, and nothing else says it', async () => {
    const document = await documentOf({}, (app) => {
      app.get('/none', () => 1)
      app.get('/query', { in: { q: query() } }, () => 1)
      app.get('/own', { in: { q: query() }, responses: { '4XX': {} } }, () => 1)
    })
    const statuses = (path: string): string[] =>
      Object.keys(at(document, 'paths', path, 'get', 'responses') as Tree)
    assert.deepEqual(statuses('/none'), ['200'])
    assert.deepEqual(statuses('/query'), ['200', '422'])
    assert.deepEqual(statuses('/own'), ['200', '4XX'])
  })

  it('say of what is not JSON what it is', async () => {
    const document = await documentOf({}, (app) => {
      app.get('/page', { mediaType: 'text/html' }, () => '<p>')
      app.get('/lines', { out: { 200: Item } }, async function* () {
        yield { name: 'a', price: 1 }
      })
      app.get('/events', { out: { 200: events(Item) } }, async function* () {
        yield { data: { name: 'a', price: 1 } }
      })
      app.delete('/gone', { status: 204 }, () => undefined)
      app.patch('/moved', { status: 303 }, () => redirect('/page', { status: 303 }))
    })
    const ok = (path: string): unknown => at(document, 'paths', path, 'get', 'responses', 200)
    assert.deepEqual(at(ok('/page') as Tree, 'content'), {
      'text/html': { schema: { type: 'string' } },
    })
    const schema = { $ref: '#/components/schemas/Item' }
    assert.deepEqual(at(ok('/lines') as Tree, 'content'), {
      'application/jsonl': { itemSchema: schema },
    })
    const data = at(
      ok('/events') as Tree,
      'content',
      'text/event-stream',
      'itemSchema',
      'properties',
      'data',
    )
    assert.deepEqual(at(data as Tree, 'contentSchema'), schema)
    assert.deepEqual(at(document, 'paths', '/gone', 'delete', 'responses'), {
      204: { description: 'Successful Response' },
    })
    assert.deepEqual(at(document, 'paths', '/moved', 'patch', 'responses'), {
      303: { description: 'Successful Response' },
    })
  })

  it('are refused where OpenAPI has no place for them', () => {
    const app = new App()
    const wrong: unknown[] = [
      { responses: { ok: {} } },
      { responses: { 200: { descriptoin: 'x' } } },
      { responses: { 200: { content: { 'a/b': { model: 1 } } } } },
      { responses: { 200: { headers: { a: { type: 'string' } } } } },
      { requestBody: { example: 1 } },
      { parameters: { q: { schema: str() } } },
      { mediaType: 'html' },
      { externalDocs: { href: 'x' } },
    ]
    for (const options of wrong) {
      assert.throws(() => app.get('/', options as object, () => 1), { code: 'CORE_OPTION' })
    }
  })
})

describe('callbacks and webhooks', () => {
  const Event = object({ paid: nullable(str()) }, { title: 'InvoiceEvent' })

  it('of a route stand by name and by the expression of their URL', async () => {
    const document = await documentOf({}, (app) =>
      app.post(
        '/invoices/',
        {
          in: { callback_url: query(optional(str())) },
          callbacks: {
            invoice_notification: {
              '{$callback_url}/invoices/{$request.body.id}': operation('POST', {
                in: { event: body(Event) },
                out: { 200: object({ ok: str() }, { title: 'EventReceived' }) },
              }),
            },
          },
        },
        () => 1,
      ),
    )
    const url = '{$callback_url}/invoices/{$request.body.id}'
    const callback = at(
      document,
      'paths',
      '/invoices/',
      'post',
      'callbacks',
      'invoice_notification',
      url,
      'post',
    ) as Tree
    assert.equal(
      callback['operationId'],
      'invoice_notification__callback_url__invoices___request_body_id__post',
    )
    assert.equal(callback['summary'], 'Invoice Notification')
    assert.deepEqual(at(callback, 'requestBody', 'content', 'application/json', 'schema'), {
      $ref: '#/components/schemas/InvoiceEvent',
    })
    assert.ok(at(document, 'components', 'schemas', 'EventReceived'))
  })

  it('of the app are described like routes that are never served', async () => {
    const options: AppOptions = {
      webhooks: {
        'new-subscription': operation('POST', {
          in: { subscription: body(Event) },
          description: 'Somebody subscribed',
        }),
      },
    }
    const document = await documentOf(options, (app) => app.get('/users/', () => 1))
    const webhook = at(document, 'webhooks', 'new-subscription', 'post') as Tree
    assert.equal(webhook['operationId'], 'new_subscriptionnew_subscription_post')
    assert.equal(webhook['summary'], 'New Subscription')
    assert.equal(webhook['description'], 'Somebody subscribed')
    assert.deepEqual(Object.keys(document['paths'] as Tree), ['/users/'])
  })

  it('need a method', () => {
    assert.throws(() => operation('FETCH' as never), { code: 'CORE_OPTION' })
    assert.throws(() => operation('POST', { summery: 'x' } as never), { code: 'CORE_OPTION' })
  })
})

describe('what a route or an app adds by hand', () => {
  it('is merged into the operation: objects deeply, arrays appended', async () => {
    const document = await documentOf({}, (app) =>
      app.post(
        '/items',
        {
          tags: ['items'],
          openapiExtra: {
            tags: ['by-hand'],
            'x-aperture-labs-portal': 'blue',
            responses: { 200: { description: 'Other words' } },
            requestBody: { content: { 'application/yaml': { schema: { type: 'object' } } } },
          },
        },
        () => 1,
      ),
    )
    const operation = at(document, 'paths', '/items', 'post') as Tree
    assert.deepEqual(operation['tags'], ['items', 'by-hand'])
    assert.equal(operation['x-aperture-labs-portal'], 'blue')
    assert.deepEqual(at(operation, 'responses', 200), {
      description: 'Other words',
      content: { 'application/json': { schema: {} } },
    })
    assert.ok(at(operation, 'requestBody', 'content', 'application/yaml'))
  })

  it('does not change what was declared', async () => {
    const openapiExtra = { responses: { 200: { headers: { a: { schema: {} } } } } }
    const shared = { responses: { 200: { description: 'Shared' } }, openapiExtra }
    const before = structuredClone(shared)
    await documentOf({}, (app) => {
      app.get('/a', shared, () => 1)
      app.get('/b', shared, () => 1)
    })
    assert.deepEqual(shared, before)
  })

  it('is changed at last by transformOpenApi, once', async () => {
    let calls = 0
    const options: AppOptions = {
      transformOpenApi: (document) => {
        calls++
        document.info['x-logo'] = { url: '/logo.png' }
      },
    }
    const app = new App(options)
    await app.start().toPromise()
    const document = app.openapi()
    assert.deepEqual(at(document as Tree, 'info', 'x-logo'), { url: '/logo.png' })
    assert.equal(app.openapi(), document)
    assert.equal(calls, 1)
    await app.stop().toPromise()
    const other = await documentOf(
      { transformOpenApi: (document) => ({ ...document, 'x-own': true }) },
      () => undefined,
    )
    assert.equal(other['x-own'], true)
  })
})

describe('App.openapi', () => {
  it('writes the document when it is first asked for, not when the app starts', async () => {
    let calls = 0
    const app = new App({ transformOpenApi: () => void calls++ })
    app.include(router({ one: post('/one/{id}', { in: { id: path(str()) } }, () => 1) }))
    await app.start().toPromise()
    assert.equal(calls, 0)
    app.openapi()
    assert.equal(calls, 1)
    await app.stop().toPromise()
  })
})
