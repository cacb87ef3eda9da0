import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { Writable } from 'node:stream'
import { WritableStream } from 'node:stream/web'
import { describe, it } from 'node:test'
import { Deferred, sleep } from '../../src/future/index.ts'
import {
  createRequest,
  HttpError,
  type HttpRequest,
  HttpResponse,
  type RequestHandler,
  StreamBody,
} from '../../src/http/index.ts'
import { dechunk } from './support/dechunk.ts'
import { RawClient } from './support/raw-client.ts'
import { bodies, exchange, statuses, text, withServer } from './support/serve.ts'

const post = (fields: string, body: string): string =>
  `POST / HTTP/1.1\r\nHost: x\r\n${fields}\r\n${body}`
const sized = (body: string): string => post(`Content-Length: ${body.length}\r\n`, body)
const CHUNKED = 'Transfer-Encoding: chunked\r\n'
const chunk = (body: string): string => `${body.length.toString(16)}\r\n${body}\r\n`
const chunked = (trailers: string, ...pieces: string[]): string =>
  post(CHUNKED, `${pieces.map(chunk).join('')}0\r\n${trailers}\r\n`)
const GET = 'GET /next HTTP/1.1\r\nHost: x\r\n\r\n'

async function gather(request: HttpRequest): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const each of request.body ?? []) chunks.push(each)
  return Buffer.concat(chunks).toString('latin1')
}

/** Each way to read a body. */
const READERS: Readonly<Record<string, (request: HttpRequest) => PromiseLike<string>>> = {
  'for await': gather,
  bytes: (request) => request.bytes().then((bytes) => Buffer.from(bytes).toString('latin1')),
  text: async (request) => (await request.body?.text()) ?? '',
  stream: async (request) => {
    let content = ''
    for await (const each of request.body?.stream() ?? []) {
      content += Buffer.from(each).toString('latin1')
    }
    return content
  },
  'pipeTo a Node stream': async (request) => {
    let content = ''
    const sink = new Writable({
      write(each: Buffer, _, done) {
        content += each.toString('latin1')
        setImmediate(done)
      },
    })
    await request.body?.pipeTo(sink)
    assert.ok(request.body === undefined || sink.writableFinished)
    return content
  },
  'pipeTo a web stream': async (request) => {
    let content = ''
    await request.body?.pipeTo(
      new WritableStream({
        write: (each: Uint8Array) => {
          content += Buffer.from(each).toString('latin1')
        },
      }),
    )
    return content
  },
}

