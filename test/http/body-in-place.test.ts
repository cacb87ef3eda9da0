import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import * as net from 'node:net'
import { describe, it } from 'node:test'
import { sleep } from '../../src/future/index.ts'
import type { HttpRequest, HttpResponse, HttpServer } from '../../src/http/index.ts'
import { bodies, text, withServer } from './support/serve.ts'

const SIZE = 3_000_000
const digest = (...parts: readonly Uint8Array[]): string => {
  const hash = createHash('sha1')
  for (const part of parts) hash.update(part)
  return hash.digest('hex')
}
const post = (path: string, body: Buffer): Buffer =>
  Buffer.concat([
    Buffer.from(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n`),
    body,
  ])
const LAST = Buffer.from('GET /last HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')

/** Keeps all pieces to the end: one that is written over later shows in the digest. */
async function handle(request: HttpRequest): Promise<HttpResponse> {
  const { body } = request
  if (body === undefined) return text(200, 'none')
  if (request.path === '/whole') return text(200, digest(await body.bytes()))
  if (request.path === '/late') await sleep(5)
  const pieces: Uint8Array[] = []
  for await (const piece of body) {
    pieces.push(piece)
    if (request.path === '/slow' && pieces.length % 8 === 0) await sleep(1)
    if (request.path === '/first') return text(200, 'enough')
  }
  return text(200, digest(...pieces))
}

/** Sends all as fast as it goes, and gives back the bodies of the answers. */
async function send(server: HttpServer, ...parts: readonly Buffer[]): Promise<string[]> {
  const socket = net.connect(server.port, '127.0.0.1')
  let answer = ''
  socket.on('data', (chunk: Buffer) => {
    answer += chunk.toString('latin1')
  })
  socket.on('error', () => {})
  for (const part of parts) socket.write(part)
  await once(socket, 'close')
  return bodies(answer)
}

describe('a body that comes fast', () => {
  const content = randomBytes(SIZE)
  const sum = digest(content)
  for (const path of ['/whole', '/pieces', '/slow', '/late']) {
    it(`arrives unchanged at ${path}, and so does what follows it`, () =>
      withServer(
        handle,
        async (server) => {
          const all = [post(path, content), post('/whole', content), post(path, content), LAST]
          assert.deepEqual(await send(server, ...all), [sum, sum, sum, 'none'])
        },
        { maxBodyBytes: SIZE },
      ))
  }

  it('is not mixed with those of other connections', () =>
    withServer(
      handle,
      async (server) => {
        const contents = Array.from({ length: 8 }, () => randomBytes(1_000_000))
        const answers = await Promise.all(
          contents.map((each, at) => send(server, post(at % 2 ? '/whole' : '/slow', each), LAST)),
        )
        assert.deepEqual(
          answers,
          contents.map((each) => [digest(each), 'none']),
        )
      },
      { maxBodyBytes: SIZE },
    ))

  it('may be left unread', () =>
    withServer(
      handle,
      async (server) => {
        const short = content.subarray(0, 250_000)
        const answers = await send(server, post('/first', short), post('/whole', short), LAST)
        assert.deepEqual(answers, ['enough', digest(short), 'none'])
      },
      { maxBodyBytes: SIZE },
    ))
})
