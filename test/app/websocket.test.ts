import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { WebSocket as WsClient } from 'ws'
import {
  App,
  body,
  dep,
  header,
  query,
  RouteDefinitionError,
  router,
  websocket,
} from '../../src/app/index.ts'
import { HttpError } from '../../src/http/index.ts'
import { int, object, optional, str } from '../../src/schema/index.ts'
import { TestSocketRefusedError } from '../../src/testing/index.ts'
import { makeApp } from './support.ts'

async function refusal(opening: PromiseLike<unknown>): Promise<TestSocketRefusedError> {
  try {
    await opening
  } catch (error) {
    assert.ok(error instanceof TestSocketRefusedError, String(error))
    return error
  }
  throw new Error('The socket was opened')
}

describe('App.websocket', () => {
  it('gives a handler its socket, parameters, inputs and dependencies', async () => {
    const { app, client } = makeApp()
    const user = dep({ in: { name: query(str()) } }, ({ name }) => ({ name }))
    app.websocket(
      '/rooms/{room:int}',
      { in: { user, agent: header('user-agent', optional(str())) }, subprotocols: ['chat'] },
      async (socket, { room, user, agent }) => {
        const known: number = room
        await socket.send(JSON.stringify({ room: known, user, agent: agent ?? null }))
      },
    )
    const socket = await client.connect('/rooms/7', {
      query: { name: 'Ann' },
      headers: { 'user-agent': 'test' },
      subprotocols: ['other', 'chat'],
    })
    assert.equal(socket.subprotocol, 'chat')
    assert.deepEqual(await socket.receiveJson(), { room: 7, user: { name: 'Ann' }, agent: 'test' })
  })

  it('answers inputs that do not fit with 422, and opens no socket', async () => {
    const { app, client } = makeApp()
    let calls = 0
    app.websocket('/rooms/{room:int}', { in: { limit: query(int({ max: 5 })) } }, () => {
      calls++
    })
    for (const path of ['/rooms/x?limit=1', '/rooms/1?limit=6', '/rooms/1']) {
      assert.equal((await refusal(client.connect(path))).response.status, 422)
    }
    assert.equal(calls, 0)
  })

  it('lets a dependency refuse', async () => {
    const { app, client } = makeApp()
    const guard = dep(() => {
      throw new HttpError(403, 'members only')
    })
    app.websocket('/private', { in: { guard } }, () => undefined)
    const { response } = await refusal(client.connect('/private'))
    assert.equal(response.status, 403)
    assert.deepEqual(response.json(), { detail: 'members only' })
  })

  it('reads no inputs and runs no dependencies for what is no handshake', async () => {
    const { app, client } = makeApp()
    let calls = 0
    const counted = dep({}, () => ++calls)
    app.websocket('/echo/{id:int}', { in: { counted }, origins: ['https://a.example'] }, () => {})
    const plain = await client.get('/echo/x')
    const foreign = client.connect('/echo/1', { headers: { origin: 'https://b.example' } })
    assert.equal(plain.status, 426)
    assert.equal((await refusal(foreign)).response.status, 403)
    assert.equal(calls, 0)
    await client.connect('/echo/1')
    assert.equal(calls, 1)
  })

  it('answers other requests with 426', async () => {
    const { app, client } = makeApp()
    app.websocket('/ws', () => undefined)
    const response = await client.get('/ws')
    assert.equal(response.status, 426)
    assert.equal(response.headers.get('upgrade'), 'websocket')
    assert.equal((await client.post('/ws')).status, 405)
  })

  it('cleans up behind the socket, not behind the handshake', async () => {
    const { app, client } = makeApp()
    const log: string[] = []
    const resource = dep(async function* resource() {
      log.push('made')
      yield 'resource'
      log.push('ended')
    })
    app.websocket('/ws', { in: { resource } }, async (socket) => {
      for await (const message of socket) log.push(String(message))
      log.push('handler done')
    })
    const socket = await client.connect('/ws')
    socket.send('a')
    await client.get('/nowhere')
    assert.deepEqual(log, ['made', 'a'])
    await socket.close()
    await client.close()
    assert.deepEqual(log, ['made', 'a', 'handler done', 'ended'])
  })

  it('closes sockets with 1001 before core dependencies end', async () => {
    const { app, client } = makeApp()
    const log: string[] = []
    const pool = dep({ scope: 'core' }, async function* pool() {
      yield 'pool'
      log.push('pool ended')
    })
    app.websocket('/ws', { in: { pool } }, async (socket) => {
      for await (const _ of socket) log.push('message')
      await new Promise((resolve) => setTimeout(resolve, 20))
      log.push('handler done')
    })
    const socket = await client.connect('/ws')
    await client.close()
    assert.equal((await socket.closed).code, 1001)
    assert.deepEqual(log, ['handler done', 'pool ended'])
  })

  it('closes with 1011 and logs what a handler throws', async () => {
    const { app, client, logged } = makeApp()
    app.websocket('/ws', (socket) => {
      socket.onMessage(() => {
        throw new Error('broken')
      })
    })
    const socket = await client.connect('/ws')
    socket.send('x')
    assert.equal((await socket.closed).code, 1011)
    assert.deepEqual(logged.map(String), ['Error: broken'])
  })

  it('tells its own onError instead, if it has one', async () => {
    const { app, client, logged } = makeApp()
    const told: unknown[] = []
    const onError = (error: unknown): void => void told.push(error)
    app.websocket('/ws', { onError }, async () => {
      throw new Error('broken')
    })
    const socket = await client.connect('/ws')
    assert.equal((await socket.closed).code, 1011)
    assert.deepEqual([told.length, logged.length], [1, 0])
  })

  it('stands in routers, with their prefixes and guards, and not in OpenAPI', async () => {
    const { app, client } = makeApp()
    const echo = websocket('/echo', (socket) => {
      socket.onMessage((message) => socket.send(message))
    })
    const guard = dep({ in: { key: query(str()) } }, ({ key }) => {
      if (key !== 'secret') throw new HttpError(401)
    })
    app.include(router({ echo }, { prefix: '/v1', in: { guard } }))
    assert.equal((await refusal(client.connect('/v1/echo?key=wrong'))).response.status, 401)
    const socket = await client.connect('/v1/echo?key=secret')
    socket.send(Buffer.of(1, 2, 3))
    assert.deepEqual(await socket.receive(), Buffer.of(1, 2, 3))
    assert.deepEqual(Object.keys((app.openapi() as { paths: object }).paths), [])
  })

  it('refuses inputs that need a body, and unknown options', async () => {
    const app = new App()
    app.websocket('/ws', { in: { data: body(object({})) } }, () => undefined)
    await assert.rejects(async () => app.start(), RouteDefinitionError)
    const add = (options: object): void => app.websocket('/x', options, () => undefined)
    assert.throws(() => add({ maxMesageBytes: 1 }), { code: 'CORE_OPTION' })
    assert.throws(() => add({ maxBufferedBytes: 1 }), { code: 'CORE_OPTION' })
    assert.throws(() => add({ slowPeer: 'ignore' }), { code: 'CORE_OPTION' })
    assert.throws(() => add({ origins: ['not an origin'] }), { code: 'CORE_OPTION' })
    assert.throws(() => add({ subprotocols: ['a b'] }), { code: 'CORE_OPTION' })
    assert.throws(() => add({ deflate: { windowBits: 8 } }), { code: 'CORE_OPTION' })
  })

  it('works over real sockets, and drains them', async () => {
    const app = new App()
    app.websocket('/chat/{room}', async (socket, { room }) => {
      for await (const message of socket) await socket.send(`${room}: ${message.toString()}`)
    })
    const server = await app.listen({ port: 0, host: '127.0.0.1' })
    const client = new WsClient(`ws://127.0.0.1:${server.port}/chat/lobby`)
    await once(client, 'open')
    client.send('hello')
    const [answer] = (await once(client, 'message')) as [Buffer]
    assert.equal(answer.toString(), 'lobby: hello')
    const closed = once(client, 'close')
    await server.close()
    assert.equal((await closed)[0], 1001)
  })
})

describe('TestSocket', () => {
  it('fails to receive when the socket is closed and nothing is left', async () => {
    const { app, client } = makeApp()
    app.websocket('/ws', async (socket) => {
      await socket.send('last words')
      void socket.close(4004, 'gone')
    })
    const socket = await client.connect('/ws')
    assert.deepEqual(await socket.closed, { code: 4004, reason: 'gone', wasClean: true })
    assert.equal(await socket.receive(), 'last words')
    await assert.rejects(async () => socket.receive(), { code: 'CORE_CLOSED' })
    assert.throws(() => socket.send('x'), { code: 'CORE_CLOSED' })
  })

  it('is iterated, and goes away without a word when terminated', async () => {
    const { app, client } = makeApp()
    const closes: number[] = []
    app.websocket('/ws', async (socket) => {
      socket.onClose(({ code }) => closes.push(code))
      socket.onMessage((message) => socket.send(message))
    })
    const socket = await client.connect('/ws')
    socket.sendJson([1])
    for await (const message of socket) {
      assert.equal(message, '[1]')
      socket.terminate()
    }
    await client.close()
    assert.deepEqual(closes, [1006])
  })
})