for (const readPath of ['shared', 'stream'] as const) {
  describe(`RequestBody, ${readPath} path`, () => {
    for (const [name, read] of Object.entries(READERS)) {
      const handler: RequestHandler = (request) => read(request).then((body) => text(200, body))
      const later: RequestHandler = (request) => sleep(2).then(() => handler(request))

      it(`is read by ${name}, of both framings, at once and later`, async () => {
        for (const each of [handler, later]) {
          await withServer(
            each,
            async (server) => {
              const input = sized('hello') + chunked('', 'hel', 'lo') + GET + sized('end')
              assert.deepEqual(bodies(await exchange(server, input)), ['hello', 'hello', '', 'end'])
            },
            { readPath },
          )
        }
      })

      it(`is read by ${name}, cut in two at any byte`, () =>
        withServer(
          handler,
          async (server) => {
            const client = await RawClient.connect(server.port)
            for (const input of [sized('hello'), chunked('x-a: b\r\n', 'hel', 'lo')]) {
              for (let cut = 1; cut < input.length; cut++) {
                const before = client.received.length
                client.send(input.slice(0, cut))
                await new Promise((resolve) => setImmediate(resolve))
                client.send(input.slice(cut))
                await client.until(before + 1)
                while (bodies(client.received.slice(before))[0] !== 'hello') await sleep(0)
              }
            }
            client.destroy()
          },
          { readPath },
        ))

      it(`is read by ${name} when it is long`, () =>
        withServer(
          handler,
          async (server) => {
            const long = '0123456789'.repeat(60_000)
            const pieces = Array.from({ length: 60 }, (_, at) =>
              long.slice(at * 10_000, at * 10_000 + 10_000),
            )
            const answer = await exchange(server, sized(long) + chunked('', ...pieces) + GET)
            assert.deepEqual(
              bodies(answer).map((body) => body === long || body),
              [true, true, ''],
            )
          },
          { readPath },
        ))

      it(`fails for ${name} with 413 beyond the limit, declared or not`, () =>
        withServer(
          handler,
          async (server) => {
            const input = sized('x'.repeat(11)) + chunked('', 'x'.repeat(6), 'x'.repeat(5)) + GET
            assert.deepEqual(statuses(await exchange(server, input)), [413, 413, 200])
          },
          { readPath, maxBodyBytes: 10 },
        ))

      it(`fails for ${name} with 400 when the coding breaks or the client leaves`, () =>
        withServer(
          handler,
          async (server) => {
            for (const input of [
              post(CHUNKED, '3\r\nabcd\r\n'),
              post('Content-Length: 10\r\n', 'abc'),
              post(CHUNKED, '3\r\nabc\r\n'),
            ]) {
              assert.deepEqual(statuses(await exchange(server, input)), [400])
            }
          },
          { readPath },
        ))

      it(`fails for ${name} with 408 when the client is too slow`, () =>
        withServer(
          handler,
          async (server) => {
            const client = await RawClient.connect(server.port)
            client.send(post('Content-Length: 10\r\n', 'abc'))
            assert.deepEqual(statuses(await client.untilEnd()), [408])
            assert.equal(server.stats().timeouts.body, 1)
          },
          { readPath, bodyTimeoutMs: 30 },
        ))

      it(`survives a client that is cut off at any byte while ${name} reads`, () => {
        const errors: unknown[] = []
        return withServer(
          handler,
          async (server) => {
            const input = chunked('x-a: b\r\n', 'hel', 'lo')
            for (let cut = 1; cut < input.length; cut += 2) {
              const client = await RawClient.connect(server.port)
              client.send(input.slice(0, cut))
              await new Promise((resolve) => setImmediate(resolve))
              client.reset()
            }
            assert.deepEqual(bodies(await exchange(server, sized('ok'))), ['ok'])
            while (server.stats().connections.open > 0) await sleep(1)
            assert.equal(server.stats().requests.inFlight, 0)
            assert.deepEqual(errors, [])
          },
          { readPath, onError: (error) => errors.push(error) },
        )
      })
    }
  })
}

