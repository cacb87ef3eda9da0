import assert from 'node:assert/strict'
import { once } from 'node:events'
import * as http2 from 'node:http2'
import * as net from 'node:net'
import { describe, it } from 'node:test'
import { Deferred, sleep } from '../../../src/future/index.ts'
import { HttpResponse, type HttpServer } from '../../../src/http/index.ts'
import { text, withServer } from '../support/serve.ts'
import { http2Request, withHttp2 } from '../support/tls-client.ts'

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const [DATA, HEADERS, RST_STREAM, SETTINGS, PING, GOAWAY, CONTINUATION] = [0, 1, 3, 4, 6, 7, 9]
const END_STREAM = 1
const END_HEADERS = 4
/** `:method GET`, `:scheme http`, `:path /` of the static table, `:authority x`. */
const GET_BLOCK = Buffer.from([0x82, 0x86, 0x84, 0x41, 1, 0x78])

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = type
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** A client that writes frames as it likes, and notes those that come. */
class Attacker {
  readonly #socket: net.Socket
  #received: Buffer = Buffer.alloc(0)
  readonly closed: Promise<unknown>

  constructor(port: number) {
    this.#socket = net.connect(port, '127.0.0.1')
    this.#socket.on('error', () => {})
    this.#socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk])
    })
    this.closed = new Promise((resolve) => {
      this.#socket.once('close', resolve)
    })
    this.send(PREFACE, frame(SETTINGS, 0, 0, Buffer.alloc(0)))
  }

  get isClosed(): boolean {
    return this.#socket.destroyed
  }

  send(...frames: readonly Buffer[]): void {
    if (this.#socket.writable) this.#socket.write(Buffer.concat(frames))
  }

  hasReceived(type: number): boolean {
    return this.#frames.some((each) => each[3] === type)
  }

  /** The reset of a connection that still has input may overtake the frame; another code may not come. */
  assertGoaway(...codes: readonly number[]): void {
    const goaways = this.#frames.filter((each) => each[3] === GOAWAY)
    for (const each of goaways) {
      const code = each.readUInt32BE(13)
      assert.ok(codes.includes(code), `GOAWAY with ${code}`)
    }
  }

  /** Those that have come whole. */
  get #frames(): Buffer[] {
    const frames: Buffer[] = []
    for (let at = 0; at + 9 <= this.#received.length; ) {
      const end = at + 9 + this.#received.readUIntBE(at, 3)
      if (end <= this.#received.length) frames.push(this.#received.subarray(at, end))
      at = end
    }
    return frames
  }

  destroy(): void {
    this.#socket.destroy()
  }
}

/** Attacks a server, and then finds it well. */
async function attack(
  handler: () => HttpResponse | PromiseLike<HttpResponse>,
  run: (attacker: Attacker, server: HttpServer) => Promise<void>,
): Promise<void> {
  const options = {
    http2: { cleartext: true, maxResets: 50, maxControlFrames: 50 },
    onError: () => {},
  }
  await withServer(
    handler,
    async (server) => {
      const attacker = new Attacker(server.port)
      await run(attacker, server)
      attacker.destroy()
      await withHttp2(server.port, async (session) => {
        assert.equal((await http2Request(session, { ':path': '/' })).status, 200)
      })
      while (server.stats().requests.inFlight > 0) await sleep(1)
    },
    options,
  )
}

