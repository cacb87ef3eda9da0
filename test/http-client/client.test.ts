import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { describe, it } from 'node:test'
import * as zlib from 'node:zlib'
import { OptionError } from '../../src/core/errors.ts'
import { HttpResponse } from '../../src/http/index.ts'
import { HttpClient, type RequestOptions } from '../../src/http-client/index.ts'
import { answering, withOrigin, withRawOrigin } from './support/origin.ts'

interface Echo {
  readonly method: string
  readonly target: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

function echo(request: Parameters<Parameters<typeof withOrigin>[0]>[0]) {
  return request.bytes().then((bytes) => {
    const seen: Echo = {
      method: request.method,
      target: request.target,
      headers: Object.fromEntries(request.headers()),
      body: Buffer.from(bytes).toString('latin1'),
    }
    return new HttpResponse(200, JSON.stringify(seen), 'application/json', [['x-seen', 'yes']])
  })
}

describe('HttpClient', () => {
  for (const method of ['get', 'head', 'post', 'put', 'patch', 'delete', 'options'] as const) {
    it(`sends ${method.toUpperCase()}`, async () => {
      const seen: string[] = []
      const handler = (request: { method: string }) => {
        seen.push(request.method)
        return new HttpResponse(204, null)
      }
      await withOrigin(handler, async (client) => {
        assert.equal((await client[method]('/')).status, 204)
      })
      assert.deepEqual(seen, [method.toUpperCase()])
    })
  }

  it('reads its response with then and with await', async () => {
    await withOrigin(echo, async (client) => {
      const chained = await client.get('/a').then((response) => response.json<Echo>())
      const response = await client.fetch('/a', { method: 'GET' })
      const awaited = await response.json<Echo>()
      assert.deepEqual(awaited, chained)
      assert.equal(chained.target, '/a')
      assert.equal(response.ok, true)
      assert.equal(response.header('X-Seen'), 'yes')
      assert.equal(response.headers.get('x-seen'), 'yes')
      assert.equal(response.attempts, 1)
    })
  })

  it('puts base, places and query together', async () => {
    await withOrigin(echo, async (_client, server) => {
      const base = `http://127.0.0.1:${server.port}/v1`
      const based = new HttpClient({ baseUrl: base })
      const target = async (url: string, options?: RequestOptions): Promise<string> =>
        (await based.get(url, options).then((response) => response.json<Echo>())).target
      assert.equal(await target('users'), '/v1/users')
      assert.equal(await target('/users'), '/v1/users')
      assert.equal(await target(''), '/v1/')
      assert.equal(await target('/u/{id}', { params: { id: 'a/b ?#' } }), '/v1/u/a%2Fb%20%3F%23')
      assert.equal(
        await target('/u?a=1', { query: { b: [2, true], c: undefined, d: 'x y&' } }),
        '/v1/u?a=1&b=2&b=true&d=x+y%26',
      )
      assert.equal(await target(`${base}/absolute`), '/v1/absolute')
      await based.close()
    })
  })

  it('keeps its headers, which a call replaces by name', async () => {
    const headers = { Authorization: 'Bearer a', 'x-list': ['1', '2'] }
    await withOrigin(
      echo,
      async (client) => {
        const options = { headers: { authorization: 'Bearer b', 'x-number': 7 } }
        const seen = await client.get('/', options).then((response) => response.json<Echo>())
        assert.equal(seen.headers['authorization'], 'Bearer b')
        assert.equal(seen.headers['x-number'], '7')
        assert.equal(seen.headers['x-list'], '2')
      },
      { headers },
    )
  })

  it('sends user name and password of the URL as credentials, and not as URL', async () => {
    await withOrigin(echo, async (_client, server) => {
      const client = new HttpClient()
      const response = await client.get(`http://ann:p%40ss@127.0.0.1:${server.port}/x`)
      const seen = await response.json<Echo>()
      const expected = `Basic ${Buffer.from('ann:p@ss').toString('base64')}`
      assert.equal(seen.headers['authorization'], expected)
      assert.ok(!response.url.includes('ann'))
      await client.close()
    })
  })

  it('gives an error page as a response, and as an error when asked', async () => {
    const handler = () => new HttpResponse(422, '{"detail":"no"}', 'application/json')
    await withOrigin(handler, async (client) => {
      const response = await client.get('/x?q=1')
      assert.equal(response.ok, false)
      assert.deepEqual(await response.json(), { detail: 'no' })
      const { url } = response
      const expected = {
        name: 'HttpClientError',
        code: 'HTTP_CLIENT_STATUS',
        status: 422,
        method: 'GET',
        url,
        bodyExcerpt: '{"detail":"no"}',
        message: `GET ${url}: answered 422`,
      }
      await assert.rejects(async () => client.get('/x?q=1', { throwForStatus: true }), expected)
      const chained = client.get('/x?q=1').then((answer) => answer.throwForStatus())
      await assert.rejects(async () => chained, expected)
    })
  })

  it('asks for compression and takes it off', async () => {
    const text = 'fast '.repeat(2000)
    const codings: Readonly<Record<string, (input: string) => Uint8Array>> = {
      gzip: zlib.gzipSync,
      deflate: zlib.deflateSync,
      br: zlib.brotliCompressSync,
      zstd: zlib.zstdCompressSync,
    }
    const handler = (request: { path: string; header(name: string): string | undefined }) => {
      const coding = request.path.slice(1)
      assert.equal(request.header('accept-encoding'), 'gzip, br, zstd')
      const bytes = codings[coding]?.(text) ?? null
      return new HttpResponse(200, bytes, 'text/plain', [['content-encoding', coding]])
    }
    await withOrigin(handler, async (client) => {
      for (const coding of Object.keys(codings)) {
        assert.equal(await client.get(coding).then((response) => response.text()), text)
        let streamed = ''
        for await (const piece of await client.get(coding))
          streamed += Buffer.from(piece).toString()
        assert.equal(streamed, text)
      }
    })
  })

  it('does not let a compressed body grow beyond its limit', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(50_000_000))
    const handler = () => new HttpResponse(200, bomb, 'text/plain', [['content-encoding', 'gzip']])
    await withOrigin(handler, async (client) => {
      await assert.rejects(async () => client.get('/').then((response) => response.bytes()), {
        code: 'HTTP_CLIENT_LIMIT',
      })
    })
  })