describe('RequestBody: pieces', () => {
  it('come as they arrive', async () => {
    const seen: string[] = []
    const steps = [new Deferred<void>(), new Deferred<void>()]
    await withServer(
      async (request) => {
        for await (const each of request.body ?? []) {
          steps[seen.length]?.resolve()
          seen.push(Buffer.from(each).toString())
        }
        return text(200, seen.join('|'))
      },
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(post('Content-Length: 9\r\n', 'one'))
        await steps[0]?.future
        client.send('two')
        await steps[1]?.future
        client.send('end')
        assert.match(await client.until(/end/), /one\|two\|end$/)
        client.destroy()
      },
    )
  })

  it('are asked of the client only as they are taken', async () => {
    const go = new Deferred<void>()
    const total = 16 * 1024 * 1024
    await withServer(
      async (request) => {
        let taken = 0
        for await (const each of request.body ?? []) {
          taken += each.length
          await go.future
        }
        return text(200, String(taken))
      },
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(post(`Content-Length: ${total}\r\n`, 'x'.repeat(total)))
        let before = -1
        while (server.stats().bytes.received !== before) {
          before = server.stats().bytes.received
          await sleep(30)
        }
        assert.ok(before > 0 && before <= 4 * 65_536, `${before} bytes were read`)
        go.resolve()
        assert.deepEqual(bodies(await client.until(new RegExp(`${total}$`))), [String(total)])
        client.destroy()
      },
      { maxBodyBytes: total },
    )
  })

  it('stay what they were while others arrive', () =>
    withServer(
      async (request) => {
        const chunks: Uint8Array[] = []
        for await (const each of request.body ?? []) chunks.push(each)
        await sleep(5)
        return text(200, Buffer.concat(chunks).toString())
      },
      async (server) => {
        const client = await RawClient.connect(server.port)
        for (const letter of 'ab') {
          const before = client.received.length
          client.send(post('Content-Length: 6\r\n', letter.repeat(3)))
          await sleep(2)
          client.send(letter.repeat(3) + sized('zzzzzzzzzzzz'))
          await client.until(before + 1)
          while (bodies(client.received.slice(before)).length < 2) await sleep(1)
          assert.equal(bodies(client.received.slice(before))[0], letter.repeat(6))
        }
        client.destroy()
      },
    ))

  it('go to one reader only; the whole body to any number', async () => {
    const codes: unknown[] = []
    const codeOf = (error: unknown): void => void codes.push((error as { code?: unknown }).code)
    await withServer(
      async (request) => {
        const { body } = request
        assert.ok(body !== undefined)
        if (request.path === '/whole') {
          const [first, second] = [await body.text(), await body.text()]
          return text(200, `${first}${second}${await gather(request)}`)
        }
        const content = await gather(request)
        assert.equal(body.isUsed, true)
        await body.bytes().then(undefined, codeOf)
        await gather(request).then(undefined, codeOf)
        return text(200, content)
      },
      async (server) => {
        const whole = sized('ab').replace('/', '/whole')
        assert.deepEqual(bodies(await exchange(server, whole + sized('cd'))), ['ababab', 'cd'])
        assert.deepEqual(codes, ['HTTP_BODY_USED', 'HTTP_BODY_USED'])
      },
    )
  })

  it('may be left before the end: the rest is skipped, and the connection used on', () =>
    withServer(
      async (request) => {
        for await (const each of request.body ?? []) return text(200, String(each.length > 0))
        return text(200, 'next')
      },
      async (server) => {
        const input = sized('x'.repeat(200_000)) + chunked('', 'x'.repeat(200_000), 'y') + GET
        assert.deepEqual(bodies(await exchange(server, input)), ['true', 'true', 'next'])
      },
    ))

  it('keep to the limit set for the request', () =>
    withServer(
      (request) => {
        if (request.body !== undefined) request.body.maxBytes = 3
        return gather(request).then((body) => text(200, body))
      },
      async (server) => {
        const input = sized('abc') + sized('abcd')
        assert.deepEqual(statuses(await exchange(server, input)), [200, 413])
      },
    ))

  it('end with 400 for a reader that goes on after the answer', async () => {
    const late = new Deferred<unknown>()
    await withServer(
      (request) => {
        gather(request).then(
          () => late.resolve('all'),
          (error: unknown) => late.resolve(error),
        )
        return text(200, 'early')
      },
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(post('Content-Length: 10\r\n', 'abc'))
        await client.until(/early/)
        assert.equal(((await late.future) as HttpError).status, 400)
        client.send('defghij' + GET)
        assert.deepEqual(statuses(await client.until(/early[^]*early/)), [200, 200])
        client.destroy()
      },
    )
  })
})

describe('RequestBody: 100 Continue', () => {
  const EXPECT = 'Expect: 100-continue\r\n'

  it('is sent when the first piece is asked for', () =>
    withServer(
      (request) => gather(request).then((body) => text(200, body)),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(post(`${EXPECT}Content-Length: 5\r\n`, ''))
        await client.until(/100 Continue\r\n\r\n/)
        client.send('hello')
        assert.deepEqual(statuses(await client.until(/hello/)), [100, 200])
        client.destroy()
      },
    ))

  it('is sent before the head of a response that is made of the body', () =>
    withServer(
      (request) => new HttpResponse(200, new StreamBody(request.body ?? [])),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(GET + post(`${EXPECT}${CHUNKED}`, ''))
        await client.until(/100 Continue\r\n\r\nHTTP[^]*chunked\r\n\r\n/)
        client.send(chunk('one'))
        await client.until(/one/)
        client.send(`${chunk('two')}0\r\n\r\n${GET}`)
        const answer = await client.until(/two[^]*0\r\n\r\n[^]*0\r\n\r\n/)
        assert.deepEqual(statuses(answer), [200, 100, 200, 200])
        assert.doesNotMatch(answer, /connection: close/)
        client.destroy()
      },
    ))
})

