import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { deflateRawSync } from 'node:zlib'
import { describeFrame, text } from './support/frames.ts'
import { RawSocket } from './support/raw-socket.ts'
import { echo, withSockets } from './support/serve.ts'

const extension = { 'sec-websocket-extensions': 'permessage-deflate' }

function bomb(bytes: number): Buffer {
  const packed = deflateRawSync(Buffer.alloc(bytes), { finishFlush: 2, level: 9 })
  return text(packed.subarray(0, -4), { rsv: 4 })
}

describe('compression bombs', () => {
  for (const contextTakeover of [false, true]) {
    const how = contextTakeover ? 'of their own' : 'that are shared'
    it(`close the socket and leave memory and others alone, with contexts ${how}`, async () => {
      const frame = bomb(200_000_000)
      assert.ok(frame.length < 250_000)
      await withSockets(
        echo,
        async (port) => {
          const good = await RawSocket.open(port, '/', extension)
          const before = process.memoryUsage.rss()
          let most = 0
          for (let at = 0; at < 50; at++) {
            const raw = await RawSocket.open(port, '/', extension)
            raw.send(frame)
            const frames = await raw.untilEnd()
            assert.deepEqual(frames.map(describeFrame), ['close:1009'])
            most = Math.max(most, process.memoryUsage.rss() - before)
          }
          assert.ok(most < 100_000_000, `${most} bytes more for bombs of 10 GB in all`)
          const ok = deflateRawSync('still well', { finishFlush: 2 }).subarray(0, -4)
          good.send(text(ok, { rsv: 4 }))
          const [answer] = await good.untilFrames(1)
          assert.equal(describeFrame(answer!), 'text:still well')
          good.socket.destroy()
        },
        { deflate: { contextTakeover }, maxMessageBytes: 262_144 },
      )
    })
  }

  it('of many small messages in one packet do not wait in memory', async () => {
    const message = bomb(200_000)
    const packet = Buffer.concat(Array.from({ length: 300 }, () => message))
    const gate = Promise.withResolvers<void>()
    const all = Promise.withResolvers<void>()
    await withSockets(
      async (socket) => {
        await gate.promise
        let count = 0
        for await (const _ of socket) if (++count === 300) all.resolve()
      },
      async (port) => {
        const before = process.memoryUsage.rss()
        const raw = await RawSocket.open(port, '/', extension)
        raw.send(packet)
        // The answer to a second socket's handshake: the first one's bytes have been read by then.
        for (let at = 0; at < 5; at++) (await RawSocket.open(port)).socket.destroy()
        const used = process.memoryUsage.rss() - before
        assert.ok(used < 30_000_000, `${used} bytes for 60 MB that nobody has asked for`)
        gate.resolve()
        await all.promise
        raw.socket.destroy()
      },
      { deflate: true },
    )
  })
})
