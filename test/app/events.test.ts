import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { App, dep, events, lastEventId, reply, signal } from '../../src/app/index.ts'
import { parseEventStream, type ServerSentEvent, sse } from '../../src/http/index.ts'
import { int, object, optional } from '../../src/schema/index.ts'
import { RawClient } from '../http/support/raw-client.ts'
import { makeApp } from './support.ts'

const Tick = object({ n: int() }, { title: 'Tick' })

describe('events', () => {
  const { app, client } = makeApp()
  app.get('/ticks', { out: { 200: events(Tick) } }, async function* () {
    yield { data: { n: 1, secret: 'x' }, id: 1 }
    yield { event: 'end', data: { n: 2 } }
  })
  app.get('/free', { out: { 200: events() } }, async function* () {
    yield { data: 'text' }
    yield { data: ['json'] }
  })
  app.get('/later', { out: { 200: events(Tick, { retryMs: 5 }) } }, async () => [
    { data: { n: 1 } },
  ])
  app.get('/reply', { out: { 200: events(Tick), 204: null } }, () =>
    reply(200, [{ data: { n: 1 } }], { cookies: [{ name: 'a', value: '1' }] }),
  )
  app.get('/response', () => sse([{ data: 'x' }]))
  app.post('/wrong', { out: { 200: events() } }, () => 5 as never)
  app.get(
    '/resumed',
    { in: { from: lastEventId(int({ default: 0 })) }, out: { 200: events() } },
    async function* ({ from }) {
      for (let id = from + 1; id <= 3; id++) yield { id, data: id }
    },
  )
  app.get('/id', { in: { id: lastEventId() } }, ({ id }) => ({ id }))

  it('are sent as their schema says, and nothing else of them', async () => {
    const response = await client.get('/ticks')
    assert.equal(response.headers.get('content-type'), 'text/event-stream; charset=utf-8')
    assert.equal(response.headers.get('cache-control'), 'no-store')
    assert.equal(response.text, 'id: 1\ndata: {"n":1}\n\nevent: end\ndata: {"n":2}\n\n')
    assert.deepEqual(response.events(), [
      { event: 'message', data: '{"n":1}', id: '1' },
      { event: 'end', data: '{"n":2}', id: '1' },
    ])
  })

  it('are text or JSON without a schema', async () => {
    const response = await client.get('/free')
    assert.deepEqual(
      response.events().map(({ data }) => data),
      ['text', '["json"]'],
    )
  })

  it('may be returned, now or later, also in a reply or a response', async () => {
    assert.equal((await client.get('/later')).text, 'retry: 5\n\ndata: {"n":1}\n\n')
    assert.equal((await client.get('/response')).text, 'data: x\n\n')
    const answer = await client.get('/reply')
    assert.equal(answer.text, 'data: {"n":1}\n\n')
    assert.equal(answer.headers.get('cache-control'), 'no-store')
    assert.match(answer.headers.get('set-cookie') ?? '', /^a=1;/)
  })

  it('go on where the client lost its connection', async () => {
    const headers = { 'last-event-id': '1' }
    const response = await client.get('/resumed', { headers })
    assert.deepEqual(
      response.events().map(({ data }) => data),
      ['2', '3'],
    )
    assert.equal((await client.get('/resumed', { headers: { 'last-event-id': 'x' } })).status, 422)
    assert.deepEqual((await client.get('/id')).json(), {})
    const utf8 = Buffer.from('ä€').toString('latin1')
    const answer = await client.get('/id', { headers: { 'last-event-id': utf8 } })
    assert.deepEqual(answer.json(), { id: 'ä€' })
  })

  it('are a 500 if the handler returns something else', async () => {
    assert.equal((await client.post('/wrong')).status, 500)
  })

  it('are in the OpenAPI document', async () => {
    await client.get('/id')
    const { paths } = app.openapi() as {
      paths: Record<string, { get: { responses: Record<string, { content: object }> } }>
    }
    assert.deepEqual(paths['/ticks']?.get.responses['200']?.content, {
      'text/event-stream': {
        itemSchema: {
          type: 'object',
          properties: {
            data: {
              type: 'string',
              contentMediaType: 'application/json',
              contentSchema: { $ref: '#/components/schemas/Tick' },
            },
            event: { type: 'string' },
            id: { type: 'string' },
            retry: { type: 'integer', minimum: 0 },
          },
          required: ['data'],
        },
      },
    })
  })

  it('are declared for status 200, with known options', () => {
    const app = new App()
    assert.throws(() => app.get('/', { out: { 201: events() } }, () => [] as never), {
      code: 'CORE_OPTION',
    })
    assert.throws(() => events(Tick, { heartbeat: 5 } as never), { code: 'CORE_OPTION' })
    assert.throws(() => events({} as never), { code: 'CORE_OPTION' })
  })

  it('keep their dependencies until the client goes away, and end with it', async () => {
    const log: string[] = []
    const { promise: over, resolve } = Promise.withResolvers<void>()
    const resource = dep(async function* () {
      yield 'resource'
      log.push('cleanup')
      resolve()
    })
    const app = new App()
    app.get(
      '/',
      { in: { resource, signal: signal() }, out: { 200: events() } },
      async function* ({ resource, signal }) {
        yield { data: resource }
        try {
          await new Promise((_, reject) => {
            signal.addEventListener('abort', () => reject(new Error('gone')))
          })
        } finally {
          log.push('handler')
        }
      },
    )
    const server = await app.listen({ port: 0, reactors: 1 })
    const client = await RawClient.connect(server.port)
    client.send('GET / HTTP/1.1\r\nhost: a\r\n\r\n')
    await client.until(/resource/)
    assert.deepEqual(log, [])
    client.reset()
    await over
    assert.deepEqual(log, ['handler', 'cleanup'])
    await server.close()
  })

  it('reach a client over a connection, typed', async () => {
    const app = new App()
    app.get('/', { out: { 200: events(Tick) } }, () => ticks())
    async function* ticks(): AsyncGenerator<ServerSentEvent<{ n: number }>> {
      for (let n = 0; n < 3; n++) yield { data: { n } }
    }
    const server = await app.listen({ port: 0, reactors: 1 })
    const { body } = await fetch(`http://127.0.0.1:${server.port}/`)
    const seen: unknown[] = []
    for await (const { data } of parseEventStream(body!)) seen.push(JSON.parse(data))
    assert.deepEqual(seen, [{ n: 0 }, { n: 1 }, { n: 2 }])
    await server.close()
  })
})

describe('lastEventId', () => {
  it('is absent on a first connection, unless its schema says something else', async () => {
    const { app, client } = makeApp()
    app.get('/', { in: { id: lastEventId(optional(int())) } }, ({ id }) => id ?? 'none')
    assert.equal((await client.get('/')).json(), 'none')
  })
})
