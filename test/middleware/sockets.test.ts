import assert from 'node:assert/strict'
import { once } from 'node:events'
import { describe, it } from 'node:test'
import { WebSocket as WsClient } from 'ws'
import { App, signal } from '../../src/app/index.ts'
import { sleep } from '../../src/future/index.ts'
import { HttpServer } from '../../src/http/index.ts'
import {
  bodyLimit,
  compose,
  cors,
  requestId,
  securityHeaders,
  timeout,
  trustedHost,
} from '../../src/middleware/index.ts'
import { exchange, statuses, text, withServer } from '../http/support/serve.ts'
import { recover } from './support.ts'

describe('middlewares over sockets', () => {
  it('stand around an app', async () => {
    const app = new App({
      use: [requestId(), securityHeaders(), cors(), trustedHost(['127.0.0.1']), bodyLimit(5)],
    })
    app.get('/x', () => 'x')
    app.post('/x', () => 'posted')
    app.websocket('/chat', async (socket) => socket.send('hello'))
    const server = await app.listen({ port: 0, host: '127.0.0.1' })
    const url = `http://127.0.0.1:${server.port}`
    try {
      for (let count = 0; count < 3; count++) {
        const response = await fetch(`${url}/x`)
        assert.equal(await response.text(), '"x"')
        assert.equal(response.headers.get('access-control-allow-origin'), '*')
        assert.equal(response.headers.get('x-content-type-options'), 'nosniff')
        assert.match(response.headers.get('x-request-id') ?? '', /^[0-9a-f]{32}$/)
      }
      const head = await fetch(`${url}/x`, { method: 'HEAD' })
      assert.deepEqual([head.status, head.headers.get('content-length')], [200, '3'])
      assert.equal((await fetch(`${url}/x`, { method: 'POST', body: 'too long' })).status, 413)
      assert.equal((await fetch(`${url}/none`)).headers.get('x-frame-options'), 'SAMEORIGIN')
      const client = new WsClient(`ws://127.0.0.1:${server.port}/chat`)
      const upgraded = once(client, 'upgrade')
      const [message] = (await once(client, 'message')) as [Buffer]
      const [answer] = (await upgraded) as [{ headers: Record<string, string> }]
      assert.equal(message.toString(), 'hello')
      assert.match(answer.headers['x-request-id'] ?? '', /^[0-9a-f]{32}$/)
      client.terminate()
    } finally {
      await server.close({ timeoutMs: 0 })
    }
  })

  it('give up handlers that take too long, with their signal', async () => {
    const app = new App({ use: [timeout(20)] })
    const fired: unknown[] = []
    app.get('/slow', { in: { aborted: signal() } }, ({ aborted }) => {
      return sleep(60_000, { signal: aborted }).catch((reason: unknown) => fired.push(reason))
    })
    const server = await app.listen({ port: 0, host: '127.0.0.1' })
    try {
      const response = await fetch(`http://127.0.0.1:${server.port}/slow`)
      assert.equal(response.status, 503)
      assert.deepEqual(await response.json(), { detail: 'The handler took too long' })
      assert.equal(fired.length, 1)
    } finally {
      await server.close({ timeoutMs: 0 })
    }
  })

  it('stand around the handler of a server without an app', async () => {
    const run = compose([cors(), trustedHost(['a.test'])], () => text(200, 'ok'), recover)
    await withServer(
      (request) => run(request),
      async (server: HttpServer) => {
        const answers = await exchange(
          server,
          'GET / HTTP/1.1\r\nHost: a.test\r\n\r\nGET / HTTP/1.1\r\nHost: b.test\r\n\r\n',
        )
        assert.deepEqual(statuses(answers), [200, 400])
        assert.equal(answers.split('access-control-allow-origin: *').length, 3)
      },
    )
  })
})
