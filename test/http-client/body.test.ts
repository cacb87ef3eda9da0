import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { createHash } from 'node:crypto'
import { Readable, Writable } from 'node:stream'
import { describe, it } from 'node:test'
import { HttpResponse } from '../../src/http/index.ts'
import type { BodyOptions } from '../../src/http-client/index.ts'
import { int, object, str } from '../../src/schema/index.ts'
import { answering, withOrigin, withRawOrigin } from './support/origin.ts'

type Handler = Parameters<typeof withOrigin>[0]

const echo: Handler = (request) =>
  request.bytes().then((bytes) => {
    const type = request.header('content-type') ?? '-'
    const length = request.header('content-length') ?? request.header('transfer-encoding') ?? '-'
    return new HttpResponse(200, Buffer.from(`${type}|${length}|${Buffer.from(bytes).toString()}`))
  })

async function sent(options: BodyOptions): Promise<string> {
  let text = ''
  await withOrigin(echo, async (client) => {
    text = await client.post('/', options).then((response) => response.text())
  })
  return text
}

async function* pieces(): AsyncGenerator<string | Uint8Array, void> {
  yield 'a'
  yield Buffer.from('b')
  yield 'ü'
}

describe('the body of a request', () => {
  const SENT: Readonly<Record<string, readonly [() => BodyOptions, string]>> = {
    json: [() => ({ json: { a: 'ü' } }), 'application/json|10|{"a":"ü"}'],
    'null as JSON': [() => ({ json: null }), 'application/json|4|null'],
    text: [() => ({ body: 'hü' }), '-|3|hü'],
    bytes: [() => ({ body: Buffer.from('hi') }), '-|2|hi'],
    'a view into a bigger buffer': [
      () => ({ body: new Uint8Array(Buffer.from('xhix')).subarray(1, 3) }),
      '-|2|hi',
    ],
    'an empty text': [() => ({ body: '' }), '-|0|'],
    form: [
      () => ({ form: { a: 'x y', b: 2, c: true, d: undefined } }),
      'application/x-www-form-urlencoded|16|a=x+y&b=2&c=true',
    ],
    'URL parameters': [
      () => ({
        form: new URLSearchParams([
          ['a', '1'],
          ['a', '2'],
        ]),
      }),
      'application/x-www-form-urlencoded|7|a=1&a=2',
    ],
    'an async generator': [() => ({ body: pieces() }), '-|chunked|abü'],
    'a function that gives one': [() => ({ body: pieces }), '-|chunked|abü'],
    'a Node stream': [() => ({ body: Readable.from(['a', 'b']) }), '-|chunked|ab'],
    'a web stream': [() => ({ body: new Blob(['ab']).stream() as never }), '-|chunked|ab'],
  }
  for (const [what, [options, expected]] of Object.entries(SENT)) {
    it(`can be ${what}`, async () => assert.equal(await sent(options()), expected))
  }

  it('can be a form with files, of a known length', async () => {
    const form = new FormData()
    form.append('name', 'Ann\nBob')
    form.append('a"b', new File(['content'], 'ü.txt', { type: 'text/plain' }))
    const [type = '', length = '', ...rest] = (await sent({ form })).split('|')
    const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(type)?.[1]
    const body = rest.join('|')
    assert.equal(Number(length), Buffer.byteLength(body))
    assert.equal(
      body,
      `--${boundary}\r\ncontent-disposition: form-data; name="name"\r\n\r\nAnn\r\nBob\r\n` +
        `--${boundary}\r\ncontent-disposition: form-data; name="a%22b"; filename="ü.txt"\r\n` +
        `content-type: text/plain\r\n\r\ncontent\r\n--${boundary}--\r\n`,
    )
    const parsed = await new Response(body, { headers: { 'content-type': type } }).formData()
    assert.equal(parsed.get('name'), 'Ann\r\nBob')
  })

  it('fails the call with what its source fails with', async () => {
    const broken = new RangeError('no more')
    async function* breaks(): AsyncGenerator<string, void> {
      yield 'a'
      throw broken
    }
    await withOrigin(echo, async (client) => {
      await assert.rejects(async () => client.put('/', { body: breaks }), broken)
      assert.equal(client.stats().requests.total, 1)
    })
  })

  it('ends its source when the call is given up', async () => {
    const ended = Promise.withResolvers<void>()
    async function* endless(): AsyncGenerator<Uint8Array, void> {
      try {
        for (;;) {
          yield Buffer.alloc(65_536)
          await new Promise((resolve) => {
            setImmediate(resolve)
          })
        }
      } finally {
        ended.resolve()
      }
    }
    await withRawOrigin(
      (socket) => socket.resume(),
      async (client) => {
        await assert.rejects(async () => client.post('/', { body: endless(), timeoutMs: 60 }), {
          phase: 'total',
        })
        await ended.promise
      },
    )
  })
})

