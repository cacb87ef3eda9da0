import assert from 'node:assert/strict'
import { once } from 'node:events'
import * as http from 'node:http'
import { describe, it } from 'node:test'
import * as zlib from 'node:zlib'
import {
  type CompressionOptions,
  compression,
  conditional,
  HttpResponse,
  type RequestHandler,
  StreamBody,
  staticFiles,
} from '../../../src/http/index.ts'
import { OptionError } from '../../../src/index.ts'
import { ask, type RawAnswer } from '../static/ask.ts'
import { makeSite } from '../static/site.ts'
import { RawClient } from '../support/raw-client.ts'
import { withServer } from '../support/serve.ts'

const SMALL = JSON.stringify(Array.from({ length: 50 }, (_, id) => ({ id, name: `Item ${id}` })))
const LARGE = JSON.stringify(Array.from({ length: 5000 }, (_, id) => ({ id, name: `Item ${id}` })))

const DECODERS: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  zstd: zlib.zstdDecompressSync,
  br: zlib.brotliDecompressSync,
  gzip: zlib.gunzipSync,
  deflate: zlib.inflateSync,
}
const STREAM_DECODERS: Readonly<Record<string, () => NodeJS.ReadWriteStream>> = {
  zstd: () => zlib.createZstdDecompress(),
  br: () => zlib.createBrotliDecompress(),
  gzip: () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
}
const ALL: CompressionOptions = { encodings: ['zstd', 'br', 'gzip', 'deflate'] }

function json(body: string | Uint8Array, headers?: HttpResponse['headers']): RequestHandler {
  return () => new HttpResponse(200, body, 'application/json', headers)
}

async function get(
  handler: RequestHandler,
  accept: string | undefined,
  options?: CompressionOptions,
  line = 'GET /',
  headers: Readonly<Record<string, string>> = {},
): Promise<RawAnswer> {
  let answer: RawAnswer | undefined
  await withServer(compression(handler, options), async (server) => {
    const accepts = accept === undefined ? {} : { 'accept-encoding': accept }
    answer = await ask(server, line, { ...accepts, ...headers })
  })
  return answer!
}

function decode({ headers, body }: RawAnswer): string {
  const bytes = Buffer.from(body, 'latin1')
  return (DECODERS[headers['content-encoding'] ?? '']?.(bytes) ?? bytes).toString()
}