  it('takes an empty body for one that needs no decoding', async () => {
    const handler = () => new HttpResponse(200, '', 'text/plain', [['content-encoding', 'gzip']])
    await withOrigin(handler, async (client) => {
      assert.equal(await client.get('/').then((response) => response.text()), '')
      for await (const piece of await client.head('/')) assert.fail(String(piece))
    })
  })

  it('keeps the reason for which a compressed body was given up', async () => {
    const half = zlib.gzipSync('x'.repeat(1000)).subarray(0, 15).toString('latin1')
    const talk = answering((_head, socket) => {
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 99\r\n\r\n${half}`,
        'latin1',
      )
    })
    await withRawOrigin(talk, async (client) => {
      const iterate = async (): Promise<void> => {
        const response = await client.get('/', { timeoutMs: 60 })
        for await (const piece of response) assert.ok(piece.length < 1000)
      }
      await assert.rejects(iterate, { phase: 'total' })
    })
  })

  it('says so when the compression is malformed', async () => {
    const handler = () =>
      new HttpResponse(200, 'not gzip', 'text/plain', [['content-encoding', 'gzip']])
    await withOrigin(handler, async (client) => {
      const expected = { code: 'HTTP_CLIENT_BODY', status: 200 }
      await assert.rejects(
        async () => client.get('/').then((response) => response.text()),
        expected,
      )
      const iterate = async (): Promise<void> => {
        for await (const piece of await client.get('/')) assert.fail(String(piece))
      }
      await assert.rejects(iterate, expected)
    })
  })

  it('leaves the compression on if it is told so', async () => {
    const bytes = zlib.gzipSync('x')
    const handler = (request: { header(name: string): string | undefined }) => {
      assert.equal(request.header('accept-encoding'), undefined)
      return new HttpResponse(200, bytes, 'text/plain', [['content-encoding', 'gzip']])
    }
    await withOrigin(handler, async (client) => {
      const read = client.get('/', { decompress: false }).then((response) => response.bytes())
      assert.deepEqual(Buffer.from(await read), bytes)
    })
  })

  it('counts what it does', async () => {
    await withOrigin(echo, async (client, server) => {
      await client.get('/').then((response) => response.bytes())
      await client.get('/').then((response) => response.bytes())
      const { calls, requests, responses, receivedBytes, latency, origins } = client.stats()
      assert.deepEqual(calls, { total: 2, inFlight: 0, failed: 0 })
      assert.deepEqual(requests, { total: 2, retries: 0, redirects: 0 })
      assert.equal(responses['2xx'], 2)
      assert.ok(receivedBytes > 100)
      assert.equal(
        latency.buckets.reduce((sum, count) => sum + count),
        2,
      )
      const origin = origins[`http://127.0.0.1:${server.port}`]
      assert.deepEqual(origin?.bulkhead, { running: 0, queued: 0, refused: 0 })
    })
  })

