import assert from 'node:assert/strict'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { describe, it } from 'node:test'
import { Deferred, Future, sleep } from '../../src/future/index.ts'
import { HttpError, HttpResponse, type HttpServer } from '../../src/http/index.ts'
import { RawClient } from './support/raw-client.ts'
import { bodies, exchange, statuses, text, withServer } from './support/serve.ts'

const get = (path: string, fields = ''): string =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\n${fields}\r\n`
const CLOSE = 'Connection: close\r\n'
const silent = { onError: () => {} }

describe('HttpServer: connections', () => {
  it('keeps an HTTP/1.1 connection, and closes it when the client says so', () =>
    withServer(
      () => text(200, 'a'),
      async (server) => {
        const answer = await exchange(server, get('/') + get('/', CLOSE))
        const [first = '', second = ''] = answer.split(/(?=HTTP\/1\.1)/)
        assert.doesNotMatch(first, /connection:/)
        assert.match(second, /connection: close\r\n/)
      },
    ))

  it('closes an HTTP/1.0 connection, unless the client wants to keep it', () =>
    withServer(
      () => text(200, 'a'),
      async (server) => {
        const plain = await exchange(server, 'GET / HTTP/1.0\r\n\r\nGET / HTTP/1.0\r\n\r\n')
        assert.deepEqual(statuses(plain), [200])
        const kept = 'GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n'
        const answer = await exchange(server, kept + kept)
        assert.equal(answer.match(/connection: keep-alive\r\n/g)?.length, 2)
      },
    ))

  it('closes when the handler asks for it, and drops the requests behind', () =>
    withServer(
      () => new HttpResponse(200, 'a', 'text/plain', [['Connection', 'close']]),
      async (server) => {
        const answer = await exchange(server, get('/') + get('/'))
        assert.deepEqual(statuses(answer), [200])
        assert.equal(answer.match(/connection: close/g)?.length, 1)
      },
    ))

  it('answers a client that has ended its side', () =>
    withServer(
      () => sleep(10).then(() => text(200, 'late')),
      async (server) => assert.deepEqual(bodies(await exchange(server, get('/'))), ['late']),
    ))

  it('answers 400 behind the requests that were fine, and closes', () =>
    withServer(
      (request) =>
        request.path === '/slow' ? sleep(10).then(() => text(200, 'a')) : text(200, 'b'),
      async (server) => {
        const answer = await exchange(
          server,
          `${get('/slow')}${get('/')}GET / HTTP/9.9\r\n\r\n${get('/')}`,
        )
        assert.deepEqual(statuses(answer), [200, 200, 505])
        assert.equal(server.stats().parseErrors, 1)
      },
    ))

  it('refuses connections beyond the limit', () =>
    withServer(
      () => text(200, 'a'),
      async (server) => {
        const first = await RawClient.connect(server.port)
        first.send(get('/'))
        await first.until(/\r\n\r\na/)
        const second = await RawClient.connect(server.port)
        assert.equal(await second.untilEnd(), '')
        assert.equal(server.stats().connections.refused, 1)
        first.destroy()
      },
      { maxConnections: 1, refusedConnections: 'close' },
    ))
})

describe('HttpServer: responses', () => {
  it('sends HEAD the head of the GET response only', () =>
    withServer(
      () => text(200, 'hello'),
      async (server) => {
        const answer = await exchange(server, get('/').replace('GET', 'HEAD') + get('/'))
        assert.match(
          answer,
          /^HTTP\/1\.1 200 OK\r\n[^]*?content-length: 5\r\n\r\nHTTP\/1\.1 200 OK[^]*hello$/,
        )
      },
    ))

  it('sends 204 and 304 without body and length', () =>
    withServer(
      (request) => new HttpResponse(Number(request.path.slice(1)), 'never'),
      async (server) => {
        const answer = await exchange(server, get('/204') + get('/304') + get('/201'))
        assert.deepEqual(statuses(answer), [204, 304, 201])
        assert.equal(answer.match(/content-length/g)?.length, 1)
        assert.equal(answer.match(/never/g)?.length, 1)
      },
    ))

  it('sends text that is not ASCII as UTF-8, with its length in bytes', () =>
    withServer(
      (request) => text(200, request.path === '/1' ? 'é' : '€😀'),
      async (server) => {
        const answer = Buffer.from(
          await exchange(server, get('/1') + get('/2')),
          'latin1',
        ).toString()
        assert.match(answer, /content-length: 2\r\n\r\né[^]*content-length: 7\r\n\r\n€😀$/)
      },
    ))

  it('sends bytes, small and big', () =>
    withServer(
      (request) => new HttpResponse(200, Buffer.alloc(Number(request.path.slice(1)), 'z')),
      async (server) => {
        const answer = await exchange(server, get('/0') + get('/10') + get('/300000') + get('/1'))
        assert.deepEqual(
          bodies(answer).map((body) => body.length),
          [0, 10, 300_000, 1],
        )
      },
    ))

  const harmful: readonly (readonly [string, HttpResponse])[] = [
    ['a line break in a value', new HttpResponse(200, '', undefined, [['x-a', 'b\r\nx-c: d']])],
    ['a bare LF in a value', new HttpResponse(200, '', undefined, [['x-a', 'b\nc']])],
    ['a NUL in a value', new HttpResponse(200, '', undefined, [['x-a', '\0']])],
    ['a character beyond latin1', new HttpResponse(200, '', undefined, [['x-a', '\u560a']])],
    ['a line break in a name', new HttpResponse(200, '', undefined, [['x-a: b\r\nx-c', 'd']])],
    ['an empty name', new HttpResponse(200, '', undefined, [['', 'd']])],
    ['a line break in the content type', new HttpResponse(200, '', 'a/b\r\nx-c: d')],
    ['a length of its own', new HttpResponse(200, 'a', undefined, [['Content-Length', '5']])],
    [
      'a coding of its own',
      new HttpResponse(200, 'a', undefined, [['transfer-encoding', 'chunked']]),
    ],
    ['a second content type', new HttpResponse(200, 'a', 'a/b', [['Content-Type', 'c/d']])],
    ['a status below 200', new HttpResponse(101, '')],
    ['a status that is no number', new HttpResponse(Number.NaN, '')],
  ]
  for (const [name, response] of harmful) {
    it(`sends 500 instead of ${name}, and tells onError`, async () => {
      const errors: unknown[] = []
      await withServer(
        (request) => (request.path === '/bad' ? response : text(200, 'good')),
        async (server) => {
          const answer = await exchange(server, get('/bad') + get('/'))
          assert.deepEqual(statuses(answer), [500, 200])
          assert.doesNotMatch(answer, /x-c/)
        },
        { onError: (error) => errors.push(error) },
      )
      assert.equal((errors[0] as { code?: string }).code, 'HTTP_RESPONSE')
    })
  }

  const broken: readonly (readonly [string, () => HttpResponse | PromiseLike<HttpResponse>])[] = [
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['returns nothing', () => undefined as unknown as HttpResponse],
    ['returns a plain object', () => ({ status: 200 }) as unknown as HttpResponse],
    ['returns a failed future', () => Future.failed(new Error('no'))],
    [
      'returns a future that fails later',
      () => sleep(1).then(() => Promise.reject(new Error('no'))),
    ],
    ['returns a promise that fails', () => Promise.reject(new Error('no'))],
    ['returns a promise of nothing', async () => undefined as unknown as HttpResponse],
    ['fails with undefined', () => Promise.reject(undefined)],
    ['fails with a detail JSON cannot say', () => Future.failed(new HttpError(400, { a: 1n }))],
  ]
  for (const [name, handler] of broken) {
    it(`answers 500 when the handler ${name}, and serves the requests around it`, () =>
      withServer(
        (request) => (request.path === '/bad' ? handler() : text(200, 'good')),
        async (server) => {
          const answer = await exchange(server, get('/') + get('/bad') + get('/'))
          assert.deepEqual(statuses(answer), [200, 500, 200])
        },
        silent,
      ))
  }

  it('does not fall over an onError that throws', (t) =>
    withServer(
      () => {
        throw new Error('first')
      },
      async (server) => {
        const { mock } = t.mock.method(console, 'error', () => {})
        assert.deepEqual(statuses(await exchange(server, get('/'))), [500])
        assert.equal(mock.callCount(), 1)
      },
      {
        onError: () => {
          throw new Error('second')
        },
      },
    ))
})

describe('HttpServer: pipelining', () => {
  it('runs handlers at the same time up to the limit, and answers in order', async () => {
    const waiting = new Map<string, Deferred<HttpResponse>>()
    await withServer(
      (request) => {
        const deferred = new Deferred<HttpResponse>()
        waiting.set(request.path, deferred)
        return deferred.future
      },
      async (server) => {
        const client = await RawClient.connect(server.port)
        const paths = ['/0', '/1', '/2', '/3', '/4', '/5']
        client.send(paths.map((path) => get(path)).join(''))
        await until(() => waiting.size === 3)
        assert.equal(server.stats().requests.inFlight, 3)
        // The last first: nothing may be sent before the first is ready.
        waiting.get('/2')?.resolve(text(200, '2'))
        waiting.get('/1')?.resolve(text(200, '1'))
        await sleep(5)
        assert.equal(client.received, '')
        assert.equal(waiting.size, 3)
        waiting.get('/0')?.resolve(text(200, '0'))
        for (const path of ['/3', '/4', '/5']) {
          await until(() => waiting.has(path))
          waiting.get(path)?.resolve(text(200, path.slice(1)))
        }
        const answer = await client.until(/\r\n\r\n5$/)
        assert.deepEqual(bodies(answer), ['0', '1', '2', '3', '4', '5'])
        client.destroy()
      },
      { maxPipelinedRequests: 3 },
    )
  })

  it('sends all responses of one read in one write', () =>
    withServer(
      () => text(200, 'a'),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(get('/'))
        const { length } = await client.until(/\r\n\r\na/)
        client.send(get('/').repeat(50))
        await client.until(51 * length)
        assert.equal(client.chunks, 2)
        client.destroy()
      },
    ))

  it('stops reading while the client does not take its responses, and goes on when it does', () =>
    withServer(
      () => text(200, 'x'.repeat(10_000)),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.pause()
        const count = 3000
        client.send(get('/').repeat(count))
        let before = -1
        // Settles when both kernels' buffers are full.
        while (before !== server.stats().requests.total) {
          before = server.stats().requests.total
          await sleep(50)
        }
        assert.ok(before > 0 && before < count, `${before} requests were read`)
        client.resume()
        client.end()
        assert.equal(bodies(await client.untilEnd()).length, count)
      },
    ))
})

describe('HttpRequest', () => {
  /** What `read` gets from a request that is sent as `input`. */
  async function seen<T>(
    input: string,
    read: (request: Parameters<Parameters<typeof withServer>[0]>[0]) => T,
  ): Promise<T> {
    let value: T | undefined
    await withServer(
      (request) => {
        value = read(request)
        return text(200, '')
      },
      async (server: HttpServer) => {
        assert.deepEqual(statuses(await exchange(server, input)), [200])
      },
    )
    return value as T
  }

  it('has method, target, path, query and version', async () => {
    const parts = await seen('PUT /a%2Fb?c=%20&d HTTP/1.1\r\nHost: x\r\n\r\n', (request) => [
      request.method,
      request.target,
      request.path,
      request.queryString,
      request.httpVersion,
      request.hasBody,
      request.remoteAddress,
    ])
    assert.deepEqual(parts, [
      'PUT',
      '/a%2Fb?c=%20&d',
      '/a%2Fb',
      'c=%20&d',
      '1.1',
      false,
      '127.0.0.1',
    ])
  })

  it('tells an empty query from none, and takes the path out of a URL', async () => {
    const read = (request: { target: string; path: string; queryString: string }): string[] => [
      request.target,
      request.path,
      request.queryString,
    ]
    assert.deepEqual(await seen(get('/a?'), read), ['/a?', '/a', ''])
    assert.deepEqual(await seen(get('http://x'), read), ['http://x', '/', ''])
    assert.deepEqual(await seen(get('http://x/b?c'), read), ['http://x/b?c', '/b', 'c'])
    assert.deepEqual(await seen(get('*').replace('GET', 'OPTIONS'), read), ['*', '*', ''])
  })

  it('finds headers in any case, joins repeated ones, and lists all', async () => {
    const fields = 'X-A:  b \r\nx-a: c\r\nCookie: d=e\r\nCOOKIE: f=g\r\nX-Ab: h\r\nX-E:\r\n'
    const result = await seen(get('/', fields), (request) => ({
      found: ['x-A', 'cookie', 'x-ab', 'x-e', 'x', 'x-abc'].map((name) => request.header(name)),
      all: [...request.headers()].slice(1),
    }))
    assert.deepEqual(result.found, ['b, c', 'd=e; f=g', 'h', '', undefined, undefined])
    assert.deepEqual(result.all, [
      ['x-a', 'b'],
      ['x-a', 'c'],
      ['cookie', 'd=e'],
      ['cookie', 'f=g'],
      ['x-ab', 'h'],
      ['x-e', ''],
    ])
  })

  it('stays as it was although the connection reads on', () =>
    withServer(
      (request) => sleep(5).then(() => text(200, `${request.target} ${request.header('x-a')}`)),
      async (server) => {
        const input = [1, 2, 3].map((n) => get(`/${n}?${n}`, `X-A: ${n}\r\n`)).join('')
        assert.deepEqual(bodies(await exchange(server, input)), ['/1?1 1', '/2?2 2', '/3?3 3'])
      },
    ))

  for (const how of ['ends', 'resets'] as const) {
    it(`aborts its signal when the client ${how} the connection`, async () => {
      const aborted = new Deferred<unknown>()
      await withServer(
        (request) => {
          const answer = new Deferred<HttpResponse>()
          request.signal.addEventListener('abort', () => {
            aborted.resolve(request.signal.reason)
            answer.resolve(text(200, ''))
          })
          return answer.future
        },
        async (server) => {
          const client = await RawClient.connect(server.port)
          client.send(get('/'))
          await until(() => server.stats().requests.inFlight === 1)
          if (how === 'ends') client.destroy()
          else client.reset()
          assert.match(String(await aborted.future), /closed the connection/)
          await until(() => server.stats().connections.open === 0)
          assert.equal(server.stats().requests.inFlight, 0)
          assert.equal(server.stats().aborted, how === 'ends' ? 0 : 1)
        },
      )
    })
  }

  it('has an aborted signal when it is first asked for it after the client has gone', () => {
    const seen = new Deferred<boolean>()
    return withServer(
      (request) =>
        sleep(20).then(() => {
          seen.resolve(request.signal.aborted)
          return text(200, '')
        }),
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(get('/'))
        await until(() => server.stats().requests.inFlight === 1)
        client.reset()
        assert.equal(await seen.future, true)
      },
    )
  })
})

describe('diagnostics channels', () => {
  it('publish start and finish of each request while somebody listens', async () => {
    const seen: string[] = []
    const onStart = (message: unknown): void => {
      seen.push(`start ${(message as { request: { path: string } }).request.path}`)
    }
    const onFinish = (message: unknown): void => {
      seen.push(`finish ${(message as { response: HttpResponse }).response.status}`)
    }
    subscribe('fasterapi:http:request:start', onStart)
    subscribe('fasterapi:http:request:finish', onFinish)
    await withServer(
      () => text(201, ''),
      async (server) => void (await exchange(server, get('/a'))),
    )
    unsubscribe('fasterapi:http:request:start', onStart)
    unsubscribe('fasterapi:http:request:finish', onFinish)
    await withServer(
      () => text(201, ''),
      async (server) => void (await exchange(server, get('/b'))),
    )
    assert.deepEqual(seen, ['start /a', 'finish 201'])
  })
})

describe('HttpServer.stats', () => {
  it('counts what has happened', () =>
    withServer(
      (request) => new HttpResponse(Number(request.path.slice(1)), 'ab'),
      async (server) => {
        const input = get('/200') + get('/301') + get('/404') + get('/500') + get('/200')
        const answer = await exchange(server, input)
        await until(() => server.stats().connections.open === 0)
        const stats = server.stats()
        assert.deepEqual(stats.requests, { total: 5, inFlight: 0 })
        assert.deepEqual(stats.responses, { '2xx': 2, '3xx': 1, '4xx': 1, '5xx': 1 })
        assert.deepEqual(stats.bytes, { received: input.length, sent: answer.length })
        assert.deepEqual(stats.connections, { open: 0, total: 1, refused: 0 })
        assert.equal(stats.latency.count, 5)
        assert.ok(stats.latency.sumSeconds > 0)
      },
    ))

  it('counts each response once in the latency, however many there are', () =>
    withServer(
      () => text(200, ''),
      async (server) => {
        const client = await RawClient.connect(server.port)
        for (let index = 0; index < 1500; index++) {
          client.send(get('/'))
          await until(() => server.stats().requests.total === index + 1)
        }
        assert.equal(server.stats().latency.count, 1500)
        client.destroy()
      },
    ))

  it('puts a slow response into its bucket', () =>
    withServer(
      () => sleep(30).then(() => text(200, '')),
      async (server) => {
        await exchange(server, get('/'))
        const { buckets, sumSeconds } = server.stats().latency
        assert.equal(
          buckets.slice(0, 8).reduce((sum, count) => sum + count, 0),
          0,
        )
        assert.ok(sumSeconds >= 0.03)
      },
    ))
})

async function until(isDone: () => boolean): Promise<void> {
  for (let turn = 0; !isDone(); turn++) {
    assert.ok(turn < 1_000_000, 'it never happens')
    await new Promise((resolve) => setImmediate(resolve))
  }
}
