import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { ClientHttp2Session } from 'node:http2'
import { describe, it } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { sleep } from '../../src/future/index.ts'
import { HttpResponse, HttpServer, type RequestHandler } from '../../src/http/index.ts'
import {
  broadcast,
  type HandshakeRequest,
  type WebSocket,
  type WebSocketClose,
  type WebSocketOptions,
  webSocketHandler,
} from '../../src/websocket/index.ts'
import { http2Request, withHttp2 } from '../http/support/tls-client.ts'
import { close, describeFrame, frame, ping, text } from './support/frames.ts'
import { Http2Socket } from './support/http2-socket.ts'
import { echo } from './support/serve.ts'

type Use = (session: ClientHttp2Session, server: HttpServer) => Promise<void>

async function withHandler(
  handler: RequestHandler,
  use: Use,
  http2: { readonly webSockets?: boolean } = {},
): Promise<void> {
  const server = new HttpServer(handler, { http2: { cleartext: true, ...http2 } })
  await server.listen({ port: 0, host: '127.0.0.1' })
  try {
    await withHttp2(server.port, (session) => use(session, server))
  } finally {
    await server.close({ timeoutMs: 0 })
  }
}

function withSockets(
  handler: (socket: WebSocket, request: HandshakeRequest) => unknown,
  use: Use,
  options: WebSocketOptions = {},
): Promise<void> {
  return withHandler(webSocketHandler(handler, options), use)
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(1)
}