  const WRONG: Readonly<Record<string, () => unknown>> = {
    'a relative URL without a base': () => new HttpClient().get('/x'),
    'a URL that is none': () => new HttpClient().get('http://'),
    'another scheme': () => new HttpClient().get('ftp://h/x'),
    'another origin than the base': () => based().get('http://other/x'),
    'a path that leaves the base': () => based().get('/../admin'),
    'an encoded path that leaves the base': () => based().get('/%2e%2e/admin'),
    'a place without a value': () => based().get('/{id}', { params: { other: 1 } }),
    'a value without a place': () => based().get('/x', { params: { id: 1 } }),
    'a dot segment as a value': () => based().get('/{id}/x', { params: { id: '..' } }),
    'an empty value': () => based().get('/{id}/x', { params: { id: '' } }),
    'a header with a line break': () => based().get('/', { headers: { a: 'b\r\nc: d' } }),
    'a header name with a blank': () => based().get('/', { headers: { 'a b': 'c' } }),
    'a header that frames': () => based().get('/', { headers: { 'transfer-encoding': 'x' } }),
    'two bodies': () => based().post('/', { json: 1, body: '1' }),
    'a body JSON cannot say': () => based().post('/', { json: () => 1 }),
    'a body in a circle': () => based().post('/', { json: circle() }),
    'a body that is none': () => based().post('/', { body: 7 as never }),
    'the method CONNECT': () => based().request('CONNECT', '/'),
    'a method with a blank': () => based().request('GET /x', '/'),
    'an unknown option': () => based().get('/', { timeout: 5 } as never),
    'a wrong time': () => based().get('/', { timeoutMs: -1 }),
    'a deadline that is a number': () => based().get('/', { deadline: 5 as never }),
    'a signal that is none': () => based().get('/', { signal: {} as never }),
    'an unknown client option': () => new HttpClient({ baseURL: 'http://h' } as never),
    'a base with a query': () => new HttpClient({ baseUrl: 'http://h/?a' }),
    'an unknown pool option': () => new HttpClient({ pool: { max: 1 } as never }),
    'pool and transport': () => new HttpClient({ pool: {}, transport: { send() {} } as never }),
    'wrong retries': () => new HttpClient({ retry: { attempts: 0 } }),
    'a wrong breaker': () => new HttpClient({ breaker: { minCalls: 0 } }),
    'a wrong bulkhead': () => new HttpClient({ bulkhead: { maxConcurrent: 0 } }),
    'a wrong rate': () => new HttpClient({ rateLimit: { perSecond: -1 } }),
    'a proxy that is no URL': () => new HttpClient({ pool: { proxy: 'here' } }),
  }
  for (const [what, make] of Object.entries(WRONG)) {
    it(`refuses ${what}`, () => {
      assert.throws(make, OptionError)
    })
  }

  it('cannot be led away from its base by a URL that looks like another host', async () => {
    await withOrigin(echo, async (client) => {
      for (const url of [
        '//evil.example/x',
        '\\\\evil.example/x',
        '@evil.example/x',
        '/:80@evil',
      ]) {
        const response = await client.get(url)
        assert.equal(new URL(response.url).hostname, '127.0.0.1')
        response.discard()
      }
    })
  })
})

function based(): HttpClient {
  return new HttpClient({ baseUrl: 'http://127.0.0.1:1/v1', retry: false })
}

function circle(): object {
  const value: Record<string, unknown> = {}
  value['self'] = value
  return value
}
