import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import * as net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { HttpError, multipart, readForm } from '../../../src/http/index.ts'
import { RawClient } from '../support/raw-client.ts'
import { text, withServer } from '../support/serve.ts'

const SIZE = 64 * 1024 * 1024
const PIECE = randomBytes(1_048_576)
const HEAD =
  '--b\r\ncontent-disposition: form-data; name="f"; filename="f"\r\ncontent-type: a/b\r\n\r\n'
const TAIL = '\r\n--b--\r\n'
const LENGTH = HEAD.length + SIZE + TAIL.length
const START = `POST / HTTP/1.1\r\nhost: a\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: ${LENGTH}\r\n\r\n`

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** What is really in use: what waits for the collector does not count. */
function liveBytes(): number {
  collectGarbage()
  const { arrayBuffers, heapUsed } = process.memoryUsage()
  return arrayBuffers + heapUsed
}

/** Sends the form as fast as it is taken, and gives back what comes. */
async function upload(port: number): Promise<string> {
  const socket = net.connect({ port, host: '127.0.0.1' })
  let answer = ''
  socket.on('data', (data: Buffer) => {
    answer += data.toString('latin1')
    if (/\r\n\r\n./s.test(answer)) socket.end()
  })
  const closed = new Promise((resolve) => socket.on('close', resolve))
  socket.write(START + HEAD)
  for (let sent = 0; sent < SIZE; sent += PIECE.length) {
    if (!socket.write(PIECE)) await new Promise((resolve) => socket.once('drain', resolve))
  }
  socket.write(TAIL)
  await closed
  return answer
}

describe('an upload of 64 MiB', () => {
  let folder = ''
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fasterapi-test-'))
  })
  after(() => rm(folder, { recursive: true }))

  it('is written to disk in constant memory', async () => {
    let peak = 0
    const measure = setInterval(() => {
      peak = Math.max(peak, liveBytes())
    }, 10)
    await withServer(
      async (request) => {
        const form = await readForm(request, { maxBytes: 2 * SIZE, directory: folder })
        const file = form.getFile('f')
        const answer = text(200, `${file?.size} ${existsSync(file?.path ?? '')}`)
        await form.remove()
        return answer
      },
      async (server) => {
        const before = liveBytes()
        const answer = await upload(server.port)
        clearInterval(measure)
        assert.match(answer, new RegExp(`${SIZE} true$`))
        const grown = peak - before
        assert.ok(peak > 0 && grown < 8 * 1024 * 1024, `${(grown / 1048576).toFixed()} MiB more`)
      },
    )
    assert.deepEqual(await readdir(folder), [])
  })

  it('is passed on in pieces in constant memory', async () => {
    let largest = 0
    await withServer(
      async (request) => {
        let size = 0
        for await (const part of multipart(request, { maxBytes: 2 * SIZE })) {
          for await (const piece of part) {
            size += piece.length
            largest = Math.max(largest, piece.length)
          }
        }
        return text(200, String(size))
      },
      async (server) => {
        assert.match(await upload(server.port), new RegExp(`${SIZE}$`))
        assert.ok(largest <= 262_144, `a piece of ${largest} bytes`)
      },
    )
  })

  it('leaves nothing behind if the client goes away', async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>()
    const begun = Promise.withResolvers<void>()
    await withServer(
      async (request) => {
        try {
          const form = readForm(request, { maxBytes: 2 * SIZE, directory: folder })
          while ((await readdir(folder)).length === 0) await new Promise(setImmediate)
          begun.resolve()
          await form
        } catch (error) {
          resolve(error)
        }
        return text(200, 'never')
      },
      async (server) => {
        const client = await RawClient.connect(server.port)
        client.send(START + HEAD + 'x'.repeat(200_000))
        await begun.promise
        client.reset()
        const error = await promise
        assert.ok(error instanceof HttpError && error.status === 400, String(error))
        assert.deepEqual(await readdir(folder), [])
      },
    )
  })
})