describe('HTTP/2 under attack', () => {
  it('ends a session that resets its requests too often, and runs few of their handlers', async () => {
    let calls = 0
    await attack(
      () => {
        calls++
        return text(200, 'x')
      },
      async (attacker, server) => {
        const cancel = Buffer.from([0, 0, 0, 8])
        for (let round = 0; round < 100 && !attacker.isClosed; round++) {
          const frames: Buffer[] = []
          for (let at = 0; at < 100; at++) {
            const stream = 2 * (round * 100 + at) + 1
            frames.push(
              frame(HEADERS, END_STREAM | END_HEADERS, stream, GET_BLOCK),
              frame(RST_STREAM, 0, stream, cancel),
            )
          }
          attacker.send(...frames)
          await sleep(1)
        }
        await attacker.closed
        // Resets that come in one read are noticed by nghttp2, which has its own word for it.
        const { NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_INTERNAL_ERROR } = http2.constants
        attacker.assertGoaway(NGHTTP2_ENHANCE_YOUR_CALM, NGHTTP2_INTERNAL_ERROR)
        assert.equal(server.stats().http2.calmed, 1)
        assert.ok(calls <= 100, `${calls} handlers`)
      },
    )
  })

  it('ends a session that takes back requests whose handlers are at work', async () => {
    let fired = 0
    let isAttacked = true
    await attack(
      () => (isAttacked ? new Deferred<HttpResponse>().future : text(200, '')),
      async (attacker, server) => {
        for (let at = 0; at < 60 && !attacker.isClosed; at++) {
          attacker.send(frame(HEADERS, END_STREAM | END_HEADERS, 2 * at + 1, GET_BLOCK))
          while (server.stats().requests.inFlight === 0 && !attacker.isClosed) await sleep(1)
          attacker.send(frame(RST_STREAM, 0, 2 * at + 1, Buffer.from([0, 0, 0, 8])))
          while (server.stats().requests.inFlight > 0 && !attacker.isClosed) await sleep(1)
          fired++
        }
        await attacker.closed
        isAttacked = false
        assert.ok(fired >= 50 && fired <= 52, `${fired} requests`)
        assert.equal(server.stats().http2.calmed, 1)
      },
    )
  })

  for (const [what, flood] of [
    ['pings', () => frame(PING, 0, 0, Buffer.alloc(8))],
    ['settings', () => frame(SETTINGS, 0, 0, Buffer.from([0, 3, 0, 0, 0, 100]))],
  ] as const) {
    it(`ends a session that floods the server with ${what}`, () =>
      attack(
        () => text(200, ''),
        async (attacker, server) => {
          while (!attacker.isClosed) {
            attacker.send(...Array.from({ length: 20 }, flood))
            await sleep(1)
          }
          assert.equal(server.stats().http2.calmed, 1)
        },
      ))
  }

  it('ends a session whose header block never ends', () =>
    attack(
      () => text(200, ''),
      async (attacker) => {
        attacker.send(frame(HEADERS, END_STREAM, 1, GET_BLOCK))
        const filler = Buffer.concat([Buffer.from([0, 1, 0x79, 100]), Buffer.alloc(100, 'z')])
        for (let at = 0; at < 1000 && !attacker.isClosed; at++) {
          attacker.send(frame(CONTINUATION, 0, 1, filler))
          if (at % 50 === 0) await sleep(1)
        }
        await attacker.closed
      },
    ))

  it('refuses a header bomb: a small block that unpacks into much', () =>
    withServer(
      () => text(200, 'x'),
      async (server) => {
        await withHttp2(server.port, async (session) => {
          const value = 'v'.repeat(4000)
          const fields = Object.fromEntries(
            Array.from({ length: 60 }, (_, at) => [`x-${at}`, value]),
          )
          await assert.rejects(http2Request(session, { ':path': '/', ...fields }))
        })
        await withHttp2(server.port, async (session) => {
          assert.equal((await http2Request(session, { ':path': '/' })).status, 200)
        })
      },
      { http2: { cleartext: true } },
    ))

  it('ends a session that sends empty DATA frames for ever', () => {
    let isAttacked = true
    return attack(
      () => (isAttacked ? new Deferred<HttpResponse>().future : text(200, '')),
      async (attacker) => {
        const post = Buffer.from([0x83, 0x86, 0x84, 0x41, 1, 0x78])
        attacker.send(frame(HEADERS, END_HEADERS, 1, post))
        const empty = frame(DATA, 0, 1, Buffer.alloc(0))
        for (let at = 0; at < 500 && !attacker.isClosed; at++) {
          attacker.send(...Array.from({ length: 100 }, () => empty))
          await new Promise((resolve) => setImmediate(resolve))
        }
        await attacker.closed
        isAttacked = false
      },
    )
  })

  it('ends a session that has more requests side by side than it was told', async () => {
    let calls = 0
    await withServer(
      () => {
        calls++
        return new Deferred<HttpResponse>().future
      },
      async (server) => {
        const attacker = new Attacker(server.port)
        while (!attacker.hasReceived(SETTINGS)) await sleep(1)
        // The settings are acknowledged, so that they bind.
        attacker.send(frame(SETTINGS, 1, 0, Buffer.alloc(0)))
        for (let at = 0; at < 30; at++) {
          attacker.send(frame(HEADERS, END_STREAM | END_HEADERS, 2 * at + 1, GET_BLOCK))
        }
        await attacker.closed
        attacker.assertGoaway(http2.constants.NGHTTP2_PROTOCOL_ERROR)
        assert.ok(calls <= 10, `${calls} handlers`)
        while (server.stats().requests.inFlight > 0) await sleep(1)
      },
      { http2: { cleartext: true, maxConcurrentStreams: 10 } },
    )
  })

  it('closes a connection that stops within the preface', () =>
    withServer(
      () => text(200, ''),
      async (server) => {
        const socket = net.connect(server.port, '127.0.0.1')
        socket.on('error', () => {}).resume()
        socket.write('PRI * HT')
        await once(socket, 'close')
        assert.equal(server.stats().timeouts.header, 1)
      },
      { http2: { cleartext: true }, headerTimeoutMs: 50 },
    ))
})
