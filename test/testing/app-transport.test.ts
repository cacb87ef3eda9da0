import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { App, reply } from '../../src/app/index.ts'
import { HttpResponse, StreamBody } from '../../src/http/index.ts'
import { HttpClient } from '../../src/http-client/index.ts'
import { body, int, object, str } from '../../src/index.ts'
import { appTransport } from '../../src/testing/index.ts'
import { until } from '../http-client/support/origin.ts'

function clientOf(target: Parameters<typeof appTransport>[0]): HttpClient {
  return new HttpClient({ baseUrl: 'http://shop', transport: appTransport(target), retry: false })
}

describe('appTransport', () => {
  it('lets a client call an app, from start to stop', async () => {
    const life: string[] = []
    const app = new App({ title: 'Shop', version: '1' })
    app.onStart(() => void life.push('start'))
    app.onStop(() => void life.push('stop'))
    app.get('/user/{id:int}', ({ id }) => ({ id }))
    app.post('/users', { in: { user: body(object({ name: str(), age: int() })) } }, ({ user }) =>
      reply(201, user),
    )
    const client = clientOf(app)
    assert.deepEqual(await client.get('/user/7').then((response) => response.json()), { id: 7 })
    const made = await client.post('/users', { json: { name: 'Ann', age: 40 } })
    assert.deepEqual([made.status, await made.json()], [201, { name: 'Ann', age: 40 }])
    assert.equal((await client.post('/users', { json: {} })).status, 422)
    assert.equal((await client.get('/nowhere')).status, 404)
    await client.close()
    assert.deepEqual(life, ['start', 'stop'])
  })

  it('lets a client call a handler, which sees method, target, headers and body', async () => {
    const client = clientOf((request) =>
      request.bytes().then((bytes) => {
        const seen = [request.method, request.target, request.header('host'), request.header('x-a')]
        return new HttpResponse(200, `${seen.join(' ')} ${Buffer.from(bytes).toString()}`)
      }),
    )
    async function* pieces(): AsyncGenerator<string, void> {
      yield 'a'
      yield 'b'
    }
    const options = { headers: { 'x-a': '1' }, body: pieces, query: { q: 1 } }
    const response = await client.put('/x', options)
    assert.equal(await response.text(), 'PUT /x?q=1 shop 1 ab')
  })

  it('streams responses, and ends the source when the client has enough', async () => {
    let isEnded = false
    const client = clientOf(() => {
      async function* lines(): AsyncGenerator<string, void> {
        try {
          for (let line = 0; ; line++) yield `${line}\n`
        } finally {
          isEnded = true
        }
      }
      return new HttpResponse(200, new StreamBody(lines()), 'text/plain')
    })
    const response = await client.get('/')
    for await (const piece of response) {
      assert.equal(Buffer.from(piece).toString(), '0\n')
      break
    }
    await until(() => isEnded)
  })

  it('gives HEAD no body', async () => {
    const client = clientOf(() => new HttpResponse(200, 'text', 'text/plain'))
    const response = await client.head('/')
    assert.deepEqual([response.header('content-type'), await response.text()], ['text/plain', ''])
  })

  it('tells the handler when the call is given up', async () => {
    const told = Promise.withResolvers<unknown>()
    const client = clientOf((request) => {
      request.signal.addEventListener('abort', () => told.resolve(request.signal.reason))
      return new Promise<never>(() => {})
    })
    await assert.rejects(async () => client.get('/', { timeoutMs: 20 }), { phase: 'total' })
    assert.equal(((await told.promise) as { code?: string }).code, 'CORE_ABORTED')
  })

  it('fails with what the handler throws', async () => {
    const reason = new RangeError('broken')
    const client = clientOf(() => {
      throw reason
    })
    await assert.rejects(async () => client.get('/'), reason)
  })
})
