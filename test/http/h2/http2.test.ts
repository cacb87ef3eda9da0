import assert from 'node:assert/strict'
import { once } from 'node:events'
import * as http2 from 'node:http2'
import * as net from 'node:net'
import { before, describe, it } from 'node:test'
import { Deferred, sleep } from '../../../src/future/index.ts'
import {
  HttpError,
  HttpResponse,
  HttpServer,
  type HttpServerOptions,
  type RequestHandler,
  StreamBody,
  UpgradeResponse,
} from '../../../src/http/index.ts'
import { createAuthority, type TestCertificate } from '../../support/certificates.ts'
import { exchange, text, withServer } from '../support/serve.ts'
import { http2Request, withHttp2 } from '../support/tls-client.ts'

/** A server that speaks HTTP/2 in the clear, and one session with it. */
function withClear(
  handler: RequestHandler,
  use: (session: http2.ClientHttp2Session, server: HttpServer) => Promise<void>,
  options: HttpServerOptions = {},
): Promise<void> {
  return withServer(
    handler,
    (server) => withHttp2(server.port, (session) => use(session, server)),
    { http2: { cleartext: true }, ...options },
  )
}

/** Waits until it is so. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await sleep(1)
}

describe('HttpServer with TLS and HTTP/2', () => {
  let ca: TestCertificate
  let tls: TestCertificate

  before(async () => {
    ;({ ca, server: tls } = await createAuthority())
  })

  it('is chosen by ALPN, and says so', () =>
    withServer(
      (request) =>
        text(200, `${request.httpVersion} ${request.scheme} ${request.host} ${request.tls?.alpn}`),
      async (server) => {
        const session = http2.connect(`https://localhost:${server.port}`, { ca: ca.cert })
        const { status, body } = await http2Request(session, { ':path': '/' })
        assert.deepEqual([status, body], [200, `2 https localhost:${server.port} h2`])
        assert.equal(server.stats().http2.sessions, 1)
        session.close()
        await once(session, 'close')
      },
      { tls },
    ))

  it('is not offered with http2: false', () =>
    withServer(
      () => text(200, ''),
      async (server) => {
        const session = http2.connect(`https://localhost:${server.port}`, { ca: ca.cert })
        await assert.rejects(once(session, 'connect'))
      },
      { tls, http2: false },
    ))
})

describe('HttpServer with HTTP/2', () => {
  it('gives handlers method, target, headers, cookies and body as HTTP/1.1 does', () =>
    withClear(
      (request) =>
        request.bytes().then((bytes) =>
          text(
            200,
            JSON.stringify({
              method: request.method,
              target: request.target,
              path: request.path,
              query: request.queryString,
              host: request.host,
              cookie: request.header('Cookie'),
              tags: request.header('x-tag'),
              length: bytes.length,
              names: Array.from(request.headers(), ([name]) => name).toSorted(),
            }),
          ),
        ),
      async (session) => {
        const { body } = await http2Request(
          session,
          {
            ':path': '/a%20b?c=d',
            ':method': 'POST',
            ':authority': 'example.com',
            cookie: ['a=1', 'b=2'],
            'x-tag': ['x', 'y'],
          },
          'hello',
        )
        assert.deepEqual(JSON.parse(body), {
          method: 'POST',
          target: '/a%20b?c=d',
          path: '/a%20b',
          query: 'c=d',
          host: 'example.com',
          cookie: 'a=1; b=2',
          tags: 'x, y',
          length: 5,
          names: ['cookie', 'host', 'x-tag', 'x-tag'],
        })
      },
    ))

  it('serves HTTP/1.1 on the same port, also if its method begins like the preface', () =>
    withClear(
      (request) => text(200, `${request.httpVersion} ${request.method}`),
      async (session, server) => {
        assert.equal((await http2Request(session, { ':path': '/' })).body, '2 GET')
        for (const method of ['GET', 'PRI', 'P']) {
          const answer = await exchange(
            server,
            `${method} / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
          )
          assert.match(answer, new RegExp(`1\\.1 ${method}$`))
        }
      },
    ))

  it('finds the preface in whatever pieces it comes', () =>
    withServer(
      () => text(200, 'ok'),
      async (server) => {
        const socket = net.connect(server.port, '127.0.0.1')
        const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
        const settings = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])
        socket.setNoDelay(true)
        for (const byte of Buffer.concat([preface, settings])) {
          socket.write(Buffer.from([byte]))
          await new Promise((resolve) => setImmediate(resolve))
        }
        const [answer] = (await once(socket, 'data')) as [Buffer]
        assert.equal(answer[3], 4, 'a SETTINGS frame')
        socket.destroy()
      },
      { http2: { cleartext: true } },
    ))

  it('answers many requests of one session side by side', () =>
    withClear(
      (request) => sleep(Number(request.queryString)).then(() => text(200, request.path)),
      async (session, server) => {
        const order: string[] = []
        const delays = [60, 30, 1]
        await Promise.all(
          delays.map(async (ms) => {
            const { body } = await http2Request(session, { ':path': `/${ms}?${ms}` })
            order.push(body)
          }),
        )
        assert.deepEqual(order, ['/1', '/30', '/60'])
        assert.equal(server.stats().connections.total, 1)
        assert.equal(server.stats().requests.total, 3)
        await until(() => server.stats().requests.inFlight === 0)
      },
    ))

  it('sends headers, repeated cookies, and no connection header', () =>
    withClear(
      () =>
        new HttpResponse(201, 'x', 'text/plain', [
          ['X-Thing', 'a'],
          ['set-cookie', 'a=1'],
          ['set-cookie', 'b=2'],
          ['connection', 'close'],
        ]),
      async (session) => {
        const { status, headers } = await http2Request(session, { ':path': '/' })
        assert.equal(status, 201)
        assert.equal(headers['x-thing'], 'a')
        assert.deepEqual(headers['set-cookie'], ['a=1', 'b=2'])
        assert.equal(headers['content-length'], '1')
        assert.equal(headers.connection, undefined)
        assert.match(String(headers.date), /GMT$/)
        // `connection: close` ends the session when its streams are done.
        await once(session, 'close')
      },
    ))

  it('gives HEAD the head of what GET would get, and 204 and 304 no body', () =>
    withClear(
      (request) => {
        if (request.path === '/stream') {
          return new HttpResponse(200, new StreamBody(['never'], { length: 5 }))
        }
        return text(request.path === '/204' ? 204 : 200, 'body')
      },
      async (session) => {
        const head = await http2Request(session, { ':path': '/', ':method': 'HEAD' })
        assert.deepEqual([head.headers['content-length'], head.body], ['4', ''])
        const stream = await http2Request(session, { ':path': '/stream', ':method': 'HEAD' })
        assert.deepEqual([stream.headers['content-length'], stream.body], ['5', ''])
        const empty = await http2Request(session, { ':path': '/204' })
        assert.deepEqual([empty.headers['content-length'], empty.body], [undefined, ''])
      },
    ))

  it('streams responses with trailers, and big bodies in pieces', () =>
    withClear(
      (request) => {
        if (request.path === '/big') return new HttpResponse(200, Buffer.alloc(1_000_000, 'x'))
        const source = async function* (): AsyncGenerator<string> {
          for (let at = 0; at < 100; at++) {
            if (at % 10 === 0) await sleep(1)
            yield `${at};`
          }
        }
        const trailers = (): [string, string][] => [['x-sum', '100']]
        return new HttpResponse(200, new StreamBody(source(), { trailers }), 'text/plain')
      },
      async (session) => {
        const { body, trailers } = await http2Request(session, { ':path': '/' })
        assert.equal(body, Array.from({ length: 100 }, (_, at) => `${at};`).join(''))
        assert.equal(trailers?.['x-sum'], '100')
        const big = await http2Request(session, { ':path': '/big' })
        assert.equal(big.headers['content-length'], '1000000')
        assert.equal(big.body.length, 1_000_000)
      },
    ))

  it('ends the source when the client takes the request back, and fires the signal', async () => {
    const ended = new Deferred<void>()
    const fired = new Deferred<void>()
    const source = async function* (): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          yield Buffer.alloc(10_000)
          await sleep(1)
        }
      } finally {
        ended.resolve()
      }
    }
    await withClear(
      (request) => {
        request.signal.addEventListener('abort', () => fired.resolve())
        return new HttpResponse(200, new StreamBody(source()))
      },
      async (session, server) => {
        const stream = session.request({ ':path': '/' })
        stream.on('error', () => {})
        await once(stream, 'data')
        stream.close(http2.constants.NGHTTP2_CANCEL)
        await ended.future
        await fired.future
        await until(() => server.stats().aborted === 1)
        assert.equal(server.stats().http2.resets, 1)
      },
    )
  })

  it('resets the stream if the source fails midway, and tells onError', async () => {
    const errors: unknown[] = []
    const source = async function* (): AsyncGenerator<string> {
      yield 'half'
      throw new RangeError('on purpose')
    }
    await withClear(
      () => new HttpResponse(200, new StreamBody(source())),
      async (session) => {
        await assert.rejects(http2Request(session, { ':path': '/' }), /NGHTTP2_INTERNAL_ERROR/)
        assert.match(String(errors[0]), /on purpose/)
      },
      { onError: (error) => errors.push(error) },
    )
  })

  it('streams requests both ways, with trailers of the client', () =>
    withClear(
      (request) => {
        const { body } = request
        const source = async function* (): AsyncGenerator<Uint8Array | string> {
          for await (const chunk of body ?? []) yield chunk
          yield JSON.stringify(body?.trailers)
        }
        return new HttpResponse(200, new StreamBody(source()))
      },
      async (session) => {
        const stream = session.request(
          { ':path': '/', ':method': 'POST' },
          { waitForTrailers: true },
        )
        let answer = ''
        stream.on('data', (chunk) => {
          answer += String(chunk)
        })
        stream.write('one')
        await until(() => answer === 'one')
        stream.once('wantTrailers', () => stream.sendTrailers({ 'x-end': 'yes' }))
        stream.end('two')
        await once(stream, 'end')
        assert.equal(answer, 'onetwo[["x-end","yes"]]')
      },
    ))

  it('holds a client back whose body nobody reads', () =>
    withClear(
      (request) =>
        sleep(100).then(async () => {
          let length = 0
          for await (const chunk of request.body ?? []) length += chunk.length
          return text(200, String(length))
        }),
      async (session, server) => {
        const answer = http2Request(
          session,
          { ':path': '/', ':method': 'POST' },
          Buffer.alloc(900_000),
        )
        await sleep(50)
        server.stats()
        assert.equal((await answer).body, '900000')
      },
    ))

  it('refuses bodies beyond the limit with 413, and serves on', () =>
    withClear(
      (request) => request.bytes({ maxBytes: 1000 }).then((bytes) => text(200, `${bytes.length}`)),
      async (session) => {
        const post = { ':path': '/', ':method': 'POST' }
        const big = await http2Request(session, post, Buffer.alloc(200_000))
        assert.equal(big.status, 413)
        assert.equal((await http2Request(session, post, 'abc')).body, '3')
      },
    ))

  it('says 100 Continue when the handler asks for the body', () =>
    withClear(
      (request) => request.bytes().then((bytes) => text(200, String(bytes.length))),
      async (session) => {
        const stream = session.request(
          { ':path': '/', ':method': 'POST', expect: '100-continue' },
          { endStream: false },
        )
        await once(stream, 'continue')
        stream.end('hello')
        const [chunk] = (await once(stream, 'data')) as [Buffer]
        assert.equal(String(chunk), '5')
      },
    ))

  it('answers errors of handlers as HTTP/1.1 does', async () => {
    const errors: unknown[] = []
    await withClear(
      (request) => {
        if (request.path === '/418') throw new HttpError(418, 'tea', { 'x-pot': 'yes' })
        if (request.path === '/upgrade') {
          return new UpgradeResponse('websocket', [], () => ({ shutdown() {}, destroy() {} }))
        }
        if (request.path === '/split') {
          return new HttpResponse(200, '', undefined, [['x', 'a\r\nb: c']])
        }
        if (request.path === '/rejected') return Promise.reject(new TypeError('rejected'))
        return 'nonsense' as unknown as HttpResponse
      },
      async (session) => {
        const teapot = await http2Request(session, { ':path': '/418' })
        assert.deepEqual(
          [teapot.status, teapot.headers['x-pot'], teapot.body],
          [418, 'yes', '{"detail":"tea"}'],
        )
        for (const path of ['/upgrade', '/split', '/rejected', '/nonsense']) {
          assert.equal((await http2Request(session, { ':path': path })).status, 500, path)
        }
        assert.deepEqual(
          errors.map((error) => (error as Error).message),
          [
            'A connection of HTTP/2 cannot switch to another protocol',
            'Invalid value of the header x: "a\\r\\nb: c"',
            'rejected',
            'A handler must return an HttpResponse',
          ],
        )
      },
      { onError: (error) => errors.push(error) },
    )
  })

  for (const [what, headers, status] of [
    ['a target with a fragment', { ':path': '/a#b' }, 400],
    [
      'a host that is another than the authority',
      { ':path': '/', ':authority': 'x', host: 'other' },
      400,
    ],
    ['CONNECT', { ':method': 'CONNECT', ':authority': 'x:1' }, 400],
    ['a target beyond the limit', { ':path': `/${'x'.repeat(9000)}` }, 414],
    ['an unknown expectation', { ':path': '/', expect: 'miracles' }, 417],
  ] as const) {
    it(`refuses ${what} with ${status}, before any handler`, () =>
      withClear(
        () => assert.fail('no handler runs'),
        async (session, server) => {
          assert.equal((await http2Request(session, headers)).status, status)
          assert.equal(server.stats().parseErrors, 1)
        },
        { maxHeaderBytes: 32_768 },
      ))
  }

  for (const [what, headers] of [
    ['a target with a space', { ':path': '/a b' }],
    ['a target that is a URL', { ':path': 'http://x/' }],
    ['an authority that is none', { ':path': '/', ':authority': 'a/b' }],
  ] as const) {
    it(`resets a request for ${what}, before any handler`, () =>
      withClear(
        () => assert.fail('no handler runs'),
        (session) =>
          assert.rejects(http2Request(session, headers), { code: 'ERR_HTTP2_STREAM_ERROR' }),
      ))
  }

  it('answers 503 for handlers that take too long, and their signals fire', async () => {
    const fired = new Deferred<void>()
    await withClear(
      (request) => {
        request.signal.addEventListener('abort', () => fired.resolve())
        return new Deferred<HttpResponse>().future
      },
      async (session, server) => {
        assert.equal((await http2Request(session, { ':path': '/' })).status, 503)
        await fired.future
        assert.equal(server.stats().timeouts.handler, 1)
      },
      { handlerTimeoutMs: 50 },
    )
  })

  it('fails the body with 408 if it takes too long', () =>
    withClear(
      (request) => request.bytes().then(() => text(200, '')),
      async (session, server) => {
        const stream = session.request({ ':path': '/', ':method': 'POST' }, { endStream: false })
        stream.on('error', () => {})
        stream.write('half')
        const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
        assert.equal(headers[':status'], 408)
        assert.equal(server.stats().timeouts.body, 1)
      },
      { bodyTimeoutMs: 50 },
    ))

  it('keeps to the memory for bodies, and gives it back', () =>
    withClear(
      (request) => request.bytes().then((bytes) => text(200, String(bytes.length))),
      async (session, server) => {
        const post = { ':path': '/', ':method': 'POST' }
        const big = await http2Request(session, post, Buffer.alloc(300_000))
        assert.equal(big.status, 503)
        assert.equal(server.stats().limits.bodyMemory, 1)
        for (let count = 0; count < 5; count++) {
          assert.equal((await http2Request(session, post, Buffer.alloc(80_000))).body, '80000')
        }
      },
      { maxBufferedBodyBytes: 100_000 },
    ))

  it('fails bodies that come too slowly', () =>
    withClear(
      (request) => request.bytes().then(() => text(200, '')),
      async (session, server) => {
        const stream = session.request({ ':path': '/', ':method': 'POST' }, { endStream: false })
        stream.on('error', () => {})
        stream.write('x')
        const [headers] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders]
        assert.equal(headers[':status'], 408)
        assert.equal(server.stats().limits.bodyRate, 1)
      },
      { minBodyBytesPerSecond: 1000, bodyGraceMs: 50 },
    ))

  it('sends early hints, and calls back when all has been sent', async () => {
    const sent = new Deferred<void>()
    await withClear(
      (request) => {
        request.earlyHints([['link', '</a.css>; rel=preload']])
        request.whenSent(() => sent.resolve())
        return sleep(20).then(() => text(200, 'x'))
      },
      async (session) => {
        const stream = session.request({ ':path': '/' })
        const [hints] = (await once(stream, 'headers')) as [http2.IncomingHttpHeaders]
        assert.deepEqual([hints[':status'], hints['link']], [103, '</a.css>; rel=preload'])
        stream.resume()
        await sent.future
      },
    )
  })

  it('ends the session after maxRequestsPerConnection requests', () =>
    withClear(
      () => text(200, ''),
      async (session) => {
        const closed = once(session, 'close')
        await http2Request(session, { ':path': '/' })
        await http2Request(session, { ':path': '/' })
        await closed
      },
      { maxRequestsPerConnection: 2 },
    ))

  it('closes sessions that are idle', () =>
    withClear(
      () => text(200, ''),
      async (session, server) => {
        await http2Request(session, { ':path': '/' })
        await once(session, 'close')
        assert.equal(server.stats().timeouts.idle, 1)
        await until(() => server.stats().connections.open === 0)
      },
      { idleTimeoutMs: 50 },
    ))

  it('resets streams whose client takes nothing of the response', () =>
    withClear(
      () => new HttpResponse(200, Buffer.alloc(1_000_000)),
      async (session, server) => {
        const stream = session.request({ ':path': '/' })
        stream.on('error', () => {})
        stream.pause()
        const closed = once(stream, 'close')
        await until(() => server.stats().timeouts.write === 1)
        stream.resume()
        await closed
        assert.equal(stream.rstCode, http2.constants.NGHTTP2_CANCEL)
      },
      { writeTimeoutMs: 60 },
    ))
})

describe('HttpServer.close with HTTP/2', () => {
  it('lets requests in flight finish, and refuses new ones', async () => {
    const entered = new Deferred<void>()
    const answer = new Deferred<HttpResponse>()
    await withClear(
      () => {
        entered.resolve()
        return answer.future
      },
      async (session, server) => {
        const response = http2Request(session, { ':path': '/' })
        await entered.future
        const goaway = once(session, 'goaway')
        const closed = server.close()
        await goaway
        await sleep(200)
        assert.equal(server.stats().requests.inFlight, 1)
        answer.resolve(text(200, 'finished'))
        assert.equal((await response).body, 'finished')
        await closed
        assert.equal(server.stats().connections.open, 0)
      },
    )
  })

  it('cuts off at the deadline what is not finished', () =>
    withClear(
      () => new Deferred<HttpResponse>().future,
      async (session, server) => {
        const response = http2Request(session, { ':path': '/' })
        await until(() => server.stats().requests.inFlight === 1)
        await Promise.all([assert.rejects(response), server.close({ timeoutMs: 30 })])
        assert.equal(server.stats().connections.open, 0)
        assert.equal(server.stats().requests.inFlight, 0)
      },
    ))
})

describe('http2 options', () => {
  for (const [options, expected] of [
    [{ http2: true }, /http2 must be absent without tls, or \{ cleartext: true \}/],
    [{ http2: {} }, /http2 must be absent without tls/],
    [{ http2: 'yes' }, /http2 must be true, false or an object/],
    [{ http2: { cleartext: 1 } }, /http2\.cleartext must be true or false/],
    [{ http2: { cleartext: true, maxResets: 0 } }, /http2\.maxResets must be an integer from 1/],
    [{ http2: { cleartext: true, maxStreams: 1 } }, /http2\.maxStreams must be absent/],
  ] as const) {
    it(`refuse ${JSON.stringify(options)}`, () => {
      assert.throws(
        () => new HttpServer(() => text(200, ''), options as unknown as HttpServerOptions),
        expected,
      )
    })
  }
})
