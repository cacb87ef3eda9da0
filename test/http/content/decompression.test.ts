import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import * as zlib from 'node:zlib'
import {
  type DecompressionOptions,
  decompression,
  HttpResponse,
  type HttpServerOptions,
  type RequestHandler,
} from '../../../src/http/index.ts'
import { OptionError } from '../../../src/index.ts'
import { parseAnswer, type RawAnswer } from '../static/ask.ts'
import { RawClient } from '../support/raw-client.ts'
import { withServer } from '../support/serve.ts'

const TEXT = JSON.stringify(Array.from({ length: 2000 }, (_, id) => ({ id, name: `Item ${id}` })))
const UNDERSTOOD = 'zstd, br, gzip, deflate'
const ENCODERS: Readonly<Record<string, (text: string | Uint8Array) => Buffer>> = {
  zstd: zlib.zstdCompressSync,
  br: zlib.brotliCompressSync,
  gzip: zlib.gzipSync,
  deflate: zlib.deflateSync,
  'x-gzip': zlib.gzipSync,
  GZIP: zlib.gzipSync,
}

const echo: RequestHandler = (request) =>
  request.bytes().then((bytes) => new HttpResponse(200, bytes, 'text/plain'))

interface Sending {
  readonly options?: DecompressionOptions
  readonly server?: HttpServerOptions
  readonly handler?: RequestHandler
  readonly isChunked?: boolean
}

async function post(coding: string, body: Buffer, sending: Sending = {}): Promise<RawAnswer> {
  const { options, handler = echo, isChunked = false } = sending
  let answer: RawAnswer | undefined
  await withServer(
    decompression(handler, options),
    async (server) => {
      const client = await RawClient.connect(server.port)
      const text = body.toString('latin1')
      const framing = isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${text.length}`
      const head = `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Encoding: ${coding}\r\n`
      client.send(`${head}${framing}\r\n\r\n`)
      const half = text.length >> 1
      for (const part of [text.slice(0, half), text.slice(half)]) {
        client.send(isChunked ? `${part.length.toString(16)}\r\n${part}\r\n` : part)
      }
      if (isChunked) client.send('0\r\n\r\n')
      answer = parseAnswer(await client.untilEnd())
    },
    sending.server,
  )
  return answer!
}

describe('decompression', () => {
  for (const [coding, encode] of Object.entries(ENCODERS)) {
    it(`gives the handler the plain body of ${coding}`, async () => {
      const { status, body } = await post(coding, encode(TEXT))
      assert.deepEqual([status, body], [200, TEXT])
    })

    it(`gives the handler the plain body of chunked ${coding}, in pieces`, async () => {
      const handler: RequestHandler = async (request) => {
        let text = ''
        for await (const piece of request.body ?? []) text += Buffer.from(piece).toString()
        return new HttpResponse(200, text, 'text/plain')
      }
      const { status, body } = await post(coding, encode(TEXT), { handler, isChunked: true })
      assert.deepEqual([status, body], [200, TEXT])
    })

    it(`answers 400 to ${coding} that breaks off`, async () => {
      const whole = encode(TEXT)
      assert.equal((await post(coding, whole.subarray(0, whole.length - 12))).status, 400)
    })

    it(`answers 400 to ${coding} that is none`, async () => {
      assert.equal((await post(coding, Buffer.from('no such thing at all'))).status, 400)
    })
  }

  it('hides what is no longer true of the body, and nothing else', async () => {
    const handler: RequestHandler = (request) => {
      const names = [...request.headers()].map(([name]) => name)
      const told = [request.header('content-encoding'), request.header('Content-Length')]
      const { method, path, hasBody, httpVersion, signal } = request
      return new HttpResponse(
        200,
        JSON.stringify([
          names,
          told,
          request.header('host'),
          method,
          path,
          hasBody,
          httpVersion,
          signal.aborted,
        ]),
        'application/json',
      )
    }
    const { body } = await post('gzip', zlib.gzipSync('x'), { handler })
    assert.deepEqual(JSON.parse(body), [
      ['host', 'connection'],
      [null, null],
      'x',
      'POST',
      '/',
      true,
      '1.1',
      false,
    ])
  })

  it('leaves plain and empty bodies alone', async () => {
    assert.equal((await post('identity', Buffer.from('plain'))).body, 'plain')
    assert.equal((await post('', Buffer.from('plain'))).body, 'plain')
    assert.equal((await post('gzip', Buffer.alloc(0))).status, 200)
  })

  for (const coding of ['compress', 'gzip, br', 'br;q=1']) {
    it(`answers 415 to ${coding}, saying what is understood`, async () => {
      const { status, headers } = await post(coding, Buffer.from('x'))
      assert.deepEqual([status, headers['accept-encoding']], [415, UNDERSTOOD])
    })
  }

  const frame = zlib.zstdCompressSync('x')
  const notOneFrame: Readonly<Record<string, Buffer>> = {
    'a frame behind the first': Buffer.concat([frame, frame]),
    'a skippable frame': Buffer.from('502a4d180300000001020304', 'hex'),
    'what is no frame behind the first': Buffer.concat([frame, Buffer.from('x')]),
  }
  for (const [what, body] of Object.entries(notOneFrame)) {
    it(`answers 400 to ${what}, which Node would drop`, async () => {
      assert.equal((await post('zstd', body)).status, 400)
      assert.equal((await post('zstd', body, { isChunked: true })).status, 400)
    })
  }

  it('answers 415 to a coding that is turned off', async () => {
    const options: DecompressionOptions = { encodings: ['gzip'] }
    const { status, headers } = await post('br', zlib.brotliCompressSync('x'), { options })
    assert.deepEqual([status, headers['accept-encoding']], [415, 'gzip'])
  })

  it('limits what comes out, however little was sent', async () => {
    const body = zlib.gzipSync(Buffer.alloc(100_000))
    assert.equal((await post('gzip', body, { server: { maxBodyBytes: 100_000 } })).status, 200)
    assert.equal((await post('gzip', body, { server: { maxBodyBytes: 99_999 } })).status, 413)
  })

  it('stops a bomb at its ratio, even where the size is allowed', async () => {
    const bomb = zlib.brotliCompressSync(Buffer.alloc(64 * 1024 * 1024))
    const server = { maxBodyBytes: 2 ** 30 }
    let received = 0
    const handler: RequestHandler = async (request) => {
      for await (const piece of request.body ?? []) received += piece.length
      return new HttpResponse(200, null)
    }
    assert.equal((await post('br', bomb, { server, handler })).status, 413)
    assert.ok(received < 4 * 1024 * 1024, `${received}`)
  })

  it('allows a higher ratio if told so', async () => {
    const bomb = zlib.gzipSync(Buffer.alloc(2 * 1024 * 1024))
    const server = { maxBodyBytes: 2 ** 30 }
    assert.equal((await post('gzip', bomb, { server })).status, 413)
    assert.equal((await post('gzip', bomb, { server, options: { maxRatio: 2000 } })).status, 200)
  })

  it('refuses options that cannot be meant', () => {
    assert.throws(() => decompression(echo, { maxRatio: 0 }), OptionError)
    assert.throws(() => decompression(echo, { encodings: ['lzma' as 'br'] }), OptionError)
    assert.throws(() => decompression(echo, { ratio: 1 } as never), OptionError)
  })
})
