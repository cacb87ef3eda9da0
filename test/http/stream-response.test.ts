import assert from 'node:assert/strict'
import { Readable } from 'node:stream'
import { ReadableStream } from 'node:stream/web'
import { describe, it } from 'node:test'
import { Deferred, sleep } from '../../src/future/index.ts'
import {
  HttpResponse,
  type HttpServerOptions,
  type RequestHandler,
  StreamBody,
  type StreamOptions,
  type StreamSource,
} from '../../src/http/index.ts'
import { dechunk } from './support/dechunk.ts'
import { RawClient } from './support/raw-client.ts'
import { exchange, statuses, text, withServer } from './support/serve.ts'

const get = (path: string, fields = '', version = '1.1'): string =>
  `GET ${path} HTTP/${version}\r\nHost: x\r\n${fields}\r\n`
const GET = get('/')

const answer =
  (source: () => StreamSource, options?: StreamOptions): RequestHandler =>
  (request) =>
    request.path === '/plain'
      ? text(200, 'plain')
      : new HttpResponse(200, new StreamBody(source(), options), 'text/plain')

/** Ends a test's wait for the source, whichever way it was ended. */
class Ended {
  readonly #deferred = new Deferred<string>()
  readonly how = this.#deferred.future
  end(how: string): void {
    this.#deferred.resolve(how)
  }
}

async function* letters(count: number, waits = false): AsyncGenerator<string> {
  for (let at = 0; at < count; at++) {
    if (waits) await sleep(0)
    yield String.fromCharCode(97 + (at % 26))
  }
}

const SOURCES: Readonly<Record<string, () => StreamSource>> = {
  'an async generator': () => letters(5),
  'an async generator that waits': () => letters(5, true),
  'a generator': () =>
    (function* () {
      yield* 'abcde'
    })(),
  'an array': () => ['ab', Buffer.from('cd'), '', 'e'],
  'a Node stream': () => Readable.from([Buffer.from('abc'), Buffer.from('de')]),
  'a web stream': () =>
    new ReadableStream({
      start: (controller) => {
        controller.enqueue(new TextEncoder().encode('abc'))
        controller.enqueue(new TextEncoder().encode('de'))
        controller.close()
      },
    }),
}

for (const readPath of ['shared', 'stream'] as const) {
  describe(`StreamBody, ${readPath} path`, () => {
    for (const [name, source] of Object.entries(SOURCES)) {
      it(`sends ${name}, chunked, and goes on with the connection`, () =>
        withServer(
          answer(source),
          async (server) => {
            const received = await exchange(server, GET + get('/plain') + GET)
            assert.deepEqual(statuses(received), [200, 200, 200])
            const [first = '', second = '', third = ''] = received.split(/(?=HTTP\/1\.1)/)
            assert.match(first, /transfer-encoding: chunked\r\n/)
            assert.doesNotMatch(first, /content-length/)
            assert.equal(dechunk(first), 'abcde')
            assert.match(second, /\r\n\r\nplain$/)
            assert.equal(dechunk(third), 'abcde')
            assert.equal(server.stats().requests.inFlight, 0)
          },
          { readPath },
        ))

      it(`sends ${name} with a length`, () =>
        withServer(
          answer(source, { length: 5 }),
          async (server) => {
            const received = await exchange(server, GET + get('/plain'))
            assert.match(received, /content-length: 5\r\n\r\nabcdeHTTP\/1\.1 200[^]*plain$/)
            assert.doesNotMatch(received, /transfer-encoding/)
          },
          { readPath },
        ))

      it(`sends ${name} to HTTP/1.0 up to the end of the connection`, () =>
        withServer(
          answer(source),
          async (server) => {
            const fields = 'Connection: keep-alive\r\n'
            const received = await exchange(server, get('/', fields, '1.0') + get('/plain'))
            assert.match(received, /connection: close\r\n\r\nabcde$/)
            assert.doesNotMatch(received, /transfer-encoding|content-length/)
          },
          { readPath },
        ))
    }
  })
}