/** So many bytes, the same for the same count. */
function bytesOf(count: number): Buffer {
  const bytes = Buffer.alloc(count)
  for (let at = 0; at < count; at++) bytes[at] = (at * 31) % 251
  return bytes
}

const BIG = bytesOf(5_000_000)
const big: Handler = () => new HttpResponse(200, BIG, 'application/octet-stream')

describe('the body of a response', () => {
  it('is read whole, as pieces, as a web stream, and into a stream', async () => {
    await withOrigin(big, async (client) => {
      const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
      const expected = hash(BIG)
      assert.equal(hash(await client.get('/').then((response) => response.bytes())), expected)
      const iterated: Uint8Array[] = []
      for await (const piece of await client.get('/')) iterated.push(piece)
      assert.equal(hash(Buffer.concat(iterated)), expected)
      const web: Uint8Array[] = []
      for await (const piece of (await client.get('/')).stream()) web.push(piece)
      assert.equal(hash(Buffer.concat(web)), expected)
      const written: Uint8Array[] = []
      const destination = new Writable({
        write(chunk: Uint8Array, _encoding, done) {
          written.push(chunk)
          done()
        },
      })
      await client.get('/').then((response) => response.pipeTo(destination))
      assert.equal(hash(Buffer.concat(written)), expected)
    })
  })

  it('makes the server wait while nobody reads', async () => {
    let written = 0
    const talk = answering((_head, socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 200000000\r\n\r\n')
      const chunk = Buffer.alloc(65_536)
      const more = (): void => {
        while (written < 200_000_000) {
          written += chunk.length
          if (!socket.write(chunk)) return void socket.once('drain', more)
        }
      }
      more()
    })
    await withRawOrigin(talk, async (client) => {
      const response = await client.get('/', { maxBodyBytes: 1e9 })
      let before = -1
      while (before !== written) {
        before = written
        await new Promise((resolve) => {
          setTimeout(resolve, 100)
        })
      }
      // What the kernel buffers on both sides, and 64 KiB of ours.
      assert.ok(written < 20_000_000, String(written))
      response.discard()
    })
  })

  it('fails beyond its limit, by its length and by what comes', async () => {
    await withOrigin(big, async (client) => {
      const read = client.get('/').then((response) => response.bytes({ maxBytes: 1000 }))
      await assert.rejects(async () => read, {
        code: 'HTTP_CLIENT_LIMIT',
        message: /the body has more than 1000 bytes$/,
      })
      const limited = client
        .get('/', { maxBodyBytes: 4_999_999 })
        .then((response) => response.text())
      await assert.rejects(async () => limited, { code: 'HTTP_CLIENT_LIMIT' })
      const exact = client
        .get('/', { maxBodyBytes: 5_000_000 })
        .then((response) => response.bytes())
      assert.equal((await exact).length, 5_000_000)
    })
  })

  it('can be read once', async () => {
    await withOrigin(big, async (client) => {
      const response = await client.get('/')
      await response.bytes()
      assert.equal(response.isUsed, true)
      const used = { code: 'HTTP_CLIENT_BODY_USED' }
      await assert.rejects(async () => response.text(), used)
      await assert.rejects(async () => response[Symbol.asyncIterator]().next(), used)
    })
  })

  it('is given up by leaving the loop, and by discard', async () => {
    await withOrigin(big, async (client) => {
      for await (const piece of await client.get('/')) {
        assert.ok(piece.length > 0)
        break
      }
      ;(await client.get('/')).discard()
      assert.deepEqual(client.stats().calls, { total: 2, inFlight: 0, failed: 0 })
      assert.equal((await client.get('/')).status, 200)
      await client.close({ timeoutMs: 0 })
      assert.equal(client.stats().calls.inFlight, 0)
    })
  })

  it('has trailers when it has been read', async () => {
    const talk = answering((_head, socket) => {
      socket.write(
        'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Sum: 1\r\n\r\n',
      )
    })
    await withRawOrigin(talk, async (client) => {
      const response = await client.get('/')
      await response.bytes()
      assert.deepEqual(response.trailers, [['x-sum', '1']])
    })
  })

  it('is text in its charset', async () => {
    const types: readonly (readonly [string, Buffer])[] = [
      ['text/plain; charset=iso-8859-1', Buffer.from('hü', 'latin1')],
      ['text/plain; charset="UTF-8"', Buffer.from('hü')],
      ['text/plain', Buffer.from('\ufeffhü')],
      ['text/plain; charset=nobody-knows', Buffer.from('hü')],
      ['text/plain; charset=utf-16le', Buffer.from('hü', 'utf16le')],
    ]
    let current = types[0]
    const handler: Handler = () => new HttpResponse(200, current?.[1] ?? null, current?.[0])
    await withOrigin(handler, async (client) => {
      for (current of types) {
        assert.equal(await client.get('/').then((response) => response.text()), 'hü', current[0])
      }
    })
  })
})