describe('compression', () => {
  for (const coding of Object.keys(DECODERS)) {
    for (const [size, body] of [
      ['small', SMALL],
      ['large', LARGE],
    ] as const) {
      it(`sends a ${size} body as ${coding}`, async () => {
        const answer = await get(json(body), coding, ALL)
        assert.equal(answer.headers['content-encoding'], coding)
        assert.equal(answer.headers['vary'], 'accept-encoding')
        assert.equal(answer.headers['content-length'], String(answer.body.length))
        assert.ok(answer.body.length < body.length / 2)
        assert.equal(decode(answer), body)
      })
    }

    it(`sends a stream as ${coding}`, async () => {
      const stream: RequestHandler = () =>
        new HttpResponse(200, new StreamBody(pieces(LARGE, 1000)), 'application/json')
      const answer = await get(stream, coding, ALL)
      assert.equal(answer.headers['content-encoding'], coding)
      assert.equal(answer.headers['content-length'], undefined)
      assert.equal(decode(answer), LARGE)
    })

    it(`brings each event of a stream to the client when it happens, as ${coding}`, async () => {
      const { promise: isRead, resolve: allowSecond } = Promise.withResolvers<void>()
      async function* events(): AsyncGenerator<string> {
        yield 'data: first\n\n'
        await isRead
        yield 'data: second\n\n'
      }
      const stream: RequestHandler = () =>
        new HttpResponse(200, new StreamBody(events()), 'text/event-stream')
      await withServer(compression(stream, ALL), async (server) => {
        const request = http.get({ port: server.port, headers: { 'accept-encoding': coding } })
        const [response] = (await once(request, 'response')) as [http.IncomingMessage]
        const decoder = response.pipe(STREAM_DECODERS[coding]!())
        assert.equal(String((await once(decoder, 'data'))[0]), 'data: first\n\n')
        const second = once(decoder, 'data')
        allowSecond()
        assert.equal(String((await second)[0]), 'data: second\n\n')
        await once(decoder, 'end')
      })
    })
  }

  it('prefers what the client prefers, and its own order otherwise', async () => {
    assert.equal((await get(json(SMALL), 'gzip, br, zstd')).headers['content-encoding'], 'zstd')
    assert.equal((await get(json(SMALL), 'gzip, br;q=0.9')).headers['content-encoding'], 'gzip')
    const own = await get(json(SMALL), 'gzip, br', { encodings: ['gzip', 'br'] })
    assert.equal(own.headers['content-encoding'], 'gzip')
  })

  for (const accept of [undefined, 'identity', 'compress', 'deflate', 'gzip;q=0', '']) {
    it(`sends the body as it is to a client that accepts ${accept}`, async () => {
      const answer = await get(json(SMALL), accept)
      assert.equal(answer.headers['content-encoding'], undefined)
      assert.equal(answer.headers['vary'], 'accept-encoding')
      assert.equal(answer.body, SMALL)
    })
  }

  for (const [what, response] of [
    ['a body below the threshold', new HttpResponse(200, 'x'.repeat(1023), 'text/plain')],
    ['an image', new HttpResponse(200, 'x'.repeat(2000), 'image/png')],
    ['no type', new HttpResponse(200, 'x'.repeat(2000))],
    ['no body', new HttpResponse(204, null)],
    ['a part', new HttpResponse(206, SMALL, 'text/plain', [['content-range', 'bytes 0-1/9']])],
    [
      'no-transform',
      new HttpResponse(200, SMALL, 'text/plain', [['Cache-Control', 'public, No-Transform']]),
    ],
    ['a coded body', new HttpResponse(200, SMALL, 'text/plain', [['Content-Encoding', 'x']])],
  ] as const) {
    it(`leaves ${what} alone`, async () => {
      const { headers, body } = await get(() => response, 'gzip')
      assert.equal(headers['content-encoding'] === 'gzip', false)
      assert.equal(headers['vary'], undefined)
      assert.equal(body, response.body ?? '')
    })
  }

  it('sends the body as it is if it would get longer', async () => {
    const noise = Buffer.from(Array.from({ length: 3000 }, (_, at) => (at * 7919 * at) % 251))
    const answer = await get(json(noise), 'gzip', { types: /./, levels: { gzip: 0 } })
    assert.equal(answer.headers['content-encoding'], undefined)
    assert.equal(answer.body, noise.toString('latin1'))
  })

  it('counts the bytes of a text and not its characters', async () => {
    const answer = await get(json('ü'.repeat(512)), 'gzip')
    assert.equal(answer.headers['content-encoding'], 'gzip')
  })

  it('adds to Vary what is not there yet', async () => {
    const vary = (value: string) => get(json(SMALL, [['Vary', value]]), 'gzip')
    assert.equal((await vary('Origin')).headers['vary'], 'Origin, accept-encoding')
    assert.equal((await vary('Accept-Encoding')).headers['vary'], 'Accept-Encoding')
    assert.equal((await vary('*')).headers['vary'], '*')
  })

  it('weakens a strong tag', async () => {
    assert.equal((await get(json(SMALL, [['ETag', '"a"']]), 'gzip')).headers['etag'], 'W/"a"')
    assert.equal((await get(json(SMALL, [['ETag', '"a"']]), undefined)).headers['etag'], '"a"')
  })

  it('gives a 304 the tag of the response it stands for', async () => {
    const handler = conditional(json(SMALL), { etag: 'strong' })
    const first = await get(handler, 'gzip')
    const tag = first.headers['etag'] ?? ''
    assert.match(tag, /^W\/"/)
    const again = await get(handler, 'gzip', {}, 'GET /', { 'if-none-match': tag })
    assert.deepEqual([again.status, again.headers['etag']], [304, tag])
    const plain = await get(handler, undefined, {}, 'GET /', { 'if-none-match': tag.slice(2) })
    assert.deepEqual([plain.status, plain.headers['etag']], [304, tag.slice(2)])
  })

  it('answers HEAD as GET', async () => {
    const head = await get(json(SMALL), 'gzip', {}, 'HEAD /')
    const { headers } = await get(json(SMALL), 'gzip')
    assert.equal(head.body, '')
    assert.deepEqual({ ...head.headers, date: '' }, { ...headers, date: '' })
  })

  it('asks the filter', async () => {
    const filter: CompressionOptions['filter'] = (request) => request.path !== '/secret'
    const open = await get(json(SMALL), 'gzip', { filter })
    assert.equal(open.headers['content-encoding'], 'gzip')
    const secret = await get(json(SMALL), 'gzip', { filter }, 'GET /secret')
    assert.equal(secret.headers['content-encoding'], undefined)
  })

  it('works on static files, whose ranges it leaves alone', async () => {
    const site = makeSite()
    try {
      const files = staticFiles(site.root)
      const whole = await get(files, 'gzip', { thresholdBytes: 10 }, 'GET /app.js')
      assert.equal(whole.headers['content-encoding'], 'gzip')
      assert.equal(whole.headers['accept-ranges'], undefined)
      const big = await get(files, 'br', {}, 'GET /big.txt')
      assert.equal(
        decode(big).length,
        Number((await get(files, '', {}, 'GET /big.txt')).headers['content-length']),
      )
      const range = { range: 'bytes=0-2000' }
      const part = await get(files, 'gzip', {}, 'GET /big.txt', range)
      assert.deepEqual([part.status, part.headers['content-encoding']], [206, undefined])
    } finally {
      site.remove()
    }
  })

  it('ends the source when the client goes away', async () => {
    const { promise: isEnded, resolve: end } = Promise.withResolvers<void>()
    async function* endless(): AsyncGenerator<string> {
      try {
        for (let line = 0; ; line++) {
          yield `${line} ${Math.sqrt(line)}\n`.repeat(50)
          await new Promise((resolve) => setImmediate(resolve))
        }
      } finally {
        end()
      }
    }
    const stream: RequestHandler = () =>
      new HttpResponse(200, new StreamBody(endless()), 'text/plain')
    await withServer(compression(stream), async (server) => {
      const client = await RawClient.connect(server.port)
      client.send('GET / HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n')
      await client.until(5000)
      client.reset()
      await isEnded
    })
  })

  it('cuts the connection if the source fails, and tells', async () => {
    const failures: unknown[] = []
    async function* failing(): AsyncGenerator<string> {
      yield 'x'.repeat(5000)
      await once(process, 'never', { signal: AbortSignal.timeout(1) }).catch(() => {})
      throw new Error('source failed')
    }
    const stream: RequestHandler = () =>
      new HttpResponse(200, new StreamBody(failing()), 'text/plain')
    await withServer(
      compression(stream),
      async (server) => {
        const answer = ask(server, 'GET /', { 'accept-encoding': 'gzip' })
        await assert.rejects(answer, /no end/)
      },
      { onError: (error) => failures.push((error as Error).message) },
    )
    assert.deepEqual(failures, ['source failed'])
  })

  it('refuses options that cannot be meant', () => {
    const handler = json('')
    for (const options of [
      { encodings: [] },
      { encodings: ['lzma'] },
      { thresholdBytes: -1 },
      { types: 'text' },
      { levels: { gzip: 10 } },
      { levels: { zstd: 0 } },
      { levels: { lzma: 1 } },
      { filter: true },
      { treshold: 1 },
    ]) {
      assert.throws(() => compression(handler, options as CompressionOptions), OptionError)
    }
  })
})

async function* pieces(text: string, length: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += length) yield text.slice(at, at + length)
}