describe('StreamBody: chunks', () => {
  it('sends text as UTF-8, with sizes in bytes', () =>
    withServer(
      answer(() => ['é', '€'.repeat(3000), new Uint8Array([0, 255])]),
      async (server) => {
        const body = Buffer.from(dechunk(await exchange(server, GET)), 'latin1')
        assert.equal(body.subarray(0, -2).toString('utf8'), `é${'€'.repeat(3000)}`)
        assert.deepEqual([...body.subarray(-2)], [0, 255])
      },
    ))

  it('sends the chunks of one turn in one write', () =>
    withServer(
      answer(() => letters(100)),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(GET)
        await client.until(/\r\n0\r\n\r\n/)
        assert.equal(client.chunks, 1)
        client.destroy()
      },
    ))

  it('sends the head and each chunk as soon as they are there', async () => {
    const steps = [new Deferred<void>(), new Deferred<void>()]
    await withServer(
      answer(async function* () {
        await steps[0]?.future
        yield 'one'
        await steps[1]?.future
        yield 'two'
      }),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(GET)
        await client.until(/\r\n\r\n/)
        assert.doesNotMatch(client.received, /one/)
        steps[0]?.resolve()
        await client.until(/3\r\none\r\n/)
        steps[1]?.resolve()
        assert.match(await client.until(/0\r\n\r\n/), /3\r\none\r\n3\r\ntwo\r\n0\r\n\r\n$/)
        client.destroy()
      },
    )
  })

  it('lets others have their turn beside a source that never waits', () =>
    withServer(
      (request) => {
        if (request.path === '/plain') return text(200, 'plain')
        const chunk = Buffer.alloc(1000)
        const source = (function* (): Generator<Uint8Array> {
          for (;;) yield chunk
        })()
        return new HttpResponse(200, new StreamBody(source))
      },
      async (server) => {
        const greedy = await RawClient.connect(server.port)
        greedy.send(GET)
        await greedy.until(1000)
        assert.match(await exchange(server, get('/plain')), /plain$/)
        greedy.destroy()
      },
    ))

  it('asks for no more than the connection takes', async () => {
    const ended = new Ended()
    const count = { given: 0 }
    await withServer(
      answer(async function* () {
        try {
          for (;;) {
            count.given += 65_536
            yield Buffer.alloc(65_536)
          }
        } finally {
          ended.end('return')
        }
      }),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.pause()
        client.send(GET)
        let before = -1
        while (count.given !== before) {
          before = count.given
          await sleep(50)
        }
        // What the kernel's buffers hold, and little more.
        assert.ok(count.given < 32 * 1024 * 1024, `${count.given} bytes`)
        const stalled = count.given
        client.resume()
        while (count.given < stalled * 2) await sleep(1)
        client.destroy()
        assert.equal(await ended.how, 'return')
      },
    )
  })
})

describe('StreamBody: order', () => {
  it('keeps pipelined responses behind it, and answers them in order', () =>
    withServer(
      (request) =>
        request.path === '/plain'
          ? sleep(1).then(() => text(200, 'plain'))
          : sleep(5).then(() => new HttpResponse(200, new StreamBody(letters(30, true)))),
      async (server) => {
        const received = await exchange(server, GET + get('/plain') + GET + get('/plain'))
        const parts = received.split(/(?=HTTP\/1\.1)/)
        assert.deepEqual(
          parts.map((part) => part.includes('chunked')),
          [true, false, true, false],
        )
        assert.equal(dechunk(parts[2] ?? '').length, 30)
      },
    ))

  it('drops what is behind a stream that closes the connection', () =>
    withServer(
      (request) =>
        request.path === '/plain'
          ? text(200, 'plain')
          : new HttpResponse(200, new StreamBody(letters(3, true)), undefined, [
              ['connection', 'close'],
            ]),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(GET + get('/plain'))
        const received = await client.untilEnd()
        assert.deepEqual(statuses(received), [200])
        assert.equal(dechunk(received), 'abc')
      },
    ))
})

describe('StreamBody: HEAD and statuses without a body', () => {
  const cases: readonly (readonly [string, string, number])[] = [
    ['HEAD', GET.replace('GET', 'HEAD'), 200],
    ['204', GET, 204],
    ['304', GET, 304],
  ]
  for (const [what, input, status] of cases) {
    it(`never starts the source for ${what}, but ends it`, async () => {
      const log: string[] = []
      const node = new Readable({ read: () => log.push('read') })
      const web = new ReadableStream(
        { cancel: () => void log.push('cancel') },
        { highWaterMark: 0 },
      )
      const generator = (function* (): Generator<string> {
        log.push('start')
        yield ''
      })()
      const sources: StreamSource[] = [node, web, generator]
      await withServer(
        () => new HttpResponse(status, new StreamBody(sources.pop() ?? '', {})),
        async (server) => {
          const received = await exchange(server, input.repeat(3))
          assert.deepEqual(statuses(received), [status, status, status])
          assert.equal(/transfer-encoding: chunked/.test(received), status === 200)
          assert.ok(received.endsWith('\r\n\r\n'))
        },
      )
      assert.deepEqual(log, ['cancel'])
      assert.equal(node.destroyed, true)
      assert.equal(generator.next().done, true)
    })
  }
})

