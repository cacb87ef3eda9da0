import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sleep } from '../../src/future/index.ts'
import { HttpError, type RequestHandler } from '../../src/http/index.ts'
import { RawClient } from './support/raw-client.ts'
import { bodies, exchange, statuses, text, withServer } from './support/serve.ts'

const post = (fields: string, body: string): string =>
  `POST / HTTP/1.1\r\nHost: x\r\n${fields}\r\n${body}`
const sized = (body: string, fields = ''): string =>
  post(`Content-Length: ${body.length}\r\n${fields}`, body)
const CHUNKED = 'Transfer-Encoding: chunked\r\n'
const chunk = (body: string): string => `${body.length.toString(16)}\r\n${body}\r\n`
const GET = 'GET /next HTTP/1.1\r\nHost: x\r\n\r\n'

/** Answers with the body it gets. */
const echo: RequestHandler = (request) =>
  request.bytes().then((bytes) => text(200, Buffer.from(bytes).toString('latin1')))

describe('HttpRequest.bytes', () => {
  it('is ready at once when the body has come with the head', () => {
    const pending: boolean[] = []
    return withServer(
      (request) => {
        pending.push(request.bytes().isPending)
        return text(200, '')
      },
      async (server) => {
        await exchange(server, sized('hello') + post(CHUNKED, `${chunk('hi')}0\r\n\r\n`) + GET)
        assert.deepEqual(pending, [false, false, false])
      },
    )
  })

  it('gives bodies of both framings, several on one connection', () =>
    withServer(echo, async (server) => {
      const input =
        sized('one') + post(CHUNKED, `${chunk('tw')}${chunk('o')}0\r\n\r\n`) + GET + sized('')
      assert.deepEqual(bodies(await exchange(server, input)), ['one', 'two', '', ''])
    }))

  it('gives the same body, cut in two at any byte', () =>
    withServer(echo, async (server) => {
      const client = await RawClient.connect(server.port)
      for (const input of [
        sized('hello'),
        post(CHUNKED, `${chunk('hel')}${chunk('lo')}0\r\n\r\n`),
      ]) {
        for (let cut = 1; cut < input.length; cut++) {
          const before = client.received.length
          client.send(input.slice(0, cut))
          await new Promise((resolve) => setImmediate(resolve))
          client.send(input.slice(cut))
          await client.until(before + 1)
          await until(() => bodies(client.received.slice(before))[0] === 'hello')
        }
      }
      client.destroy()
    }))

  it('may be asked for again, and later, and copies what would be overwritten', () =>
    withServer(
      (request) =>
        sleep(5)
          .then(() => request.bytes())
          .then((first) =>
            request
              .bytes()
              .then((second) => text(200, `${first === second} ${Buffer.from(first).toString()}`)),
          ),
      async (server) => {
        const answer = await exchange(server, sized('one') + sized('two'))
        assert.deepEqual(bodies(answer), ['true one', 'true two'])
      },
    ))

  it('fails with 413 when the declared length is beyond the limit, and drains a small rest', () =>
    withServer(
      echo,
      async (server) => {
        assert.deepEqual(statuses(await exchange(server, sized('x'.repeat(101)) + GET)), [413, 200])
      },
      { maxBodyBytes: 100 },
    ))

  it('fails with 413 and closes when the rest is too long to be drained', () =>
    withServer(
      echo,
      async (server) => {
        const answer = await exchange(server, post('Content-Length: 900000000\r\n', 'x'))
        assert.deepEqual(statuses(answer), [413])
        assert.match(answer, /connection: close/)
      },
      { maxBodyBytes: 100 },
    ))

  it('fails with 413 when a chunked body grows beyond the limit', () =>
    withServer(
      echo,
      async (server) => {
        const input = post(CHUNKED, `${chunk('x'.repeat(60))}${chunk('x'.repeat(60))}0\r\n\r\n`)
        assert.deepEqual(statuses(await exchange(server, input + GET)), [413, 200])
      },
      { maxBodyBytes: 100 },
    ))

  it('takes the limit of the handler instead of the server’s', () =>
    withServer(
      (request) => request.bytes({ maxBytes: 3 }).then(() => text(200, '')),
      async (server) => {
        assert.deepEqual(statuses(await exchange(server, sized('abc') + sized('abcd'))), [200, 413])
      },
    ))

  it('fails with 400 when the chunked coding is broken, and closes', () =>
    withServer(echo, async (server) => {
      const answer = await exchange(server, post(CHUNKED, '3\r\nabcd\r\n') + GET)
      assert.deepEqual(statuses(answer), [400])
      assert.equal(server.stats().parseErrors, 1)
    }))

  it('fails with 400 when the client ends within the body', () => {
    const failures: unknown[] = []
    return withServer(
      (request) =>
        request.bytes().then(
          () => text(200, ''),
          (error: unknown) => {
            failures.push(error)
            throw error
          },
        ),
      async (server) => {
        const answer = await exchange(server, post('Content-Length: 10\r\n', 'abc'))
        assert.deepEqual(statuses(answer), [400])
        assert.ok(failures[0] instanceof HttpError)
      },
    )
  })
})

