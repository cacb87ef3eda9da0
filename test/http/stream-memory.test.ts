import assert from 'node:assert/strict'
import { once } from 'node:events'
import * as net from 'node:net'
import { describe, it } from 'node:test'
import { HttpResponse, type RequestHandler, StreamBody } from '../../src/http/index.ts'
import { text, withServer } from './support/serve.ts'

const MIB = 1024 * 1024
const TOTAL = 400 * MIB
/** Garbage of both sides that waits for its collection, far below what is sent. */
const MAX_GROWTH = 160 * MIB
const CHUNK = Buffer.alloc(65_536, 'x')

/** Runs `transfer` and says by how much the process has grown at most meanwhile. */
async function growthOf(transfer: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss()
  let peak = before
  const sampler = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss())
  }, 5)
  await transfer()
  clearInterval(sampler)
  return Math.max(peak, process.memoryUsage.rss()) - before
}

async function* endless(): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < TOTAL; sent += CHUNK.length) yield Buffer.from(CHUNK)
}

const handler: RequestHandler = async (request) => {
  if (request.body === undefined) {
    return new HttpResponse(200, new StreamBody(endless(), { length: TOTAL }))
  }
  let bytes = 0
  for await (const chunk of request.body) bytes += chunk.length
  return text(200, String(bytes))
}

for (const readPath of ['shared', 'stream'] as const) {
  describe(`streams of 400 MiB, ${readPath} path`, () => {
    it('are sent without being held', () =>
      withServer(
        handler,
        async (server) => {
          let received = 0
          const growth = await growthOf(async () => {
            const socket = net.connect({ port: server.port, host: '127.0.0.1' })
            socket.on('data', (chunk) => {
              received += chunk.length
            })
            socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')
            await once(socket, 'close')
          })
          assert.ok(received > TOTAL && received < TOTAL + 1000, `${received} bytes`)
          assert.ok(growth < MAX_GROWTH, `grew by ${Math.round(growth / MIB)} MiB`)
        },
        { readPath },
      ))

    it('are received without being held', () =>
      withServer(
        handler,
        async (server) => {
          let answer = ''
          const growth = await growthOf(async () => {
            const socket = net.connect({ port: server.port, host: '127.0.0.1' })
            socket.on('data', (chunk) => {
              answer += chunk.toString('latin1')
            })
            socket.write(
              `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${TOTAL}\r\n\r\n`,
            )
            for (let sent = 0; sent < TOTAL; sent += CHUNK.length) {
              if (!socket.write(CHUNK)) await once(socket, 'drain')
            }
            await once(socket, 'close')
          })
          assert.match(answer, new RegExp(`\r\n\r\n${TOTAL}$`))
          assert.ok(growth < MAX_GROWTH, `grew by ${Math.round(growth / MIB)} MiB`)
        },
        { readPath, maxBodyBytes: TOTAL },
      ))
  })
}