describe('StreamBody: trailers', () => {
  it('sends them behind a chunked body, when the source has ended', async () => {
    let count = 0
    await withServer(
      () =>
        new HttpResponse(
          200,
          new StreamBody(
            (function* () {
              for (const each of 'abc') {
                count++
                yield each
              }
            })(),
            { trailers: () => [['x-count', String(count)]] },
          ),
          undefined,
          [['trailer', 'x-count']],
        ),
      async (server) => {
        const received = await exchange(server, GET)
        assert.match(received, /trailer: x-count\r\n/)
        assert.match(received, /\r\n0\r\nx-count: 3\r\n\r\n$/)
      },
    )
  })

  const harmful: readonly (readonly [string, string])[] = [
    ['Content-Length', '3'],
    ['transfer-encoding', 'chunked'],
    ['Content-Type', 'text/plain'],
    ['x-a', 'b\r\nx-c: d'],
  ]
  for (const trailer of harmful) {
    it(`cuts the connection instead of sending ${JSON.stringify(trailer)}`, async () => {
      const errors: unknown[] = []
      await withServer(
        answer(() => ['a'], { trailers: () => [trailer] }),
        async (server) => {
          assert.doesNotMatch(await exchange(server, GET), /0\r\n/)
          assert.equal((errors[0] as { code?: string }).code, 'HTTP_RESPONSE')
        },
        { onError: (error) => errors.push(error) },
      )
    })
  }
})