describe('RequestBody.trailers', () => {
  it('has what came behind a chunked body, apart from the header', () =>
    withServer(
      async (request) => {
        const before = request.body?.trailers
        await request.body?.bytes()
        const { body } = request
        return text(200, JSON.stringify([before, body?.trailers, request.header('x-sum') ?? null]))
      },
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(post(CHUNKED, chunk('a')))
        await sleep(5)
        client.send(`0\r\nX-Sum:  7 \r\nx-b: c\r\n\r\n`)
        const [answer = ''] = bodies(await client.until(/\]\]/).then(() => client.received))
        assert.deepEqual(JSON.parse(answer), [
          [],
          [
            ['x-sum', '7'],
            ['x-b', 'c'],
          ],
          null,
        ])
        assert.deepEqual(bodies(await exchange(server, sized('a'))), ['[[],[],null]'])
        client.destroy()
      },
    ))
})

describe('RequestBody.json', () => {
  const cases: readonly (readonly [string, number, string])[] = [
    ['{"a":[1,"é"]}', 200, '{"a":[1,"é"]}'],
    ['\ufeff1', 200, '1'],
    ['{', 400, 'The body is not JSON'],
    ['', 400, 'The body is not JSON'],
  ]
  for (const [input, status, answer] of cases) {
    it(`answers ${JSON.stringify(input)} with ${status}`, async () => {
      const { body } = createRequest({ method: 'POST', body: input })
      const outcome = await body?.json().then(
        (value) => [200, JSON.stringify(value)],
        (error: unknown) => [(error as HttpError).status, (error as HttpError).detail],
      )
      assert.deepEqual(outcome, [status, answer])
    })
  }

  it('refuses broken UTF-8', () =>
    assert.rejects(
      async () => createRequest({ body: new Uint8Array([34, 0xff, 34]) }).body?.json(),
      (error: HttpError) => error.status === 400,
    ))
})

describe('createRequest: a streamed body', () => {
  it('asks the source as it is read, and ends it when nobody wants more', async () => {
    const log: string[] = []
    async function* source(): AsyncGenerator<string> {
      try {
        for (const each of ['a', 'b', 'c']) {
          log.push(each)
          yield each.repeat(70_000)
        }
      } finally {
        log.push('end')
      }
    }
    const whole = createRequest({ body: source(), maxBodyBytes: 300_000 })
    assert.deepEqual(log, [])
    assert.equal((await whole.body?.text())?.length, 210_000)
    assert.deepEqual(log.splice(0), ['a', 'b', 'c', 'end'])
    const left = createRequest({ body: source(), maxBodyBytes: 300_000 })
    for await (const each of left.body ?? []) {
      assert.equal(each.length, 70_000)
      break
    }
    assert.doesNotMatch(log.join(), /c/)
  })

  it('fails as the source does', async () => {
    const request = createRequest({
      body: (async function* () {
        yield 'a'
        throw new Error('gone')
      })(),
    })
    await assert.rejects(gather(request), (error: HttpError) => {
      assert.equal((error.cause as Error).message, 'gone')
      return error.status === 400
    })
  })
})

describe('HttpServer: streaming both ways', () => {
  it('sends a body back while it arrives', () =>
    withServer(
      (request) => new HttpResponse(200, new StreamBody(request.body ?? [])),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(post(CHUNKED, ''))
        for (const piece of ['one', 'two', 'three']) {
          client.send(chunk(piece))
          await client.until(new RegExp(piece))
        }
        client.send(`0\r\n\r\n`)
        assert.equal(dechunk(await client.until(/\r\n0\r\n\r\n/)), 'onetwothree')
        client.destroy()
      },
    ))

  it('does not count the time a client takes to send against the handler', () =>
    withServer(
      (request) => gather(request).then((body) => text(200, body)),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(post('Content-Length: 20\r\n', ''))
        for (let at = 0; at < 20; at++) {
          client.send('x')
          await sleep(10)
        }
        assert.deepEqual(statuses(await client.until(/x{20}/)), [200])
        client.destroy()
      },
      { handlerTimeoutMs: 60, bodyTimeoutMs: 150 },
    ))
})