describe('HttpServer: bodies nobody reads', () => {
  it('skips them, and answers the next request', () =>
    withServer(
      (request) => text(200, request.path),
      async (server) => {
        const input =
          sized('GET / HTTP/1.1\r\n\r\n') + post(CHUNKED, `${chunk('x')}0\r\n\r\n`) + GET
        assert.deepEqual(bodies(await exchange(server, input)), ['/', '/', '/next'])
      },
    ))

  it('skips what comes after the response, up to a bound', () =>
    withServer(
      () => text(200, ''),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(post('Content-Length: 200000\r\n', ''))
        await client.until(/\r\n\r\n/)
        client.send('x'.repeat(200_000) + GET)
        client.end()
        assert.deepEqual(statuses(await client.untilEnd()), [200, 200])
      },
    ))

  it('closes when a chunked one does not end', () =>
    withServer(
      () => text(200, ''),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(post(CHUNKED, ''))
        await client.until(/\r\n\r\n/)
        for (let index = 0; index < 20; index++) client.send(chunk('x'.repeat(20_000)))
        assert.deepEqual(statuses(await client.untilEnd()), [200])
      },
    ))

  it('stops reading while a handler has not asked for its body', () =>
    withServer(
      (request) =>
        sleep(60)
          .then(() => request.bytes())
          .then((bytes) => text(200, `${bytes.length}`)),
      async (server) => {
        const client = await RawClient.connect(server.port)
        const size = 20_000_000
        client.send(sized('x'.repeat(size), 'Connection: close\r\n'))
        await sleep(30)
        assert.ok(server.stats().bytes.received < size / 2)
        assert.deepEqual(bodies(await client.untilEnd()), [String(size)])
      },
      { maxBodyBytes: 30_000_000 },
    ))
})

describe('HttpServer: Expect: 100-continue', () => {
  const EXPECT = 'Expect: 100-continue\r\n'

  it('says 100 when the handler asks for the body', () =>
    withServer(echo, async (server) => {
      const client = await RawClient.connect(server.port)
      client.send(post(`Content-Length: 5\r\n${EXPECT}`, ''))
      assert.equal(await client.until(/\r\n\r\n/), 'HTTP/1.1 100 Continue\r\n\r\n')
      client.send('hello')
      client.end()
      assert.match(await client.untilEnd(), /HTTP\/1\.1 200 OK[^]*hello$/)
    }))

  it('says no 100 when the body is there already', () =>
    withServer(echo, async (server) => {
      assert.deepEqual(statuses(await exchange(server, sized('hello', EXPECT))), [200])
    }))

  it('says no 100 to HTTP/1.0', () =>
    withServer(echo, async (server) => {
      const client = await RawClient.connect(server.port)
      client.send(`POST / HTTP/1.0\r\nContent-Length: 5\r\n${EXPECT}\r\n`)
      await sleep(5)
      client.send('hello')
      assert.deepEqual(statuses(await client.untilEnd()), [200])
    }))

  it('answers without 100 and closes when the handler does not want the body', () =>
    withServer(
      () => text(403, ''),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(post(`Content-Length: 5\r\n${EXPECT}`, ''))
        const answer = await client.untilEnd()
        assert.deepEqual(statuses(answer), [403])
        assert.match(answer, /connection: close/)
      },
    ))

  it('says 100 after the responses that come before it', () =>
    withServer(
      (request) =>
        request.path === '/next' ? sleep(20).then(() => text(200, 'first')) : echo(request),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(GET + post(`Content-Length: 5\r\n${EXPECT}`, ''))
        assert.match(await client.until(/100 Continue\r\n\r\n/), /first[^]*100 Continue/)
        client.send('hello')
        client.end()
        assert.deepEqual(statuses(await client.untilEnd()), [200, 100, 200])
      },
    ))
})

async function until(isDone: () => boolean): Promise<void> {
  for (let turn = 0; !isDone(); turn++) {
    assert.ok(turn < 1_000_000, 'it never happens')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