describe('a WebSocket over HTTP/2', () => {
  it('is opened by an extended CONNECT, and echoes beside requests of the same connection', () =>
    withSockets(echo, async (session, server) => {
      const sockets = await Promise.all([Http2Socket.open(session), Http2Socket.open(session)])
      for (const [at, socket] of sockets.entries()) {
        assert.equal(socket.status, 200)
        assert.equal(socket.head['sec-websocket-accept'], undefined)
        socket.send(text(`hello ${at}`), ping('p'))
      }
      const answers = await Promise.all(sockets.map((socket) => socket.untilFrames(2)))
      assert.deepEqual(
        answers.map((frames) => frames.map(describeFrame)),
        [0, 1].map((at) => [`text:hello ${at}`, 'pong:70']),
      )
      assert.equal((await http2Request(session, { ':path': '/' })).status, 426)
      assert.equal(server.stats().http2.sessions, 1)
      assert.equal(server.stats().requests.inFlight, 0)
    }))

  it('shows its request as the GET with an upgrade that it stands for', async () => {
    const seen: unknown[] = []
    await withSockets(
      (socket, request) => {
        const { method, path, httpVersion, hasBody } = request
        seen.push(method, path, httpVersion, hasBody, request.header('upgrade'))
        socket.terminate()
      },
      async (session) => {
        await (await Http2Socket.open(session, '/chat?room=1')).untilEnd()
      },
    )
    assert.deepEqual(seen, ['GET', '/chat', '2', false, 'websocket'])
  })

  it('agrees on subprotocol and compression', () =>
    withSockets(
      (socket) => socket.onMessage((message) => socket.send(`${socket.subprotocol}:${message}`)),
      async (session) => {
        const socket = await Http2Socket.open(session, '/', {
          'sec-websocket-protocol': 'a, b',
          'sec-websocket-extensions': 'permessage-deflate; client_no_context_takeover',
        })
        assert.equal(socket.head['sec-websocket-protocol'], 'b')
        assert.match(String(socket.head['sec-websocket-extensions']), /^permessage-deflate/)
        const packed = deflateRawSync('x'.repeat(500), { finishFlush: 2 }).subarray(0, -4)
        socket.send(frame({ opcode: 1, payload: packed, rsv: 4 }))
        const [answer] = await socket.untilFrames(1)
        assert.equal(answer?.rsv, 4)
      },
      { subprotocols: ['b'], deflate: { thresholdBytes: 0 } },
    ))

  const refused: readonly (readonly [string, Record<string, string>, number])[] = [
    ['no version', { 'sec-websocket-version': '' }, 426],
    ['version 8', { 'sec-websocket-version': '8' }, 426],
    ['a foreign origin', { origin: 'https://evil.example' }, 403],
    ['malformed subprotocols', { 'sec-websocket-protocol': 'a b' }, 400],
    ['a length', { 'content-length': '3' }, 400],
    ['another protocol', { ':protocol': 'connect-udp' }, 426],
  ]
  for (const [name, headers, status] of refused) {
    it(`refuses ${name} with ${status}`, () =>
      withSockets(echo, async (session) => {
        assert.equal((await Http2Socket.open(session, '/', headers)).status, status)
      }))
  }

  it('answers the close frame and ends the stream, not the connection', async () => {
    const closed: WebSocketClose[] = []
    await withSockets(
      (socket) => socket.onClose((each) => closed.push(each)),
      async (session) => {
        const socket = await Http2Socket.open(session)
        socket.send(close(1000, 'bye'))
        assert.deepEqual((await socket.untilEnd()).map(describeFrame), ['close:1000'])
        socket.stream.end()
        await once(socket.stream, 'close')
        assert.equal(socket.stream.rstCode, 0)
        assert.equal((await Http2Socket.open(session)).status, 200)
      },
    )
    assert.deepEqual(closed[0], { code: 1000, reason: 'bye', wasClean: true })
  })

  it('tells of a stream that was reset, or ended without a close frame, as 1006', async () => {
    const closed: number[] = []
    await withSockets(
      (socket) => socket.onClose(({ code }) => closed.push(code)),
      async (session, server) => {
        const [reset, ended] = [await Http2Socket.open(session), await Http2Socket.open(session)]
        reset.stream.close(8)
        await until(() => closed.length === 1)
        ended.stream.end()
        await until(() => closed.length === 2)
        assert.equal(server.stats().aborted, 0)
      },
    )
    assert.deepEqual(closed, [1006, 1006])
  })

  it('closes with 1002 for what is no frame, and 1009 for what is too big', () =>
    withSockets(
      echo,
      async (session) => {
        const [broken, big] = [await Http2Socket.open(session), await Http2Socket.open(session)]
        broken.send(frame({ opcode: 3 }))
        big.send(text('x'.repeat(2000)))
        assert.deepEqual((await broken.untilEnd()).map(describeFrame), ['close:1002'])
        assert.deepEqual((await big.untilEnd()).map(describeFrame), ['close:1009'])
      },
      { maxMessageBytes: 1000 },
    ))

  it('cuts off a peer that does not read, with CANCEL', async () => {
    const closed: number[] = []
    await withSockets(
      (socket) => {
        socket.onClose(({ code }) => closed.push(code))
        socket.onMessage(async () => {
          while (socket.state === 'open') {
            socket.send(new Uint8Array(60_000))
            await sleep(0)
          }
        })
      },
      async (session) => {
        const socket = await Http2Socket.open(session)
        socket.stream.pause()
        socket.send(text('go'))
        await until(() => closed.length === 1)
        socket.stream.resume()
        await socket.untilEnd()
        assert.equal(socket.stream.rstCode, 8)
      },
      { maxBufferedBytes: 65_536 },
    )
    assert.deepEqual(closed, [1006])
  })

  it('holds back a peer whose messages nobody takes', async () => {
    let sockets: WebSocket[] = []
    await withSockets(
      (socket) => {
        sockets = [socket]
        return new Promise(() => {})
      },
      async (session) => {
        const client = await Http2Socket.open(session)
        const message = text('x'.repeat(16_000))
        for (let at = 0; at < 200; at++) client.send(message)
        await until(() => client.stream.writableLength > 0)
        const waiting = client.stream.writableLength
        let count = 0
        sockets[0]!.onMessage(() => count++)
        await until(() => count === 200)
        assert.ok(waiting > 1_000_000, `${waiting} bytes were held back`)
      },
      { maxPendingMessages: 4 },
    )
  })

  it('gets what is published, large messages whole', () =>
    withSockets(
      (socket) => socket.subscribe('news'),
      async (session) => {
        const clients = await Promise.all([1, 2, 3].map(() => Http2Socket.open(session)))
        broadcast('news', 'x'.repeat(300_000))
        broadcast('news', 'é')
        for (const client of clients) {
          const [long, short] = await client.untilFrames(2)
          assert.equal(long?.payload.length, 300_000)
          assert.equal(short?.payload.toString(), 'é')
        }
      },
    ))

  it('is pinged, and cut off when nothing comes back', () =>
    withSockets(
      echo,
      async (session) => {
        const socket = await Http2Socket.open(session)
        assert.deepEqual((await socket.untilEnd()).map(describeFrame), ['ping:'])
      },
      { pingIntervalMs: 20, pongTimeoutMs: 30 },
    ))

  it('is told 1001 when the server closes', () =>
    withSockets(echo, async (session, server) => {
      const socket = await Http2Socket.open(session)
      const closing = server.close({ timeoutMs: 5000 })
      const frames = await socket.untilFrames(1)
      assert.deepEqual(frames.map(describeFrame), ['close:1001'])
      socket.send(close(1001))
      socket.stream.end()
      await closing
    }))

  it('is not subject to the timeouts of requests', async () => {
    const server = new HttpServer(webSocketHandler(echo), {
      http2: { cleartext: true },
      handlerTimeoutMs: 20,
      bodyTimeoutMs: 20,
      idleTimeoutMs: 20,
    })
    await server.listen({ port: 0, host: '127.0.0.1' })
    await withHttp2(server.port, async (session) => {
      const socket = await Http2Socket.open(session)
      await sleep(80)
      socket.send(text('still here'))
      assert.deepEqual((await socket.untilFrames(1)).map(describeFrame), ['text:still here'])
    })
    await server.close({ timeoutMs: 0 })
  })

  it('is refused with 400 where a path answers like an ordinary one', () =>
    withHandler(
      () => new HttpResponse(200, 'page'),
      async (session) => {
        const socket = await Http2Socket.open(session)
        await socket.untilEnd()
        assert.deepEqual(
          [socket.status, socket.body],
          [400, '{"detail":"This path does not speak websocket"}'],
        )
      },
    ))

  it('is not offered with webSockets: false', () =>
    withHandler(
      webSocketHandler(echo),
      async (session) => {
        if (session.remoteSettings === undefined) await once(session, 'remoteSettings')
        assert.notEqual(session.remoteSettings.enableConnectProtocol, true)
      },
      { webSockets: false },
    ))
})