describe('json', () => {
  const User = object({ id: int(), name: str() })
  const answer =
    (text: string): Handler =>
    () =>
      new HttpResponse(200, text, 'application/json')

  it('is what a schema makes of it', async () => {
    await withOrigin(answer('{"id":1,"name":"Ann","secret":"x"}'), async (client) => {
      const user: { id: number; name: string } = await client
        .get('/')
        .then((response) => response.json(User))
      assert.deepEqual(user, { id: 1, name: 'Ann' })
    })
  })

  it('takes any Standard Schema, asynchronous ones too', async () => {
    const schema = {
      '~standard': {
        version: 1 as const,
        vendor: 'test',
        validate: async (value: unknown) => ({ value: Object.keys(value as object).length }),
      },
    }
    await withOrigin(answer('{"a":1,"b":2}'), async (client) => {
      assert.equal(await client.get('/').then((response) => response.json(schema)), 2)
    })
  })

  it('fails with what the schema found, and never with a validation error of the app', async () => {
    await withOrigin(answer('{"id":"x"}'), async (client) => {
      const read = client.get('/').then((response) => response.json(User))
      await assert.rejects(
        async () => read,
        (error: Error & { code?: string; issues?: unknown[] }) => {
          assert.equal(error.name, 'HttpClientError')
          assert.equal(error.code, 'HTTP_CLIENT_SCHEMA')
          assert.equal(error.issues?.length, 2)
          return true
        },
      )
    })
  })

  for (const text of ['', '{"a":', '<html>oops</html>']) {
    it(`fails for ${JSON.stringify(text)} and shows it`, async () => {
      await withOrigin(answer(text), async (client) => {
        const read = client.get('/').then((response) => response.json())
        await assert.rejects(async () => read, { code: 'HTTP_CLIENT_BODY', bodyExcerpt: text })
      })
    })
  }
})
