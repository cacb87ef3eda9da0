import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sleep } from '../../src/future/index.ts'
import { HttpError, HttpListenError, HttpResponse, HttpServer } from '../../src/http/index.ts'
import { RawClient } from './support/raw-client.ts'
import { bodies, exchange, text, withServer } from './support/serve.ts'

const GET = 'GET / HTTP/1.1\r\nHost: x\r\n\r\n'
const LAST_GET = 'GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'

for (const readPath of ['shared', 'stream'] as const) {
  describe(`HttpServer, reading through the ${readPath} path`, () => {
    it('answers with status, type, date, length and body', () =>
      withServer(
        () => new HttpResponse(200, '{"a":1}', 'application/json'),
        async (server) => {
          const answer = await exchange(server, GET)
          assert.match(
            answer,
            /^HTTP\/1\.1 200 OK\r\ncontent-type: application\/json\r\ndate: \w{3}, \d\d \w{3} \d{4} [\d:]{8} GMT\r\ncontent-length: 7\r\n\r\n\{"a":1\}$/,
          )
        },
        { readPath },
      ))

    it('answers several requests of one connection in order', () =>
      withServer(
        (request) => text(200, request.path),
        async (server) => {
          const answer = await exchange(server, GET + GET.replace('/', '/2') + LAST_GET + GET)
          assert.deepEqual(bodies(answer), ['/', '/2', '/last'])
        },
        { readPath },
      ))

    it('answers in order although later handlers finish first', () =>
      withServer(
        (request) =>
          request.path === '/slow' ? sleep(30).then(() => text(200, 'slow')) : text(200, 'fast'),
        async (server) => {
          const answer = await exchange(server, GET.replace('/', '/slow') + GET + LAST_GET)
          assert.deepEqual(bodies(answer), ['slow', 'fast', 'fast'])
        },
        { readPath },
      ))

    it('accepts a request that comes byte by byte', () =>
      withServer(
        (request) => request.bytes().then((bytes) => text(200, Buffer.from(bytes).toString())),
        async (server) => {
          const client = await RawClient.connect(server.port)
          await client.sendSlowly('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello')
          client.end()
          assert.deepEqual(bodies(await client.untilEnd()), ['hello'])
        },
        { readPath },
      ))

    it('takes a body of a megabyte, and gives it back', () =>
      withServer(
        (request) => request.bytes().then((bytes) => new HttpResponse(200, bytes)),
        async (server) => {
          const sent = 'x'.repeat(1_000_000)
          const head = 'POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
          const answer = await exchange(
            server,
            `${head}Content-Length: ${sent.length}\r\n\r\n${sent}`,
          )
          assert.equal(answer.length - answer.indexOf('\r\n\r\n') - 4, sent.length)
        },
        { readPath },
      ))
  })
}

describe('HttpServer', () => {
  it('gives an HttpError its status, detail and headers', () =>
    withServer(
      () => {
        throw new HttpError(418, { pot: 'tea' }, { 'x-kind': 'short' })
      },
      async (server) => {
        const answer = await exchange(server, LAST_GET)
        assert.match(
          answer,
          /^HTTP\/1\.1 418 I'm a Teapot\r\n[^]*x-kind: short\r\n[^]*\{"detail":\{"pot":"tea"\}\}$/,
        )
      },
    ))

  it('answers 500 for any other failure, tells onError, and serves the next request', async () => {
    const seen: unknown[] = []
    await withServer(
      (request) => {
        if (request.path === '/bad') throw new RangeError('secret')
        return text(200, 'good')
      },
      async (server) => {
        const answer = await exchange(server, GET.replace('/', '/bad') + LAST_GET)
        assert.deepEqual(bodies(answer), ['{"detail":"Internal Server Error"}', 'good'])
      },
      { onError: (error) => seen.push(error) },
    )
    assert.deepEqual(seen.map(String), ['RangeError: secret'])
  })

  it('fails with the address and the cause when the port is in use', () =>
    withServer(
      () => text(200, ''),
      async (server) => {
        const second = new HttpServer(() => text(200, ''))
        await assert.rejects(
          async () => second.listen({ port: server.port, host: '127.0.0.1' }),
          (error: HttpListenError) => {
            assert.ok(error instanceof HttpListenError)
            assert.equal(error.code, 'HTTP_LISTEN')
            assert.match(error.message, new RegExp(`127\\.0\\.0\\.1:${server.port}.*in use`))
            return true
          },
        )
      },
    ))
})