describe('StreamBody: failures', () => {
  /** Runs one exchange that must not end well, and gives back what onError was told. */
  async function failing(handler: RequestHandler, input = GET): Promise<[string, unknown[]]> {
    const errors: unknown[] = []
    let received = ''
    await withServer(
      handler,
      async (server) => {
        received = await exchange(server, input)
        while (server.stats().connections.open > 0) await sleep(1)
        assert.equal(server.stats().requests.inFlight, 0)
      },
      { onError: (error) => errors.push(error) },
    )
    return [received, errors]
  }

  const broken: readonly (readonly [string, () => StreamSource, StreamOptions, RegExp])[] = [
    [
      'a source that throws midway',
      async function* () {
        yield 'abc'
        await sleep(1)
        throw new Error('midway')
      },
      {},
      /midway/,
    ],
    [
      'a Node stream that fails',
      () =>
        new Readable({
          read() {
            this.destroy(new Error('midway'))
          },
        }),
      {},
      /midway/,
    ],
    [
      'a web stream that fails',
      () => new ReadableStream({ pull: (controller) => controller.error(new Error('midway')) }),
      {},
      /midway/,
    ],
    ['more bytes than declared', () => ['abc', 'def'], { length: 5 }, /longer than the 5 bytes/],
    ['fewer bytes than declared', () => ['abc'], { length: 5 }, /after 3 of the 5 bytes/],
    ['a chunk that is neither', () => [7 as unknown as string], {}, /text or bytes, got 7/],
    [
      'trailers that throw',
      () => ['abc'],
      {
        trailers: () => {
          throw new Error('trailers')
        },
      },
      /trailers/,
    ],
  ]
  for (const [what, source, options, message] of broken) {
    it(`cuts the connection after ${what}, and tells onError`, async () => {
      const [received, errors] = await failing(answer(source, options), GET + get('/plain'))
      assert.doesNotMatch(received, /\r\n0\r\n\r\n|plain$/)
      assert.equal(errors.length, 1)
      assert.match(String(errors[0]), message)
    })
  }

  it('is a 500 if the source cannot be started', async () => {
    const source = {
      [Symbol.asyncIterator]: (): AsyncIterator<string> => {
        throw new Error('not now')
      },
    }
    const [received, errors] = await failing(answer(() => source))
    assert.deepEqual(statuses(received), [500])
    assert.match(String(errors[0]), /not now/)
  })

  it('is a 500 if its head must not be sent, and ends the source', async () => {
    let isEnded = false
    const [received, errors] = await failing(
      () =>
        new HttpResponse(
          200,
          new StreamBody(
            (async function* () {
              try {
                yield ''
                await sleep(1000)
              } finally {
                isEnded = true
              }
            })(),
          ),
          undefined,
          [['x', '\n']],
        ),
    )
    assert.deepEqual(statuses(received), [500])
    assert.equal((errors[0] as { code?: string }).code, 'HTTP_RESPONSE')
    assert.equal(isEnded, true)
  })

  const sources: readonly (readonly [string, (ended: Ended) => StreamSource])[] = [
    [
      'async generator',
      async function* (ended) {
        try {
          for (;;) {
            yield 'x'
            await sleep(1)
          }
        } finally {
          ended.end('return')
        }
      },
    ],
    [
      'Node stream that waits',
      (ended) =>
        new Readable({
          read() {
            this.push('x')
            this._read = () => {}
          },
          destroy: (_, done) => {
            ended.end('destroy')
            done(null)
          },
        }),
    ],
    [
      'web stream that waits',
      (ended) =>
        new ReadableStream({
          start: (controller) => controller.enqueue(Buffer.from('x')),
          cancel: () => ended.end('cancel'),
        }),
    ],
  ]
  for (const [what, source] of sources) {
    it(`ends the ${what} when the client goes away`, async () => {
      const ended = new Ended()
      const signals: AbortSignal[] = []
      const errors: unknown[] = []
      await withServer(
        (request) => {
          signals.push(request.signal)
          return new HttpResponse(200, new StreamBody(source(ended)))
        },
        async (server) => {
          const client = await RawClient.connect(server.port)
          client.send(GET)
          await client.until(/x/)
          client.reset()
          assert.match(await ended.how, /return|destroy|cancel/)
          assert.equal(signals[0]?.aborted, true)
          assert.equal(server.stats().aborted, 1)
          assert.deepEqual(errors, [])
        },
        { onError: (error) => errors.push(error) },
      )
    })
  }

  it('ends the source of an answer that comes too late', async () => {
    const ended = new Ended()
    const late = (function* (): Generator<string> {
      yield 'late'
    })()
    await withServer(
      () =>
        sleep(60).then(() => {
          ended.end('late')
          return new HttpResponse(200, new StreamBody(late))
        }),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(GET)
        assert.deepEqual(statuses(await client.until(/detail/)), [503])
        assert.equal(await ended.how, 'late')
        await sleep(1)
        assert.equal(late.next().done, true)
        client.destroy()
      },
      { handlerTimeoutMs: 20 },
    )
  })

  it('does not hold the time of a stream against its handler', () =>
    withServer(
      answer(async function* () {
        yield 'a'
        await sleep(100)
        yield 'b'
      }),
      async (server) => assert.equal(dechunk(await exchange(server, GET)), 'ab'),
      { handlerTimeoutMs: 20, idleTimeoutMs: 20, headerTimeoutMs: 20 },
    ))
})

describe('StreamBody: closing the server', () => {
  const slow: HttpServerOptions = {}
  it('finishes a stream in flight', () =>
    withServer(
      answer(() => letters(20, true)),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(GET)
        await client.until(/chunked/)
        const closed = server.close()
        assert.equal(dechunk(await client.untilEnd()).length, 20)
        await closed
      },
      slow,
    ))

  it('cuts off, at the deadline, a stream that never ends, and ends its source', async () => {
    const ended = new Ended()
    await withServer(
      answer(async function* () {
        try {
          for (;;) {
            yield 'x'
            await sleep(5)
          }
        } finally {
          ended.end('return')
        }
      }),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(GET)
        await client.until(/x/)
        await server.close({ timeoutMs: 80 })
        assert.equal(await ended.how, 'return')
        client.destroy()
      },
    )
  })
})

describe('StreamBody options', () => {
  it('refuses what is no source, and unknown or impossible options', () => {
    const code = { code: 'CORE_OPTION' }
    assert.throws(() => new StreamBody('text'), code)
    assert.throws(() => new StreamBody({} as unknown as StreamSource), code)
    assert.throws(() => new StreamBody([], { length: -1 }), code)
    assert.throws(() => new StreamBody([], { size: 1 } as StreamOptions), code)
    assert.throws(() => new StreamBody([], { trailers: [] as unknown as () => [] }), code)
  })
})
